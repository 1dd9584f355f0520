"""Broken inputs raise a sentence in Chinese that names the place: never a silent number."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from zhicheng import stats as st
from zhicheng.stats import Unusable

NAN, INF = float("nan"), float("inf")
GOOD = [[1.0, 2.0], [2.0, 4.0], [3.0, 3.5]]
SUBGROUPED: list[Callable[[Any], object]] = [
    st.xbar_chart,
    st.r_chart,
    st.s_chart,
    st.median_chart,
    st.xbar_r,
    st.xbar_s,
    st.median_r,
    st.within_sigma,
    lambda data: st.ewma(data),
    lambda data: st.cusum(data),
    lambda data: st.moving_average(data, span=2),
    lambda data: st.capability(data, usl=9),
]
SINGLE: list[Callable[[Any], object]] = [
    st.i_chart,
    st.mr_chart,
    st.i_mr,
    st.individual_sigma,
    st.g_chart,
    st.t_chart,
    st.c_chart,
    st.ewma,
    st.cusum,
    lambda data: st.p_chart(data, 100),
    lambda data: st.u_chart(data, 10),
    lambda data: st.capability(data, usl=99),
    lambda data: st.fit_distribution(data),
]


@pytest.mark.parametrize("method", SUBGROUPED)
@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (NAN, "子组 2 第 1 个值缺失"),
        (INF, "子组 2 第 1 个值是无穷大"),
        ("甲", "子组 2 第 1 个值不是数（'甲'）"),
        ("7", "子组 2 第 1 个值不是数（'7'）"),
        (None, "子组 2 第 1 个值缺失"),
        (True, "不是数"),
    ],
)
def test_a_bad_value_in_a_subgroup_is_named(method: Callable[[Any], object], bad: Any, says: str) -> None:
    with pytest.raises(Unusable, match=says.replace("(", r"\(")):
        method([[1.0, 2.0], [bad, 4.0], [3.0, 3.5]])


@pytest.mark.parametrize("method", SINGLE)
@pytest.mark.parametrize(
    ("bad", "says"),
    [(NAN, "第 3 个值缺失"), (-INF, "第 3 个值是无穷大"), ("x", "第 3 个值不是数"), (None, "第 3 个值缺失")],
)
def test_a_bad_value_in_a_series_is_named(method: Callable[[Any], object], bad: Any, says: str) -> None:
    with pytest.raises(Unusable, match=says):
        method([1, 2, bad, 4, 3])


@pytest.mark.parametrize("method", [one for one in SUBGROUPED if one is not st.within_sigma])
def test_constant_data_have_no_limits(method: Callable[[Any], object]) -> None:
    with pytest.raises(Unusable, match=r"σ 为 0|没有.*变差"):
        method([[5.0, 5.0]] * 6)


@pytest.mark.parametrize(
    "method", [st.i_chart, st.mr_chart, st.i_mr, lambda d: st.capability(d, usl=9), st.fit_distribution]
)
def test_a_constant_series_has_no_limits(method: Callable[[Any], object]) -> None:
    with pytest.raises(Unusable, match=r"没有变差|全都相同"):
        method([5.0] * 6)


@pytest.mark.parametrize(
    "method", [st.xbar_chart, st.r_chart, st.s_chart, st.median_chart, st.xbar_r, st.xbar_s]
)
def test_one_subgroup_is_too_few(method: Callable[[Any], object]) -> None:
    with pytest.raises(Unusable, match="只有 1 个子组"):
        method([[1.0, 2.0, 3.0]])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: st.i_chart([3.0]), "只有 1 个值"),
        (lambda: st.p_chart([3], 10), "只有 1 个样本"),
        (lambda: st.xbar_chart([]), "空的"),
        (lambda: st.xbar_chart([[1.0], [2.0], [3.0]]), "只含 1 个值"),
        (lambda: st.xbar_r([[1.0, 2.0], [3.0], [2.0, 4.0]]), "只含 1 个值"),
        (lambda: st.xbar_chart([1.0, 2.0, 3.0]), "至少有 2 维"),
        (lambda: st.xbar_chart([[1.0, NAN], [NAN, NAN]], missing="omit"), "子组 2 没有值"),
        (lambda: st.xbar_chart([[[1.0], [2.0, 3.0]]]), "长短不一"),
        (lambda: st.r_chart([[1.0, 2.0], [1.0, 2.0, 3.0]], sigma=1.0), "子组大小不等"),
        (lambda: st.xbar_chart(GOOD, nsigma=0), "nsigma"),
        (lambda: st.xbar_chart(GOOD, nsigma="3"), "nsigma"),
        (lambda: st.xbar_chart(GOOD, sigma=-1.0), "σ"),
        (lambda: st.xbar_chart(GOOD, sigma="宽"), "给定的"),
        (lambda: st.xbar_chart(GOOD, probability=1.5), "概率"),
        (lambda: st.xbar_chart(GOOD, estimator="MEAN"), "不认识的 σ 估计方法"),
        (lambda: st.xbar_chart(GOOD, constants="rough"), "constants"),
        (lambda: st.p_chart([3, 11], 10), "第 2 个值：不合格数 11 大于样本量 10"),
        (lambda: st.p_chart([3, 2.5], 10), "第 2 个值是 2.5"),
        (lambda: st.p_chart([3, -1], 10), "第 2 个值是 -1"),
        (lambda: st.p_chart([3, 1], [10, 0]), "第 2 个值是 0"),
        (lambda: st.p_chart([3, 1, 2], [10, 10]), "不配"),
        (lambda: st.p_chart([3, 1], 10, centre=1.2), "在 0 与 1 之间"),
        (lambda: st.laney_p([0, 0, 0], 10), "没有变差"),
        (lambda: st.mr_chart([1.0, 2.0], span=3), "不够"),
        (lambda: st.individual_sigma([1.0, 2.0], span=1), "跨度"),
        (lambda: st.apply_limits(st.p_chart([1, 2], 10).limits, [1, 2]), "样本量"),
        (lambda: st.apply_limits(st.i_chart([1, 2, 4]).limits, [1, 2], 5), "去掉 sizes"),
        (lambda: st.apply_limits(st.cusum([1, 2, 4]).limits, [1, 2]), "不能直接套用 cusum"),
        (lambda: st.xbar_chart(GOOD, limits=st.r_chart(GOOD).limits), "不能用于 xbar 图"),
        (lambda: st.Limits.from_data({"format": 99}), "格式"),
        (lambda: st.Limits.from_data({"format": 1, "chart": "i"}), "不完整"),
        (lambda: st.in_stages(st.i_chart, [1.0, 2.0, 3.0, 5.0], [9]), "起点 9"),
        (lambda: st.in_stages(st.i_chart, [1.0, 2.0, 3.0, 5.0], [3]), "阶段 2（第 4 到 4 点）"),
    ],
)
def test_each_mistake_has_its_sentence(call: Callable[[], object], says: str) -> None:
    with pytest.raises(Unusable, match=says):
        call()


def test_the_place_among_many_characteristics() -> None:
    x = np.ones((2, 3, 4))
    x[1, 2, 3] = NAN
    with pytest.raises(Unusable, match="特性 2 子组 3 第 4 个值"):
        st.xbar_chart(x)
    flat = np.random.default_rng(1).normal(size=(4, 10))
    flat[2] = 7.0
    with pytest.raises(Unusable, match="特性 3"):
        st.capability(flat, usl=9, of="individuals")
    with pytest.raises(Unusable, match="特性 3"):
        st.i_chart(flat)


def test_a_refusal_is_a_value_error() -> None:
    assert issubclass(Unusable, ValueError)
