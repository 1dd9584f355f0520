"""Some twenty nonconformities of 2017 that run the whole workflow, each step by the person whose step it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from zhicheng.core.authority import Actor
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record, perform

Who = Callable[[str], Actor]

LATE = "示例：按公开合计重构，本系统启用后补录"
CASES = (
    # day, source, product, defect, quantity, unit, severity, disposition
    ("2017-01-12", "incoming", "表体壳体", "D02", 120, "件", "major", "rework"),
    ("2017-01-25", "finished", "XJ-1 智能旋进流量计", "P01", 3, "台", "major", "rework"),
    ("2017-02-16", "incoming", "腰轮转子", "D02", 60, "件", "critical", "return"),
    ("2017-03-02", "incoming", "O 形密封圈", "D04", 800, "件", "major", "return"),
    ("2017-03-20", "finished", "WL-1 智能气体涡轮流量计", "P04", 4, "台", "major", "repair"),
    ("2017-04-06", "incoming", "铭牌", "D06", 300, "件", "minor", "concession"),
    ("2017-04-19", "incoming", "涡轮叶轮", "D01", 100, "件", "minor", "sort"),
    ("2017-05-11", "finished", "WL-2 智能气体涡轮流量计", "P02", 3, "台", "critical", "rework"),
    ("2017-05-24", "incoming", "锂电池", "D05", 200, "件", "critical", "return"),
    ("2017-06-08", "production", "同步齿轮", "D02", 18, "件", "major", "scrap"),
    ("2017-06-22", "incoming", "端盖", "D01", 150, "件", "minor", "regrade"),
    ("2017-07-05", "finished", "YL-1 气体腰轮流量计", "P03", 3, "台", "major", "rework"),
    ("2017-07-19", "incoming", "压力传感器", "D05", 60, "件", "critical", "return"),
    ("2017-08-03", "finished", "WL-4 CPU 卡气体涡轮流量计", "P04", 5, "台", "major", "repair"),
    ("2017-08-21", "incoming", "不锈钢棒", "D03", 500, "千克", "critical", "return"),
    ("2017-09-13", "delivery", "WL-3 气体涡轮流量计", "P05", 1, "台", "minor", "repair"),
    ("2017-09-27", "incoming", "法兰盘", "D02", 80, "件", "major", "sort"),
    ("2017-10-18", "finished", "XJ-1 智能旋进流量计", "P01", 4, "台", "major", "rework"),
    ("2017-11-09", "incoming", "控制阀", "D04", 40, "件", "major", "return"),
    ("2017-11-23", "finished", "YL-2 CPU 卡气体腰轮流量计", "P02", 3, "台", "critical", "rework"),
    ("2017-12-07", "incoming", "主轴", "D02", 60, "件", "major", "scrap"),
    ("2017-12-20", "finished", "WL-1 智能气体涡轮流量计", "P01", 3, "台", "major", "rework"),
)
STAYS_OPEN = {len(CASES) - 1: "contained", len(CASES): "reworked"}
"""The last two are not finished, as in any year."""


def run(who: Who, progress: Callable[[int, int], None]) -> None:
    """Open each and take it as far as it went."""
    for i, case in enumerate(CASES, 1):
        _one(who, case, STAYS_OPEN.get(i, "closed"))
        progress(i, len(CASES))


def _one(who: Who, case: tuple[Any, ...], until: str) -> None:
    day, source, product, defect, quantity, unit, severity, disposition = case
    facts = {
        "source": source,
        "product": product,
        "defect_code": defect,
        "description": f"{product}：缺陷 {defect}，数量 {quantity} {unit}",
        "severity": severity,
        "quantity": quantity,
        "unit": unit,
        "found_by_customer": source == "delivery",
        "occurred_on": dt.date.fromisoformat(day),
        "late_reason": LATE,
        "provenance": "reconstructed",
    }
    nc = open_record(registry["nonconformity.nonconformity"], facts, by=who("inspector"))

    def step(act: str, role: str, **asked: Any) -> None:
        nonlocal nc
        if nc.state != until:
            nc = perform(nc, act, asked, by=who(role), version=nc.version)

    step("contain", "inspector", containment="挂红牌，移入不合格品区，台账登记")
    if disposition == "concession":
        step("concede", "quality_manager", disposition_reason="只影响外观，不影响计量与安全，限本批使用")
    else:
        step(
            "dispose", "quality_manager", disposition=disposition, disposition_reason="按不合格品控制程序评审"
        )
    if disposition in ("rework", "repair", "sort"):
        step("rework", "production", work_done="按返工返修或挑选作业单完成")
        step("reinspect", "inspector", reinspected=quantity, reinspected_conforming=quantity)
    else:
        step("carry_out", "purchasing", work_done="已按处置执行并登记去向")
    step("close", "quality_manager", cause="见原因分析记录", effect="其后三批同类产品检验合格")
