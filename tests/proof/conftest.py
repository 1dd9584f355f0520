"""Every bundle that a test verifies is verified by both verifiers (tests/proof/second.py).

``ZHICHENG_ONE_VERIFIER`` leaves the second one out: for ``bench/mutants.py``, which starts the tests very often.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.proof import second
from zhicheng.proof import verify as v

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def second_verifier(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[second.SecondVerifier]:
    yield from second.opened(chromium, tmp_path_factory.mktemp("second"))


def ask_both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the comparison where the test finds ``verify_bundle``; Chromium starts with the first bundle."""
    if os.environ.get("ZHICHENG_ONE_VERIFIER"):
        return
    asked = second.both(lambda: request.getfixturevalue("second_verifier"))
    if getattr(request.module, "verify_bundle", None) is v.verify_bundle:
        monkeypatch.setattr(request.module, "verify_bundle", asked)
    monkeypatch.setattr(v, "verify_bundle", asked)


@pytest.fixture(autouse=True)
def _both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    ask_both(request, monkeypatch)
