"""The company that the API's tests act on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.api.company import Company


@pytest.fixture
def company(db: None, settings: Any) -> Company:
    """A small company on an empty log; passwords are hashed quickly."""
    from tests.api.company import found

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return found()
