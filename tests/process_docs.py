"""One page for each process, made from its definition: ``python -m tests.process_docs`` writes ``docs/processes/``.

States and their graph, acts with roles and requirements, who opens and amends, time limits, parameters, what a proof may
open. Nothing on these pages is typed but the targets of the few acts whose result decides the state.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "processes"

OUTCOMES: dict[str, dict[str, tuple[str, ...]]] = {
    "inspection.lot": {
        "judge": ("accepted", "rejected"),
        "inspect_skipped": ("received",),
        "settle": ("released", "conceded", "sorted", "returned", "scrapped"),
        "veto": (),
        "lift_veto": (),
    },
    "inspection.batch": {"veto_batch": (), "lift_veto_batch": ()},
    "document.edition": {
        "sign": ("reviewed", "approved"),
        "issue": ("issued", "in_force"),
        "take_effect": ("in_force",),
        "withdraw_copies": (),
    },
    "nonconformity.nonconformity": {"reinspect": ("verified", "contained")},
    "sampling.series": {
        "count_lot": ("normal", "tightened", "reduced", "discontinued"),
        "agree_to_reduced": (),
        "take_back_agreement": (),
        "agree_to_skipping": (),
        "end_skipping": (),
        "skipping_lapsed": (),
        "draw_lot": (),
    },
    "complaint.complaint": {
        "confirm_effect": ("confirmed", "contained"),
        **dict.fromkeys(
            (
                "respond",
                "answer",
                "coordinate",
                "need_visit",
                "call_off_visit",
                "arrive",
                "send_plan",
                "resample",
            ),
            (),
        ),
        **dict.fromkeys(("send_report", "correct", "open_nonconformity", "wait", "go_on"), ()),
    },
    "spc.chart": {"decline": ("collecting", "running")},
    "report.report": {"sign": ("reviewed", "approved")},
}
"""Where acts lead whose effect sets the state (empty: they leave it as it is)."""


def plain(text: Any) -> str:
    """Text for a cell of a table: one line, no bar."""
    return " ".join(str(text or "").split()).replace("|", "\\|")


def role_names(roles: Any) -> str:
    """The Chinese names of roles, in the order of the house; a function is an order that a parameter gives."""
    from zhicheng.core.roles import PUBLIC, Role

    if callable(roles):
        return "按参数规定的次序"
    public = ["公众（网上填写）"] if PUBLIC in roles else []
    return "、".join([*(str(r.label) for r in Role if r.value in roles), *public]) or "由系统"


def field_title(process: Any, name: str) -> str:
    """What a fact is called on the pages."""
    return str(process.model._meta.get_field(name).verbose_name)


def titles(process: Any, names: Iterable[str]) -> str:
    """The titles of several facts."""
    return "、".join(field_title(process, n) for n in names)


def targets(process: Any, step: Any) -> tuple[str, ...]:
    """The states that an act may lead to; none: it leaves the state as it is. Errors: KeyError where nobody said so."""
    return (step.to,) if step.to else OUTCOMES[process.name][step.name]


def page(process: Any) -> str:
    """The page of one process."""
    parts = (
        _head,
        _graph,
        _acts,
        _conditions,
        _amending,
        _clocks,
        _parameters,
        _opened,
        _metrics,
        _particular,
    )
    return "\n".join(line for part in parts for line in part(process)).rstrip("\n") + "\n"


def _head(process: Any) -> list[str]:
    lines = [
        f"# {process.title} `{process.name}`",
        "",
        "本页由 `python -m tests.process_docs` 按定义生成，请勿手改。 Generated from the definition.",
        "",
        plain(inspect.getdoc(process.model)),
        "",
    ]
    if process.help:
        lines += [plain(process.help), ""]
    key = titles(process, process.key) if process.key else "无"
    return [
        *lines,
        f"- 编号：`{process.series}`",
        f"- 登记：{role_names(process.opens)}" + (f"（{process.open_title}）" if process.open_title else ""),
        f"- 登记时必填：{titles(process, process.asks) or '无'}",
        f"- 可以查看：{role_names(process.readers)}",
        f"- 业务键（同样的内容不能重复登记）：{key}",
        *_importing(process),
        _kept(process),
        "",
    ]


def _kept(process: Any) -> str:
    kept = process.retention
    if kept.always:
        return f"- 保存：一直保存。{plain(kept.always)}"
    ends = "、".join(str(label) for s, label in process.states.items() if s in (kept.ends or process.final))
    until = f"，或“{field_title(process, kept.until)}”已过" if kept.until else ""
    return f"- 保存：结束（{ends}{until}）后 {kept.years} 年（参数可改）。{plain(kept.ground)}，未核对原文"


def _importing(process: Any) -> list[str]:
    if not process.importable:
        return ["- 导入：不能"]
    states = "、".join(str(label) for s, label in process.states.items() if s in process.importable)
    return [f"- 可导入的状态：{states}", f"- 导入的列：{titles(process, process.import_columns)}"]


def _graph(process: Any) -> list[str]:
    lines = ["## 状态", "", "```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{label}" as {state}' for state, label in process.states.items()]
    lines.append(f"    [*] --> {process.start}")
    for step in process.transitions:
        for source in sorted(step.sources):
            lines += [f"    {source} --> {to}: {step.title}" for to in targets(process, step) or (source,)]
    lines += [f"    {state} --> [*]" for state in process.states if state in process.final]
    return [*lines, "```", ""]


def _acts(process: Any) -> list[str]:
    if not process.transitions:
        return []
    lines = [
        "## 步骤",
        "",
        "| 步骤 | 代码 | 自 | 至 | 谁 | 填写 | 规矩 | 含义 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for step in process.transitions:
        sources = "、".join(str(label) for s, label in process.states.items() if s in step.sources)
        to = "、".join(str(process.states[t]) for t in targets(process, step)) or "不变"
        asks = "、".join(
            field_title(process, n) + ("（可不填）" if n in step.optional else "") for n in step.asks
        )
        rules = [f"签署“{step.meaning}”，须重新验证身份"] if step.meaning else []
        rules += ["须说明原因"] if step.reason else []
        if step.four_eyes:
            acts = "、".join(str(_act_title(process, a)) for a in step.four_eyes)
            rules.append(f"不能由办理“{acts}”的人办理")
        cells = (
            step.title,
            f"`{step.name}`",
            sources,
            to,
            role_names(step.roles),
            asks,
            "；".join(rules),
            step.help,
        )
        lines.append("| " + " | ".join(plain(c) for c in cells) + " |")
    return [*lines, ""]


def _act_title(process: Any, act: str) -> Any:
    if act in process.acts:
        return process.acts[act].title
    return {"open": "登记", "amend": "更改"}[act]


def _conditions(process: Any) -> list[str]:
    """Requirements by name with their docstrings, and the acts that ask for them."""
    asked: dict[str, tuple[str, list[str]]] = {}
    for step in process.transitions:
        for requirement in (*step.requires, *step.checks):
            sentence = plain(inspect.getdoc(requirement))
            asked.setdefault(requirement.__name__, (sentence, []))[1].append(str(step.title))
    if not asked:
        return []
    lines = ["## 须满足的条件", "", "| 条件 | 用于 | 内容 |", "|---|---|---|"]
    lines += [f"| `{name}` | {'、'.join(steps)} | {sentence} |" for name, (sentence, steps) in asked.items()]
    return [*lines, ""]


def _amending(process: Any) -> list[str]:
    if not process.amendable:
        return []
    lines = [
        "## 更改",
        "",
        f"由{role_names(process.amends or process.opens)}办理；更改已有内容须说明原因，旧版本留在日志里。",
        "",
    ]
    for state, names in process.amendable.items():
        lines.append(f"- {process.states[state]}：{titles(process, names)}")
    return [*lines, ""]


def _clocks(process: Any) -> list[str]:
    if not process.clocks:
        return []
    lines = ["## 时限", "", "| 时限 | 开始 | 停止 | 参数 | 计时 |", "|---|---|---|---|---|"]
    for clock in process.clocks:
        if clock.span is not None:
            lines.append(f"| {clock.title} | 按记录的内容 | 按记录的内容 | 服务时限 | 服务时限 |")
            continue
        stops = "、".join(str(_act_title(process, a)) for a in sorted(clock.stops))
        kind = "工作日" if clock.working_time else "自然时间"
        lines.append(
            f"| {clock.title} | {_act_title(process, clock.starts)} | {stops} | `{clock.within}` | {kind} |"
        )
    return [*lines, ""]


def parameter_table(specs: Iterable[Any]) -> list[str]:
    """Parameters with their defaults."""
    lines = ["| 参数 | 代码 | 默认值 | 单位 | 依据 |", "|---|---|---|---|---|"]
    rows = (f"| {s.title} | `{s.key}` | `{s.default}` | {s.unit} | {s.source} |" for s in specs)
    return [*lines, *rows]


def _parameters(process: Any) -> list[str]:
    return ["## 参数", "", *parameter_table(process.parameters), ""] if process.parameters else []


def _opened(process: Any) -> list[str]:
    if not process.may_open:
        return ["## 证明包可公开的事实", "", "无。", ""]
    facts = "、".join(f"{field_title(process, n)} `{n}`" for n in process.may_open)
    return ["## 证明包可公开的事实", "", f"最多这些，实际只公开所发布的数字需要的：{facts}。", ""]


def _metrics(process: Any) -> list[str]:
    from zhicheng.metrics.definition import everything

    own = [m for m in everything() if m.counted[0].type == process.name]
    if not own:
        return []
    lines = ["## 指标", "", "| 指标 | 代码 | 定义 | 单位 | 维度 |", "|---|---|---|---|---|"]
    for m in own:
        by = titles(process, m.dimensions)
        lines.append(f"| {m.title[0]} | `{m.name}` | {plain(m.source[0])} | {m.unit} | {by} |")
    return [*lines, ""]


def _particular(process: Any) -> list[str]:
    """What stands on the pages of roles and parameters only: all of them together."""
    from zhicheng.core.parameters import specs
    from zhicheng.core.roles import Role

    if process.name == "core.parameter":
        return ["## 全部参数", "", *parameter_table(sorted(specs().values(), key=lambda s: s.key)), ""]
    if process.name != "org.role":
        return []
    lines = ["## 全部角色", "", "| 角色 | 代码 | 登记 | 步骤 |", "|---|---|---|---|"]
    for role in Role:
        opens, acts = _duties(role.value)
        lines.append(f"| {role.label} | `{role.value}` | {'、'.join(opens)} | {'；'.join(acts)} |")
    return [*lines, "", "报告的签署角色与次序是参数 `report.approvers`。", ""]


def _duties(role: str) -> tuple[list[str], list[str]]:
    """What a role opens, and which steps it takes of which process."""
    from zhicheng.core.process import registry

    opens = [str(p.title) for p in registry.all() if role in p.opens]
    acts = []
    for process in registry.all():
        own = [str(s.title) for s in process.transitions if not callable(s.roles) and role in s.roles]
        if own:
            acts.append(f"{process.title}：{'、'.join(own)}")
    return opens, acts


def index() -> str:
    """The list of all processes."""
    from zhicheng.core.process import registry

    lines = [
        "# 记录种类",
        "",
        "每一种记录一页，由 `python -m tests.process_docs` 按定义生成。 One generated page for each kind of record.",
        "",
        "| 记录种类 | 代码 | 编号 |",
        "|---|---|---|",
    ]
    lines += [f"| [{p.title}]({p.name}.md) | `{p.name}` | `{p.series}` |" for p in registry.all()]
    return "\n".join(lines) + "\n"


def pages() -> dict[str, str]:
    """Every page by file name, in Chinese."""
    from django.utils import translation

    from zhicheng.core.process import registry

    with translation.override("zh-hans"):
        return {"README.md": index(), **{f"{p.name}.md": page(p) for p in registry.all()}}


def main() -> None:
    """Write the pages and remove those of processes that are gone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhicheng.config.settings")
    import django

    django.setup()
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
