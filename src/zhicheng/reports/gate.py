"""The gate before publication: nothing is published that does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhicheng.core.language import listed, spoken
from zhicheng.core.process import registry
from zhicheng.metrics.definition import defined
from zhicheng.reports.examining import Placed
from zhicheng.reports.numbers import Numbers
from zhicheng.reports.records import Records


@dataclass(frozen=True)
class Problem:
    """One reason why the report may not be published, and how to mend it."""

    code: str
    sentence: str


def problems(
    report: Any, numbers: Numbers, records: Records, examined: Sequence[Placed] = ()
) -> list[Problem]:
    """Everything that stands in the way (placeholders are judged before, when the text is composed)."""
    return [
        *_figures(numbers),
        *_sums(numbers, records),
        *_declared(numbers),
        *(Problem("review", one.sentence) for one in examined if one.blocks),
        *_signatures(report),
    ]


def _title(name: str) -> str:
    metric = defined(name)
    return spoken(metric.title) if metric else name


def _figures(numbers: Numbers) -> list[Problem]:
    out = [
        Problem("outside_period", _("数字 %s 的数据期间超出报告期：改用报告期内的期间。") % no)
        for no in numbers.outside
    ]
    out += [
        Problem("assumed", _("数字 %s 依据重构的记录：推定的数据不能用来判断目标是否达成。") % no)
        for no in numbers.assumed
    ]
    for entry in numbers.entries:
        if entry["denominator"] == 0:
            said = {"no": entry["no"], "title": _title(entry["metric"])}
            said |= {"first": entry["from"], "last": entry["to"]}
            out.append(
                Problem(
                    "no_records",
                    _(
                        "数字 %(no)s（%(title)s，%(first)s 至 %(last)s）没有记录：删去此处，或先补录并说明原因。"
                    )
                    % said,
                )
            )
    return out


def _sums(numbers: Numbers, records: Records) -> list[Problem]:
    """Parts of a breakdown add up to its total, in numerator and denominator."""
    by_no = {e["no"]: e for e in numbers.entries}
    out = []
    for whole, parts in records.sums:
        for side, word in (("numerator", _("分子")), ("denominator", _("分母"))):
            added = sum(by_no[p][side] or 0 for p in parts)
            if added != (by_no[whole][side] or 0):
                out.append(
                    Problem(
                        "sum",
                        _("%(no)s 的%(word)s %(n)s 不等于各部分之和 %(sum)s（%(parts)s）。")
                        % {
                            "no": whole,
                            "word": word,
                            "n": by_no[whole][side],
                            "sum": added,
                            "parts": listed(parts),
                        },
                    )
                )
    return out


def _declared(numbers: Numbers) -> list[Problem]:
    model = registry["report.declared"].model
    out = []
    for entry in numbers.declared_entries:
        fact = model.objects.get(pk=entry["record"]["k"])
        said = {"subject": fact.subject, "number": fact.number, "name": fact.name, "value": fact.value}
        if defined(fact.name):
            out.append(
                Problem("metric_exists", _("“%(subject)s”已有指标 %(name)s：不能声明，应由记录计算。") % said)
            )
        if not fact.evidence:
            out.append(
                Problem("no_evidence", _("声明的事实“%(subject)s”（%(number)s）没有证据文件。") % said)
            )
        if fact.state != "checked":
            out.append(
                Problem("unchecked", _("声明的事实“%(subject)s”（%(number)s）尚未由他人核对。") % said)
            )
        if fact.value.rstrip("%％") in ("0", "100", "100.00", "零") and fact.sample_size is None:
            out.append(Problem("no_sample", _("声明“%(subject)s”为 %(value)s：须注明依据数量 n。") % said))
    return out


def _signatures(report: Any) -> list[Problem]:
    if report.state != "approved":
        return [Problem("unsigned", _("报告为“%s”：须先完成全部签署。") % report.state_label)]
    return []
