"""From approved text to a published edition that a stranger verifies: the gate, the bundle, what changed after the period."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pypdf
import pytest

from tests.metrics.test_evaluate import year
from zhicheng.core import files
from zhicheng.core.authority import SYSTEM, Actor
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, amend, open_record, perform
from zhicheng.ledger import checkpoints, keys, log
from zhicheng.proof.verify import verify_bundle
from zhicheng.reports import publish as publishing
from zhicheng.reports.edition import NoTemplate, edition
from zhicheng.reports.template import TemplateError

if TYPE_CHECKING:
    from tests.house import House

TEXT = """---
title: 质量诚信报告
---
# 产品质量水平
进货检验批合格率 {{figure incoming_acceptance}}，共 {{figure incoming_acceptance part=denominator}} 批。

{{table breakdown metric=incoming_acceptance by=purchase_kind caption="进货检验"}}

# 签署
{{sign_off}}

{{proof}}
"""


def stored(text: str) -> str:
    return files.store(io.BytesIO(text.encode()), "report.md", "text/markdown").sha256


def drafted(house: House, text: str = TEXT, **facts: Any) -> Any:
    given = {
        "name": "质量诚信报告",
        "house_style": "official_2013",
        "period_from": "2017-01-01",
        "period_to": "2017-12-31",
        "edition": "1",
        "template": stored(text),
        **facts,
    }
    return open_record(registry["report.report"], given, by=house.actor("quality_manager"))


def approved(house: House, text: str = TEXT, **facts: Any) -> Any:
    report = house.perform(drafted(house, text, **facts), "sign", "quality_manager")
    asked = {"opened_list": publishing.disclosure(report), "small_groups_accepted": True}
    return house.perform(report, "sign", "general_manager", asked)


def verdict(done: publishing.Published, key: str | None = None) -> Any:
    folder = done.folder
    return verify_bundle((folder / "bundle.zip").read_bytes(), (folder / "report.pdf").read_bytes(), key)


@pytest.mark.proves("E-2.2")
@pytest.mark.proves("J-0.1", "J-0.2", "X-7.1")
def test_a_published_report_is_verified_offline_and_frozen(house: House) -> None:
    year(house, 60, 1)
    done = publishing.publish(approved(house), by=house.actor("quality_manager"))
    report = done.report
    assert report.state == "published"
    result = verdict(done, keys.fingerprint())
    assert (result.exit, [f.level for f in result.findings if f.level == "red"]) == (0, [])
    assert verdict(done).exit == 3
    with pytest.raises(Refused, match="不能更改"):
        amend(report, {"name": "x"}, by=house.actor("quality_manager"), version=report.version)
    with pytest.raises(Refused):
        house.perform(report, "send_back", "quality_manager", reason="x")


def test_a_printed_signature_names_who_what_for_and_when_to_the_minute(house: House) -> None:
    """As its entry in the log does (21 CFR 11.50), in the time of the house."""
    year(house, 60, 1)
    done = publishing.publish(approved(house), by=house.actor("quality_manager"))
    text = pypdf.PdfReader(done.folder / "report.pdf")
    printed = "\n".join(page.extract_text() for page in text.pages)
    signed = [
        one
        for version in log.versions("report.report", done.report.k)
        for one in version.facts.get("_signed") or []
    ]
    assert [one["meaning"] for one in signed] == ["审核批准", "审核批准", "发布"]
    for one in signed[:2]:  # what is printed cannot name its own publication
        at = dt.datetime.fromisoformat(one["at"]).astimezone(ZoneInfo("Asia/Shanghai"))
        assert f"{at:%Y-%m-%d %H:%M}" in printed
        assert one["name"] in printed.replace(" ", "")


def test_what_changed_after_the_period_is_verified_and_told(house: House) -> None:
    year(house, 60, 2)
    checkpoints.sign("on_demand")
    model = registry["inspection.lot"].model
    inside = model.objects.filter(occurred_on__year=2017)
    voided = inside.filter(state="rejected").order_by("k")[0]
    house.perform(voided, "void", "quality_manager", reason="误录")
    judged = inside.filter(state="received").order_by("k")[0]
    asked = {"sample_size": "1", "nonconforming": "0", "verdict": "accepted"}
    house.perform(judged, "judge", "inspector", asked)
    done = publishing.publish(approved(house), by=house.actor("quality_manager"))
    result = verdict(done, keys.fingerprint())
    assert result.exit == 0
    text = result.text()
    assert f"inspection.lot/{voided.k}" in text
    assert f"inspection.lot/{judged.k}" in text
    figure = publishing.stored(done.report)["figures"][0]
    assert figure["then"]["denominator"] == figure["denominator"]
    assert figure["then"]["numerator"] == figure["numerator"] - 1


@pytest.mark.proves("E-2.2")
def test_one_byte_of_the_pdf_makes_it_false(house: House) -> None:
    year(house, 30, 3)
    done = publishing.publish(approved(house), by=house.actor("quality_manager"))
    pdf = bytearray((done.folder / "report.pdf").read_bytes())
    pdf[len(pdf) // 2] ^= 1
    assert verify_bundle((done.folder / "bundle.zip").read_bytes(), bytes(pdf), None).exit == 1


def problems(house: House, text: str, **facts: Any) -> set[str]:
    report = approved(house, text, **facts)
    with pytest.raises(publishing.NotPublishable) as closed:
        publishing.publish(report, by=house.actor("quality_manager"))
    assert house.fresh(report).state == "approved"
    return {p.code for p in closed.value.problems}


@pytest.mark.proves("J-0.3")
def test_a_figure_outside_the_period_or_without_records_refuses_to_publish(house: House) -> None:
    year(house, 30, 4)
    outside = TEXT.replace("{{figure incoming_acceptance}}", "{{figure incoming_acceptance month=2018-01}}")
    assert problems(house, outside) == {"outside_period"}
    assert problems(house, TEXT.replace("# 签署", "{{figure first_pass}}\n\n# 签署")) == {"no_records"}


def test_a_sign_off_is_missing(house: House) -> None:
    year(house, 30, 5)
    report = house.perform(drafted(house), "sign", "quality_manager")
    with pytest.raises(Refused, match="已批准"):
        publishing.publish(report, by=house.actor("quality_manager"))


@pytest.mark.proves("T-0.1", "K-3.6.1")
def test_approvers_their_number_and_order_are_parameters(house: House) -> None:
    year(house, 30, 6)
    order = '["quality_manager", "chief_quality_officer", "general_manager"]'
    facts = {"key": "report.approvers", "value": order}
    open_record(registry["core.parameter"], facts, by=house.actor("quality_manager"))
    report = house.perform(drafted(house), "sign", "quality_manager")
    with pytest.raises(Refused, match="首席质量官"):
        house.perform(report, "sign", "general_manager")
    report = house.perform(report, "sign", "chief_quality_officer")
    assert report.state == "reviewed"
    asked = {"opened_list": publishing.disclosure(report), "small_groups_accepted": True}
    assert house.perform(report, "sign", "general_manager", asked).state == "approved"


def test_the_disclosure_is_approved_with_its_smallest_groups(house: House) -> None:
    year(house, 30, 7)
    report = house.perform(drafted(house), "sign", "quality_manager")
    with pytest.raises(Refused, match="披露"):
        house.perform(report, "sign", "general_manager")
    opened = publishing.disclosure(report)
    assert opened[0]["type"] == "inspection.lot"
    assert opened[0]["smallest"] < 5
    with pytest.raises(Refused, match="勾选"):
        house.perform(report, "sign", "general_manager", {"opened_list": opened})
    fewer = [{**opened[0], "facts": "occurred_on,state"}]
    report = house.perform(
        report, "sign", "general_manager", {"opened_list": fewer, "small_groups_accepted": True}
    )
    with pytest.raises(Refused, match="清单不同"):
        publishing.publish(report, by=house.actor("quality_manager"))


def declared(house: House, *, evidence: bool, **facts: Any) -> Any:
    given = {
        "name": "accidents",
        "subject": "重大质量事故",
        "value": "0",
        "unit": "起",
        "sample_size": 12,
        "period_from": "2017-01-01",
        "period_to": "2017-12-31",
        **facts,
    }
    proof = [files.store(io.BytesIO(b"ledger"), "evidence.txt")] if evidence else []
    return open_record(registry["report.declared"], given, by=house.actor("quality_manager"), files=proof)


@pytest.mark.proves("J-4.1.1", "T-4.1.1")
def test_a_declared_fact_needs_evidence_a_second_person_and_its_n(house: House) -> None:
    year(house, 30, 8)
    text = TEXT.replace("# 签署", "重大质量事故 {{declared accidents}}\n\n# 签署")
    fact = declared(house, evidence=False)
    with pytest.raises(Refused, match="证据"):
        house.perform(fact, "check", "general_manager")
    assert problems(house, text) == {"no_evidence", "unchecked"}
    house.perform(fact, "withdraw", "quality_manager", reason="无证据")
    fact = declared(house, evidence=True, sample_size=None)
    with pytest.raises(Refused, match="另一人"):
        house.perform(fact, "check", "quality_manager")
    house.perform(fact, "check", "general_manager")
    assert problems(house, text) == {"no_sample"}
    house.perform(house.fresh(fact), "withdraw", "quality_manager", reason="补 n")
    house.perform(declared(house, evidence=True), "check", "general_manager")
    done = publishing.publish(approved(house, text), by=house.actor("quality_manager"))
    assert verdict(done, keys.fingerprint()).exit == 0


def test_a_declared_fact_where_a_metric_exists_is_refused(house: House) -> None:
    year(house, 30, 9)
    fact = declared(house, evidence=True, name="first_pass", subject="一次合格率", value="99.9", unit="%")
    house.perform(fact, "check", "general_manager")
    text = TEXT.replace("# 签署", "一次合格率 {{declared first_pass}}\n\n# 签署")
    assert problems(house, text) == {"metric_exists"}


def test_every_unresolved_placeholder_is_named_with_its_line(house: House) -> None:
    year(house, 10, 10)
    text = TEXT.replace("# 签署", "{{figure nothing}} {{declared none}}\n\n{{register none}}\n\n# 签署")
    with pytest.raises(TemplateError) as refused:
        edition(drafted(house, text))
    assert len(refused.value.problems) == 3
    with pytest.raises(NoTemplate):
        edition(drafted(house, template=""))


def test_a_new_edition_supersedes_and_changes_nothing_of_the_old(house: House) -> None:
    year(house, 30, 11)
    first = publishing.publish(approved(house), by=house.actor("quality_manager"))
    before = (first.folder / "report.pdf").read_bytes()
    second = publishing.publish(
        approved(house, edition="2", supersedes=first.report), by=house.actor("quality_manager")
    )
    assert house.fresh(first.report).state == "superseded"
    assert (first.folder / "report.pdf").read_bytes() == before
    assert verdict(first, keys.fingerprint()).exit == 0
    assert verdict(second, keys.fingerprint()).exit == 0


def test_a_target_is_judged_by_the_printed_figure_and_its_date_is_told(house: House) -> None:
    year(house, 60, 12)
    facts = {
        "name": "进货合格率",
        "level": "company",
        "year": 2017,
        "metric": "incoming_acceptance",
        "operator": "ge",
        "target": "99.5",
        "occurred_on": dt.date(2017, 1, 1),
    }
    objective = open_record(registry["objective.objective"], facts, by=house.actor("quality_manager"))
    house.perform(objective, "approve", "general_manager")
    text = TEXT.replace("# 签署", '{{table objectives judge=yes caption="目标"}}\n\n# 签署')
    done = publishing.publish(approved(house, text), by=house.actor("quality_manager"))
    (target,) = publishing.stored(done.report)["targets"]
    assert (target["value"], target["met"], target["record"]["ver"]) == (9950, False, 2)
    assert verdict(done, keys.fingerprint()).exit == 0


def test_a_target_is_never_judged_by_reconstructed_records(house: House) -> None:
    year(house, 40, 14, "reconstructed")
    facts = {
        "name": "进货合格率",
        "level": "company",
        "year": 2017,
        "metric": "incoming_acceptance",
        "operator": "ge",
        "target": "50",
    }
    objective = open_record(registry["objective.objective"], facts, by=house.actor("quality_manager"))
    house.perform(objective, "approve", "general_manager")
    text = TEXT.replace("# 签署", '{{table objectives judge=yes caption="目标"}}\n\n# 签署')
    assert problems(house, text) == {"assumed"}


def test_publishing_needs_a_proved_person(house: House) -> None:
    year(house, 10, 13)
    report = approved(house)
    with pytest.raises(Refused, match="重新验证身份"):
        publishing.publish(report, by=Actor(house.people["quality_manager"], "test"))
    assert house.fresh(report).state == "approved"
    with pytest.raises(Refused, match="专门的页面"):
        perform(
            report, "publish", {"pdf": "0" * 64}, by=house.actor("quality_manager"), version=report.version
        )
    with pytest.raises(Refused, match="专门的页面"):
        perform(report, "publish", {}, by=SYSTEM, version=report.version)
    assert log.head().size


def test_evidence_may_be_attached_later(house: House) -> None:
    fact = declared(house, evidence=False)
    proof = files.store(io.BytesIO(b"later"), "evidence.txt")
    fact = amend(fact, {}, by=house.actor("quality_manager"), version=1, files=[proof])
    assert fact.evidence == proof.sha256
    assert house.perform(fact, "check", "general_manager").state == "checked"


def test_a_quarter_is_a_quarter(house: House) -> None:
    year(house, 60, 15)
    text = TEXT.replace("{{figure incoming_acceptance}}", "{{figure incoming_acceptance quarter=2}}")
    entry = edition(drafted(house, text)).numbers.entries[0]
    assert (entry["from"], entry["to"]) == ("2017-04-01", "2017-06-30")


def test_a_control_chart_stands_in_a_report_and_says_what_no_bundle_proves(house: House) -> None:
    from tests.house import today
    from tests.processes.test_spc import running, take

    on = running(house)
    take(house, on, [10.1, 10.1, 10.09, 10.11, 10.1])
    this_year = {"period_from": f"{today().year}-01-01", "period_to": str(today())}
    drawn = "{{chart control number=%s part=%s as=%s}}\n\n"
    parts = "".join(drawn % (on.number, part, part) for part in ("location", "spread"))
    text = f"---\ntitle: 质量诚信报告\n---\n# 过程\n\n{parts}# 签署\n{{{{sign_off}}}}\n\n{{{{proof}}}}\n"
    wrongs = (("number=KZ-9999", "没有控制图"), (f"number={on.number} month=2000-01", "没有子组"))
    for n, (wrong, said) in enumerate(wrongs, 2):
        bad = drafted(
            house,
            TEXT.replace("# 签署", "{{chart control " + wrong + "}}\n\n# 签署"),
            edition=str(n),
            **this_year,
        )
        with pytest.raises(TemplateError, match=said):
            edition(bad)
    done = publishing.publish(approved(house, text, **this_year), by=house.actor("quality_manager"))
    assert verdict(done, keys.fingerprint()).exit == 0
    blocks = publishing.stored(done.report)["document"]["blocks"]
    specs = [one["spec"] for one in blocks if one["kind"] == "chart"]
    assert [(len(one["x"]), len(one["limits"]), one["edition"]) for one in specs] == [(26, 3, 1)] * 2
    assert specs[0]["marks"][0]["at"] == 25
    page = (done.folder / "report.html").read_text("utf-8")
    assert page.count("本图不能由证明包重算") == 2
