"""``zhicheng sampling``: the plan for a lot. Needs no database, loads neither Django nor NumPy, and the tables only when it runs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from zhicheng.stats.sampling.plans import SamplingPlan

SEVERITIES, PLAN_TYPES = ("normal", "tightened", "reduced"), ("single", "double", "multiple")
MOVES = {"down": "↓", "up": "↑"}


@click.command()
@click.option("--lot", "lot_size", type=int, required=True, help="批量（单位产品数，不小于 2）")
@click.option("--aql", required=True, help="AQL，须是优先值，如 0.65、1.0、2.5")
@click.option("--level", default="II", show_default=True, help="检验水平：I、II、III、S-1 至 S-4")
@click.option(
    "--severity", default="normal", show_default=True, type=click.Choice(SEVERITIES), help="正常、加严、放宽"
)
@click.option(
    "--type",
    "plan_type",
    default="single",
    show_default=True,
    type=click.Choice(PLAN_TYPES),
    help="一次、二次、多次",
)
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json"]),
    help="输出格式",
)
def sampling(lot_size: int, aql: str, level: str, severity: str, plan_type: str, form: str) -> None:
    """查 GB/T 2828.1 的抽样方案（箭头已解析）。Look up a plan of GB/T 2828.1 (ISO 2859-1), arrows resolved."""
    from zhicheng.stats.sampling.plans import sampling_plan

    try:
        plan = sampling_plan(lot_size, aql, level=level, severity=severity, plan_type=plan_type)
    except ValueError as error:
        click.secho(str(error), fg="red", err=True)
        sys.exit(1)
    if form == "json":
        click.echo(json.dumps(as_data(plan), ensure_ascii=False, indent=2))
    else:
        click.echo(as_text(plan))


def as_data(plan: SamplingPlan) -> dict[str, object]:
    """The plan as plain data; single plans have numbers, double and multiple plans lists with one entry for each sample."""
    from zhicheng.stats.sampling.plans import CONFIDENCE_WORDS

    one = plan.plan_type_used == "single"
    return {
        "lot_size": plan.lot_size,
        "inspection_level": plan.level,
        "aql": plan.aql,
        "severity": plan.severity,
        "plan_type": plan.plan_type,
        "plan_type_used": plan.plan_type_used,
        "code_letter": plan.code_letter,
        "code_letter_used": plan.code_letter_used,
        "arrow_moves": list(plan.arrow_moves),
        "n": plan.n[0] if one else list(plan.n),
        "ac": plan.ac[0] if one else list(plan.ac),
        "re": plan.re[0] if one else list(plan.re),
        "full_inspection": plan.full_inspection,
        "n_inspected": plan.n_inspected,
        "table": plan.table,
        "standard": plan.standard,
        "edition": plan.edition,
        "source": plan.source,
        "confidence": plan.confidence,
        "confidence_zh": CONFIDENCE_WORDS[plan.confidence],
        "alternatives": list(plan.alternatives),
    }


def as_text(plan: SamplingPlan) -> str:
    """The plan for people, in Chinese."""
    from zhicheng.stats.sampling.plans import CONFIDENCE_WORDS, PLAN_TYPE_WORDS, SEVERITY_WORDS

    lines = [
        f"批量 {plan.lot_size}，检验水平 {plan.level}，AQL {plan.aql}，{SEVERITY_WORDS[plan.severity]}，{PLAN_TYPE_WORDS[plan.plan_type]}",
        f"样本量字码 {plan.code_letter}"
        + (
            f"，箭头 {''.join(MOVES[move] for move in plan.arrow_moves)} 到 {plan.code_letter_used}"
            if plan.arrow_moves
            else ""
        ),
    ]
    if plan.plan_type_used != plan.plan_type:
        lines.append(
            f"此处没有{PLAN_TYPE_WORDS[plan.plan_type]}方案，按表用{PLAN_TYPE_WORDS[plan.plan_type_used]}方案"
        )
    for at, (n, ac, re) in enumerate(zip(plan.n, plan.ac, plan.re, strict=True), 1):
        which = f"第 {at} 个样本 " if len(plan.n) > 1 else ""
        lines.append(f"{which}n = {n}，Ac = {'#（不能接收）' if ac is None else ac}，Re = {re}")
    if plan.full_inspection:
        lines.append(f"样本量不小于批量：全检 {plan.lot_size} 件")
    lines.append(f"依据 {plan.edition} 表 {plan.table}；{CONFIDENCE_WORDS[plan.confidence]}")
    lines += [f"另一种读法：{other}" for other in plan.alternatives]
    lines.append(f"来源：{plan.source}")
    return "\n".join(lines)
