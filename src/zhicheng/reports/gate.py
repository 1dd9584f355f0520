"""The gate before publication: nothing is published that does not hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zhicheng.core.process import registry
from zhicheng.metrics.definition import metrics
from zhicheng.reports.numbers import Numbers
from zhicheng.reports.records import Records


@dataclass(frozen=True)
class Problem:
    """One reason why the report may not be published, and how to mend it."""

    code: str
    sentence: str


def problems(report: Any, numbers: Numbers, records: Records) -> list[Problem]:
    """Everything that stands in the way (placeholders are judged before, when the text is composed)."""
    return [*_figures(numbers), *_sums(numbers, records), *_declared(numbers), *_signatures(report)]


def _figures(numbers: Numbers) -> list[Problem]:
    out = [
        Problem("outside_period", f"数字 {no} 的数据期间超出报告期：改用报告期内的期间。")
        for no in numbers.outside
    ]
    out += [
        Problem("assumed", f"数字 {no} 依据重构的记录：推定的数据不能用来判断目标是否达成。")
        for no in numbers.assumed
    ]
    for entry in numbers.entries:
        if entry["denominator"] == 0:
            title = metrics[entry["metric"]].title[0]
            out.append(
                Problem(
                    "no_records",
                    f"数字 {entry['no']}（{title}，{entry['from']} 至 {entry['to']}）没有记录：删去此处，或先补录并说明原因。",
                )
            )
    return out


def _sums(numbers: Numbers, records: Records) -> list[Problem]:
    """Parts of a breakdown add up to its total, in numerator and denominator."""
    by_no = {e["no"]: e for e in numbers.entries}
    out = []
    for whole, parts in records.sums:
        for side, word in (("numerator", "分子"), ("denominator", "分母")):
            added = sum(by_no[p][side] or 0 for p in parts)
            if added != (by_no[whole][side] or 0):
                out.append(
                    Problem(
                        "sum",
                        f"{whole} 的{word} {by_no[whole][side]} 不等于各部分之和 {added}（{'、'.join(parts)}）。",
                    )
                )
    return out


def _declared(numbers: Numbers) -> list[Problem]:
    model = registry["report.declared"].model
    out = []
    for entry in numbers.declared_entries:
        fact = model.objects.get(pk=entry["record"]["k"])
        if fact.name in metrics:
            out.append(
                Problem("metric_exists", f"“{fact.subject}”已有指标 {fact.name}：不能声明，应由记录计算。")
            )
        if not fact.evidence:
            out.append(Problem("no_evidence", f"声明的事实“{fact.subject}”（{fact.number}）没有证据文件。"))
        if fact.state != "checked":
            out.append(Problem("unchecked", f"声明的事实“{fact.subject}”（{fact.number}）尚未由他人核对。"))
        if fact.value.rstrip("%％") in ("0", "100", "100.00", "零") and fact.sample_size is None:
            out.append(Problem("no_sample", f"声明“{fact.subject}”为 {fact.value}：须注明依据数量 n。"))
    return out


def _signatures(report: Any) -> list[Problem]:
    if report.state != "approved":
        return [Problem("unsigned", f"报告为“{report.state_label}”：须先完成全部签署。")]
    return []
