"""The second example: printed rates come from records, what contradicts itself is shown and not reproduced, the eight chapters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from examples.optics import load
from tests.examples.apart import loaded_apart
from zhicheng.core.process import registry
from zhicheng.ledger import keys, log
from zhicheng.metrics.definition import metrics
from zhicheng.metrics.evaluate import compute
from zhicheng.processes.delivery.finding import customers_with_batch, shipment_of_serial
from zhicheng.proof import verify
from zhicheng.reports import publish as publishing
from zhicheng.reports.document import Heading, plain
from zhicheng.reports.edition import edition
from zhicheng.reports.numbers import Numbers
from zhicheng.reports.records import Records
from zhicheng.reports.resolver import Unresolved
from zhicheng.review import Profile, review
from zhicheng.review import read as read_report

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

CHAPTERS = ["企业简介", "质量理念", "质量管理", "质量诚信管理", "质量管理基础", "产品质量责任", "检查与分析", "持续改进"]  # fmt: skip


@pytest.fixture(scope="module")
def loaded(migrated_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[float]:
    """The example, loaded once into a database and home of its own."""
    with loaded_apart("optics", load.load, migrated_template, django_db_blocker) as seconds:
        yield seconds


def rows(process: str) -> Any:
    return registry[process].model.objects


def printed(metric: str, year: int, *slice_: Any) -> str:
    counts = compute(metrics[metric], dt.date(year, 1, 1), dt.date(year, 12, 31), slice_)
    return counts.text(metrics[metric])


@pytest.mark.proves("T-6.1.2", "T-6.1.3")
@pytest.mark.parametrize(
    ("metric", "values"),
    [
        ("incoming_acceptance", ["95.00", "96.00", "96.00"]),
        ("first_pass", ["96.00", "97.00", "98.00"]),
        ("outgoing", ["100.00", "100.00", "100.00"]),
        ("complaints", ["2", "1", "3"]),
        ("complaints_accepted_in_time", ["100.00", "100.00", "100.00"]),
        ("complaints_recurring", ["0", "0", "1"]),
    ],
)
def test_what_the_source_prints_is_computed_from_records(
    loaded: None, metric: str, values: list[str]
) -> None:
    assert [printed(metric, year) for year in load.YEARS] == values


@pytest.mark.proves("T-6.1.1")
def test_the_share_of_grade_a_is_what_the_counts_give_and_the_difference_is_listed(loaded: None) -> None:
    """Printed are 55, 60, 65 against 5 of 9 in each year."""
    counts = compute(metrics["supplier_grade_a"], load.FIRST, load.LAST)
    assert (counts.numerator, counts.denominator, counts.text(metrics["supplier_grade_a"])) == (5, 9, "55.56")
    told = (load.HERE / "README.md").read_text("utf-8")
    assert "55 %、60 %、65 %" in told
    assert "55.56 %" in told


@pytest.mark.proves("T-4.3.1", "T-6.6.1")
def test_both_limits_abroad_are_shown_and_what_lies_between_is_disputed(loaded: None) -> None:
    """72 h against 48 h."""
    abroad = rows("complaint.promise").filter(stage="reply", scope="abroad")
    assert {p.amount for p in abroad} == {48, 72}
    assert all("互相矛盾" in p.advice for p in abroad)
    found = {c.number: c.reply_kept for c in rows("complaint.complaint").filter(region="abroad")}
    assert sorted(found.values()) == ["disputed", "kept"]
    disputed = rows("complaint.complaint").get(reply_kept="disputed")
    row = next(r for r in disputed.promises if r["stage"] == "reply")
    assert 48 * 60 < row["gross"] < 72 * 60


@pytest.mark.proves("T-6.4.1", "T-6.4.2", "T-6.4.3", "T-6.4.7", "T-6.4.8", "T-8.3")
def test_verdicts_follow_from_the_moments(loaded: None) -> None:
    all_ = rows("complaint.complaint").order_by("k")
    assert [c.visit_kept for c in all_] == ["", "", "kept", "missed", "", ""]
    assert [c.corrective_kept for c in all_] == ["kept", "missed", "kept", "kept", "kept", "kept"]
    assert [(c.report_kept, c.resample_kept) for c in all_][2] == ("kept", "kept")
    assert {c.plan_kept for c in all_} == {"kept"}
    assert set(all_.values_list("state", "provenance")) == {("closed", "reconstructed")}


def test_every_complaint_is_about_a_unit_that_was_shipped_to_that_customer(loaded: None) -> None:
    for one in rows("complaint.complaint").all():
        shipment = shipment_of_serial(one.serial)
        assert shipment is not None, one.serial
        assert (shipment.customer, shipment.product, shipment.batch) == (one.customer, one.product, one.batch)
        assert one.occurred_on > shipment.occurred_on
        assert [h.customer for h in customers_with_batch(one.batch)] == [one.customer]


def test_a_report_asks_for_a_year_of_its_period_and_for_what_is_in_force(loaded: None) -> None:
    report = rows("report.report").get()
    asked = Records(report, Numbers(report.period_from, report.period_to, log.head().size))
    no = asked.figure("complaints", {"year": "2020"})
    assert asked.numbers.entries[-1]["from"] == "2020-01-01"
    assert (no, asked.numbers.entries[-1]["value"], asked.numbers.outside) == ("F1", "1", [])
    assert asked.figure("complaints", {"year": "2018"}) in asked.numbers.outside
    with pytest.raises(Unresolved, match="年份写作"):
        asked.figure("complaints", {"year": "今年"})
    table = asked.register("complaint.promise", {"columns": "stage,scope,amount"})
    assert [column.title for column in table.columns] == ["序号", "环节", "适用范围", "时限"]
    assert len(table.rows) == 10
    chart = asked.chart("yearly", {"metric": "incoming_acceptance"}).spec
    assert chart.x == ("2019年", "2020年", "2021年")
    for name, columns in (("supplier.supplier", "grade"), ("complaint.promise", "source")):
        with pytest.raises(Unresolved):  # nothing "in force", or not to be opened
            asked.register(name, {"columns": columns})


def test_loading_again_loads_nothing(loaded: None) -> None:
    before = log.head().size
    load.load()
    assert log.head().size == before


@pytest.mark.proves("T-0.2")
def test_the_report_has_the_eight_chapters_and_no_error(loaded: None) -> None:
    made = edition(rows("report.report").get())
    assert [one.sentence for one in made.examined if one.finding.severity == "error"] == []
    headings = [b for b in made.drawn.document.blocks if isinstance(b, Heading) and b.level == 1]
    assert [plain(h.inlines) for h in headings if h.numbered] == CHAPTERS
    assert [h.number for h in headings if h.numbered][-1] == "八、"
    assert made.drawn.document.house_style == "gbt29467_eight"
    assert "judge=yes" not in (load.HERE / "report.md").read_text("utf-8")


def test_the_report_is_published_and_a_stranger_verifies_it(
    loaded: None, capsys: pytest.CaptureFixture[str]
) -> None:
    report = rows("report.report").get()
    assert report.state == "approved"
    done = publishing.publish(report, by=load.publisher())
    folder, key = done.folder, keys.fingerprint()
    for name in ("report.pdf", "report.docx", "report.html"):
        told = review(read_report(folder / name), Profile()).at_least("error")
        assert [(one.check, one.quote, one.message) for one in told] == [], name
    arguments = [str(folder / "bundle.zip"), "--report", str(folder / "report.pdf"), "--key", key]
    assert verify.main(arguments) == 0
    said = capsys.readouterr().out
    assert "55.56" in said
    assert "重构" in said or "reconstructed" in said
