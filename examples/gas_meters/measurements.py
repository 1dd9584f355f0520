"""A control chart of the example: the bore of a bushing in the last quarter of 2017, reconstructed like everything else."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from zhicheng.core.authority import Actor
from zhicheng.core.process import registry
from zhicheng.core.writers import amend, open_record, perform

Who = Callable[[str], Actor]
ITEM, CHARACTERISTIC, SIZE = "W008", "内径", 5
LIMITS = {"name": CHARACTERISTIC, "unit": "mm", "lower": "19.98", "upper": "20.02", "critical": False}
CENTRE, SIGMA = 20.0002, 0.0042
WORN = 20.0125
"""Where the mean lies on the day of the worn reamer."""
LATE = "示例：按公开合计重构，本系统启用后补录"


def subgroups(days: Sequence[dt.date]) -> Iterator[tuple[int, dt.date, list[str]]]:
    """Serial number, day and values of the subgroups of phase I; the same each time."""
    draw = random.Random(2017)
    for serial, day in enumerate(days, 1):
        yield serial, day, [f"{draw.gauss(CENTRE, SIGMA):.4f}" for _ in range(SIZE)]


def begin(who: Who) -> Any:
    """The characteristic of the item, and its chart."""
    quality = who("quality_manager")
    item = registry["supplier.item"].model.objects.get(code=ITEM)
    item = amend(item, {"characteristics": [LIMITS]}, by=quality, version=item.version, reason="登记检验特性")
    facts = {
        "item": item,
        "characteristic": CHARACTERISTIC,
        "kind": "xbar_r",
        "size": SIZE,
        "rules": "nelson",
    }
    return open_record(registry["spc.chart"], facts, by=quality)


def freeze(chart: Any, who: Who) -> Any:
    """Limits from what was imported, approved by another."""
    chart = perform(chart, "propose_limits", {}, by=who("quality_manager"), version=chart.version)
    return perform(chart, "freeze", {}, by=who("chief_quality_officer"), version=chart.version)


def go_on(chart: Any, days: Sequence[dt.date], who: Who) -> None:
    """Phase II: on one of these days the reamer is worn, and the signal is explained."""
    draw = random.Random(12)
    for at, day in enumerate(days):
        centre = WORN if at == 3 else CENTRE
        values = [{"value": f"{draw.gauss(centre, SIGMA):.4f}"} for _ in range(SIZE)]
        facts = {
            "chart": chart,
            "values": values,
            "occurred_on": day,
            "late_reason": LATE,
            "provenance": "reconstructed",
        }
        open_record(registry["spc.subgroup"], facts, by=who("inspector"))
    signal = registry["spc.signal"].model.objects.order_by("k")[0]
    found = {"cause": "铰刀磨损", "action": "更换铰刀，当日产品全检", "assignable": True}
    perform(signal, "explain", found, by=who("inspector"), version=signal.version)
