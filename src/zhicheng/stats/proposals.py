"""Which chart suits the data: what the shape of the data alone can say, with the reason, to be confirmed by a person.

Source: the usual decision trees of GB/T 17989.2 and ISO 7870-2 (未核对原文); Montgomery, figure 7.20.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from zhicheng.stats.limits import ControlChart
from zhicheng.stats.observations import Unusable
from zhicheng.stats.variables import WIDE

ChartName: TypeAlias = Literal[
    "xbar-r", "xbar-s", "median-r", "i-mr", "p", "np", "c", "u", "laney-p", "laney-u", "g", "t"
]
TITLES: dict[str, str] = {
    "xbar-r": "均值—极差图", "xbar-s": "均值—标准差图", "median-r": "中位数—极差图", "i-mr": "单值—移动极差图", "p": "不合格品率 p 图",
    "np": "不合格品数 np 图", "c": "不合格数 c 图", "u": "单位不合格数 u 图", "laney-p": "Laney p′ 图", "laney-u": "Laney u′ 图",
    "g": "稀有事件 g 图", "t": "稀有事件 t 图", "xbar": "均值图", "r": "极差图", "s": "标准差图", "median": "中位数图", "i": "单值图",
    "mr": "移动极差图", "laney_p": "Laney p′ 图", "laney_u": "Laney u′ 图",
}  # fmt: skip
OVERDISPERSED = 1.2
"""From this σz on the binomial or Poisson distribution no longer describes what large samples do."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A chart and why; a person decides."""

    chart: ChartName
    reason: str


def propose_chart(data: Any, sizes: Any = None) -> Proposal:
    """Propose a chart: rows of several values are subgroups, one value a row is a series, counts with sizes are attributes.

    Errors: Unusable for data that are neither. Example: ``propose_chart([[1, 2], [2, 3]]).chart`` is "xbar-r".
    """
    if sizes is not None:
        return _of_counts(np.asarray(data, dtype=np.float64), np.asarray(sizes, dtype=np.float64))
    widths = {np.size(row) for row in data}
    if not widths:
        raise Unusable("没有数据，无法建议控制图。")
    widest = max(widths)
    if widest == 1:
        return Proposal("i-mr", "每次只有 1 个值")
    unequal = "（子组大小不等，控制限随之变）" if len(widths) > 1 else ""
    if widest < WIDE:
        return Proposal("xbar-r", f"每个子组 {widest} 个值{unequal}，少于 {WIDE} 个")
    return Proposal("xbar-s", f"每个子组 {widest} 个值{unequal}，{WIDE} 个以上时极差浪费信息")


def _of_counts(x: Any, n: Any) -> Proposal:
    from zhicheng.stats.counts import laney_p

    if (x > n).any():
        return Proposal("u", "有的计数大于样本量：数的是不合格（缺陷），不是不合格品")
    if (
        x.size > 2
        and np.unique(x / n).size > 1
        and laney_p(x, n).limits.parameters["sigma_z"] > OVERDISPERSED
    ):
        return Proposal("laney-p", f"样本之间的变差大于二项分布（σz > {OVERDISPERSED}）")
    return Proposal("p", "有不合格品数和样本量")


def draw_charts(name: ChartName, data: Any, sizes: Any = None) -> tuple[ControlChart, ...]:
    """The chart, or the pair, of that name, with limits from these data (phase I).

    Errors: Unusable for an unknown name, sizes missing, data as the chart says.
    """
    from zhicheng.stats import counts, individuals, rare_events, variables

    if name in ("p", "np", "u", "laney-p", "laney-u"):
        if sizes is None:
            raise Unusable(f"{TITLES[name]}要有样本量：请指明样本量所在的列。")
        sized: dict[str, Callable[..., ControlChart]] = {
            "p": counts.p_chart,
            "np": counts.np_chart,
            "u": counts.u_chart,
            "laney-p": counts.laney_p,
            "laney-u": counts.laney_u,
        }
        return (sized[name](data, sizes),)
    if name in ("xbar-r", "xbar-s", "median-r"):
        if name == "xbar-r":
            ranged = variables.xbar_r(data)
            return ranged.xbar, ranged.r
        if name == "xbar-s":
            deviating = variables.xbar_s(data)
            return deviating.xbar, deviating.s
        middle = variables.median_r(data)
        return middle.median, middle.r
    if name == "i-mr":
        pair = individuals.i_mr(data)
        return pair.i, pair.mr
    plain: dict[str, Callable[..., ControlChart]] = {
        "c": counts.c_chart,
        "g": rare_events.g_chart,
        "t": rare_events.t_chart,
    }
    if name not in plain:
        raise Unusable(
            f"不认识的控制图 {name!r}：可用 xbar-r、xbar-s、median-r、i-mr、p、np、c、u、laney-p、laney-u、g、t。"
        )
    return (plain[name](data),)
