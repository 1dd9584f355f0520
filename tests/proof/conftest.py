"""The second verifier where its readers use it: the page, in Chromium. Bundles are compared in Node (tests/conftest.py)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.proof import second

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def second_verifier(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[second.SecondVerifier]:
    yield from second.opened(chromium, tmp_path_factory.mktemp("second"))
