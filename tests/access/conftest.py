"""People with accounts, signed in as clients of the pages: those of the pages' own tests."""

from tests.web.conftest import enter

__all__ = ["enter"]
