"""Pages by key: every record once, in order, whatever the filters; words found by an index where there are many."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests.metrics.test_evaluate import year
from zhicheng.core import finding
from zhicheng.core.paging import Cursor, counted, page
from zhicheng.core.process import registry

if TYPE_CHECKING:
    from tests.house import House


def test_walking_forth_and_back_meets_every_record_once(house: House) -> None:
    year(house, 97, 21)
    rows = registry["inspection.lot"].model.objects.all()
    expected = [r.k for r in rows.order_by("-occurred_on", "-k")]
    seen, at = [], page(rows, size=10)
    pages = [at]
    seen += [r.k for r in at.rows]
    while at.older:
        at = page(rows, before=at.older, size=10)
        pages.append(at)
        seen += [r.k for r in at.rows]
    assert seen == expected
    assert pages[0].newer is None
    assert at.older is None
    back = at
    for earlier in reversed(pages[:-1]):
        assert back.newer
        back = page(rows, after=back.newer, size=10)
        assert [r.k for r in back.rows] == [r.k for r in earlier.rows]
    assert back.newer is None


def test_a_filter_and_another_date_order_the_same_way(house: House) -> None:
    year(house, 60, 22)
    rows = registry["inspection.lot"].model.objects.filter(state="rejected")
    got = page(rows, size=500).rows
    assert [r.k for r in got] == [r.k for r in rows.order_by("-occurred_on", "-k")]
    assert page(rows.none()).rows == []
    assert counted(rows) == (rows.count(), False)
    assert counted(registry["inspection.lot"].model.objects.all(), 10) == (10, True)


@pytest.mark.parametrize(
    "text", ["", "x", "2017-13-01.4", "2017-01-01", "2017-01-01.x", "2017-01-01." + "9" * 30]
)
def test_what_is_no_cursor_is_none(text: str) -> None:
    assert Cursor.read(text) is None


def test_a_cursor_reads_back() -> None:
    cursor = Cursor(dt.date(2017, 3, 8), 417)
    assert Cursor.read(str(cursor)) == cursor


@pytest.mark.parametrize("large", [False, True])
def test_words_are_found_in_small_and_in_large_tables(
    house: House, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MANY", 0 if large else 10**9)
    lot, other = house.lot("PO-77"), house.lot("QX-78")
    process = registry["inspection.lot"]
    rows = process.model.objects.all()
    assert list(finding.matching(rows, process, "PO-")) == [lot]
    assert list(finding.matching(rows, process, other.number)) == [other]
    assert list(finding.matching(rows, process, "-78")) == ([] if large else [other])
    assert list(finding.matching(rows, process, "PO-77 nothing")) == []
    assert list(finding.matching(rows, process, "100%_")) == []
