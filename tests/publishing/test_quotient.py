"""A published report with a quotient carries the figures that it divides, and both verifiers prove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.metrics.test_quotient import RATE, shipped, yesterday
from tests.publishing.test_publish import approved, verdict
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record
from zhicheng.ledger import keys
from zhicheng.reports import publish as publishing

if TYPE_CHECKING:
    from tests.house import House

TEXT = f"""---
title: 质量诚信报告
---
# 质量投诉
每千台投诉数 {{{{figure {RATE}}}}}。

{{{{table breakdown metric={RATE} by=family numerator=投诉 denominator=发货 caption="每千台投诉数"}}}}

目标 {{{{target {RATE} judge=yes part=condition}}}}：{{{{target {RATE} judge=yes part=met}}}}。

# 签署
{{{{sign_off}}}}

{{{{proof}}}}
"""


def test_a_report_that_prints_a_quotient_proves_what_it_divides(house: House) -> None:
    shipped(house)
    facts = {
        "name": "每千台投诉",
        "level": "company",
        "year": yesterday().year,
        "metric": RATE,
        "operator": "le",
        "target": "2",
    }
    aim = open_record(registry["objective.objective"], facts, by=house.actor("quality_manager"))
    house.perform(aim, "approve", "general_manager")
    span = {"period_from": yesterday().replace(month=1, day=1), "period_to": yesterday()}
    done = publishing.publish(approved(house, TEXT, **span), by=house.actor("quality_manager"))
    figures = publishing.stored(done.report)["figures"]
    assert [one["metric"] for one in figures[:3]] == ["complaints", "shipped_quantity", RATE]
    assert [figures[2][k] for k in ("numerator", "denominator", "value")] == [2, 1_200_000, "1.67"]
    assert [one["metric"] for one in figures[3:]] == ["complaints", "shipped_quantity", RATE]
    assert figures[3]["slice"] == figures[5]["slice"] != []
    result = verdict(done, keys.fingerprint())
    assert result.exit == 0, result.text("en")
    assert "F1 (2) ÷ F2 (1200.000) × 1000" in result.text()
    html = (done.folder / "report.html").read_text("utf-8")
    assert "1.67" in html
    assert ">1200<" in html
    assert "由 F1 ÷ F2 算出" in html
    assert [(t["figure"], t["met"]) for t in publishing.stored(done.report)["targets"]] == [("F3", True)]
