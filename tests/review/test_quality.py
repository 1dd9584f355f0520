"""A short form of the quality measurement (bench/review_quality.py): floors that must not be fallen below."""

from __future__ import annotations

import pytest

from tests.review.enterprises import TRADES
from tests.review.measuring import Measured, measure
from tests.review.mutations import MUTATIONS
from tests.review.mutations_afterwards import AFTERWARDS
from tests.review.reports import STYLES
from zhicheng.review.checks import CHECKS


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure(range(len(STYLES)), 40)


def test_every_check_but_boilerplate_has_errors_planted() -> None:
    planted = {check for check, _, _ in MUTATIONS}
    assert {check.id for check in CHECKS} - planted == {"GC29"}, "it needs another report"
    assert len(TRADES) >= 6
    assert len(STYLES) == 4
    assert len(MUTATIONS) >= 100


def test_clean_reports_give_no_error(measured: Measured) -> None:
    assert measured.clean["error"] == 0, measured.clean_findings
    assert measured.clean["question"] <= measured.reports, measured.clean_findings


def test_planted_errors_are_found_in_every_style(measured: Measured) -> None:
    assert set(measured.styles) == set(STYLES)
    for style, tally in measured.styles.items():
        assert tally.planted >= 20
        assert tally.found >= tally.planted * 0.95, style


def test_errors_are_right(measured: Measured) -> None:
    errors = sum(tally.errors for tally in measured.checks.values())
    false = sum(tally.false_errors for tally in measured.checks.values())
    assert errors >= 60
    assert false <= errors * 0.05


def test_other_wordings_are_mostly_found() -> None:
    other = measure(range(2000, 2001), None, AFTERWARDS)
    planted = sum(tally.planted for tally in other.checks.values())
    assert planted >= 30
    assert sum(tally.found for tally in other.checks.values()) >= planted * 0.75
