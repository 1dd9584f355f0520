"""Published bundles are verified by both verifiers, once: those of a run on PostgreSQL are no others."""

from __future__ import annotations

import os

import pytest

from tests.proof.conftest import ask_both, second_verifier

__all__ = ["second_verifier"]


@pytest.fixture(autouse=True)
def _both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.environ.get("ZHICHENG_TEST_DATABASE", "sqlite") == "sqlite":
        # Before the database: Playwright's loop, once it runs, gives the thread another connection.
        request.getfixturevalue("second_verifier")
        ask_both(request, monkeypatch)
