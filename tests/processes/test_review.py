"""Kept reviews and dismissals: results are computed and never typed; an error takes two people; only what was found is dismissed."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError

from zhicheng.core import files
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, open_record, perform
from zhicheng.processes.review.fingerprint import fingerprint
from zhicheng.reports.kept_reviews import Comparison, dismiss, keep

if TYPE_CHECKING:
    from tests.house import House

REVIEW, DISMISSAL = registry["review.review"], registry["review.dismissal"]


def finding(check: str, severity: str, quote: str = "的的") -> dict[str, Any]:
    return {
        "check": check,
        "severity": severity,
        "line": 1,
        "page": None,
        "section": "前言",
        "quote": quote,
        "message": "叠字。",
        "fix": "删去一个。",
        "block": 0,
    }


ERROR, QUESTION = finding("GC11", "error"), finding("GC19", "question", "最佳")


def result(*findings: dict[str, Any]) -> dict[str, Any]:
    counts = {s: sum(one["severity"] == s for one in findings) for s in ("error", "question", "note")}
    return {
        "v": 1,
        "format": "text",
        "pages": None,
        "counts": counts,
        "findings": list(findings),
        "blocks": [],
    }


def kept(house: House, *findings: dict[str, Any], previous: Any = None) -> Any:
    said = result(*findings)
    file = files.store(io.BytesIO("的的".encode()), "甲.txt")
    stored = files.store(io.BytesIO(json.dumps(said).encode()), "review.json")
    return keep(file, stored, said, "甲", by=house.actor("quality_manager"), previous=previous)


def test_a_result_is_computed_and_never_typed(house: House) -> None:
    record = kept(house, ERROR, QUESTION)
    assert (record.state, record.errors, record.questions, record.notes) == ("examined", 1, 1, 0)
    assert len(record.file) == len(record.result) == len(record.profile) == 64
    named = files.Attachment.objects.filter(type="review.review", k=record.k).values_list("sha256", flat=True)
    assert set(named) == {record.file, record.result}
    opened = open_record(REVIEW, {"name": "乙"}, by=house.actor("quality_manager"))
    with pytest.raises(Refused, match="专门的页面"):
        perform(opened, "examine", {"errors": 0}, by=house.actor("quality_manager"), version=1)
    inspector = house.actor("inspector")
    with pytest.raises(Refused, match="没有这一角色"):
        open_record(REVIEW, {"name": "丙"}, by=inspector)


def test_a_question_takes_one_person_an_error_two(house: House) -> None:
    record, quality = kept(house, ERROR, QUESTION), house.actor("quality_manager")
    assert dismiss(QUESTION, "广告语录", by=quality, review=record).state == "dismissed"
    assert (house.fresh(record).questions, house.fresh(record).dismissed) == (0, 1)
    proposed = dismiss(ERROR, "引文", by=quality, review=record)
    assert (proposed.state, house.fresh(record).errors) == ("proposed", 1)
    with pytest.raises(Refused, match="双人复核"):
        house.perform(proposed, "confirm", "quality_manager")
    agreed = house.perform(proposed, "confirm", "chief_quality_officer")
    assert (house.fresh(record).errors, house.fresh(record).dismissed) == (0, 2)
    back = house.perform(agreed, "withdraw", "quality_manager", reason="看错了")
    assert (back.state, house.fresh(record).errors, house.fresh(record).dismissed) == ("withdrawn", 1, 1)
    assert dismiss(ERROR, "再看一次", by=quality, review=house.fresh(record)).state == "proposed"


def test_only_what_was_found_is_dismissed_once_and_as_grave_as_it_was(house: House) -> None:
    record, quality = kept(house, ERROR), house.actor("quality_manager")
    with pytest.raises(Refused, match="没有这个问题"):
        dismiss({**ERROR, "severity": "question"}, "轻一些", by=quality, review=record)
    with pytest.raises(Refused, match="没有这个问题"):
        dismiss(QUESTION, "没有的", by=quality, review=record)
    with pytest.raises(ValidationError):
        dismiss(ERROR, " ", by=quality, review=record)
    dismiss(ERROR, "引文", by=quality, review=record)
    with pytest.raises(Refused, match="已由"):
        dismiss(ERROR, "引文", by=quality, review=record)
    assert DISMISSAL.model.objects.count() == 1


def test_a_withdrawn_proposal_changes_no_count(house: House) -> None:
    record = kept(house, ERROR)
    proposed = dismiss(ERROR, "引文", by=house.actor("quality_manager"), review=record)
    house.perform(proposed, "withdraw", "quality_manager", reason="算了")
    assert (house.fresh(record).errors, house.fresh(record).dismissed) == (1, 0)


def test_editions_are_compared_by_check_section_and_quote() -> None:
    moved = {**ERROR, "line": 9, "message": "别的话。"}
    assert fingerprint(moved) == fingerprint(ERROR)
    before, now = result(ERROR, ERROR, QUESTION), result(moved, finding("GC02", "error", "98%"))
    compared = Comparison.of(before, now)
    assert (compared.new.total(), compared.mended.total(), compared.remaining.total()) == (1, 2, 1)
