"""From a claim's facts to the pure decision, and the decision in one sentence with its clause."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhicheng.core import parameters
from zhicheng.processes.warranty.choices import Remedy
from zhicheng.warranty import Case, Decision, Term, decide, in_force

KNOWN = {"yes": True, "no": False, "": None}
BASES = {
    "promise": gettext_lazy("企业承诺"),
    "contract": gettext_lazy("合同"),
    "law": gettext_lazy("法律规定"),
}
OPEN = {
    "repairable": gettext_lazy("如无法修复合格，应予更换：请先鉴定能否修复。"),
    "third_party": gettext_lazy("仪表未安装，经第三方机构判定不合格的应予更换：请先取得判定。"),
    "evidence": gettext_lazy("所称除外情形尚无证据，不作为除外。"),
}
SENTENCES = {
    "within": gettext_lazy(
        "%(shipped)s 发货，%(reported)s 报修（第 %(days)s 天），未过 %(last)s：依%(basis)s“%(clause)s”，应予%(remedy)s。"
    ),
    "excluded": gettext_lazy("“%(exclusion)s”有证据，属三包除外情形（%(clause)s）：%(remedy)s。"),
    "conforming": gettext_lazy("第三方判定合格（%(report)s），不属质量问题：%(remedy)s。"),
    "expired": gettext_lazy(
        "%(shipped)s 发货，最长的期限（%(basis)s“%(clause)s”）已于 %(last)s 届满，%(reported)s 报修：%(remedy)s。"
    ),
    "unmet": gettext_lazy(
        "%(shipped)s 发货，%(reported)s 报修，期限内的条款（%(basis)s“%(clause)s”，至 %(last)s）条件不成立：%(remedy)s。"
    ),
    "no_term": gettext_lazy("没有适用的三包条款（先登记企业的三包承诺）：%(remedy)s。"),
}
EXCLUSIONS = "warranty.exclusions_clause"


def promised(family: str, shipped_on: dt.date) -> list[Term]:
    """The firm's own terms in force on the shipping date for a product family; each names its record and version."""
    model: Any = apps.get_model("warranty", "Term")
    rows = model.objects.filter(Q(until=None) | Q(until__gte=shipped_on), occurred_on__lte=shipped_on)
    rows = rows.filter(family__in=("", family)).order_by("k")
    return [
        Term(r.kind, r.length, r.unit, f"{r.clause}（{r.number} v{r.version}）", "promise", r.condition)
        for r in rows
    ]


def agreed(shipment: Any) -> list[Term]:
    """The terms of the contract that the unit was shipped under."""
    rows = shipment.terms if shipment is not None else []
    return [
        Term(row["kind"], row["length"], row["unit"], _("合同 %s") % row["contract"], "contract")
        for row in rows
    ]


def lawful(claim: Any) -> list[Term]:
    """The terms of the law, each with what is known of its text."""
    return [
        Term(t.remedy, t.length, t.unit, f"{t.clause}（{row.confidence}）", t.basis, t.condition)
        for row in in_force(consumer=claim.consumer, listed=claim.listed)
        for t in (row.term,)
    ]


def decision_of(claim: Any) -> Decision | None:
    """What is owed by the facts known now; None without a shipping date."""
    if claim.shipped_on is None:
        return None
    case = Case(
        shipped_on=claim.shipped_on,
        reported_on=claim.occurred_on,
        installed=KNOWN[claim.installed],
        repairable=KNOWN[claim.repairable],
        third_party=claim.third_party or None,
        repairs=claim.repairs,
        exclusion=claim.exclusion or None,
        evidence=bool(claim.exclusion_evidence),
    )
    return decide(case, [*promised(claim.family, claim.shipped_on), *agreed(claim.shipment), *lawful(claim)])


def explained(claim: Any, owed: Decision | None) -> str:
    """The decision in one sentence: which remedy, by which clause, until when; or what is needed first."""
    if owed is None:
        return _("出厂编号 %s 没有查到发货记录：请核对编号，或写明发货日期与购买凭证。") % str(claim.serial)
    facts = {
        "shipped": claim.shipped_on,
        "reported": claim.occurred_on,
        "days": (claim.occurred_on - claim.shipped_on).days,
        "last": owed.last_day,
        "remedy": Remedy(owed.remedy).label,
        "clause": owed.term.clause if owed.term else parameters.value(EXCLUSIONS, claim.site_id),
        "basis": BASES[owed.term.basis] if owed.term else "",
        "exclusion": claim.get_exclusion_display(),
        "report": claim.third_party_report,
    }
    sentence = str(SENTENCES[owed.why] % facts)
    return "".join([sentence, *(str(OPEN[name]) for name in owed.open_facts)])
