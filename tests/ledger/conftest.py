"""What tests of the log begin with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest


@pytest.fixture
def nothing_lies_outside() -> Iterator[None]:
    """No checkpoint beside the database: the folder outlives the database of a test."""
    from zhicheng.ledger import outside

    shutil.rmtree(outside.folder(), ignore_errors=True)
    yield
    shutil.rmtree(outside.folder(), ignore_errors=True)
