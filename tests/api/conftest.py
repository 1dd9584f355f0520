"""The company that the API's tests act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.api.company import Company


@pytest.fixture
def company(db: None) -> Company:
    """A small company on an empty log."""
    from tests.api.company import found
    from tests.kept import kept

    return kept(found)
