"""Describing data: tolerance interval, histogram with normality test, correlation, Pareto, run chart."""

from __future__ import annotations

import math

from django.utils.translation import gettext as _

from zhicheng.core.comparisons import pareto_chart, scatter
from zhicheng.core.pictures import Line, Picture
from zhicheng.processes.study.asked import confidence, real
from zhicheng.processes.study.drawing import (
    histogram_picture,
    in_order,
    normal_density,
    probability_plot,
    upright,
)
from zhicheng.processes.study.finding import (
    Finding,
    Result,
    confidence_note,
    p_line,
    probability,
    result,
    shown,
)
from zhicheng.processes.study.measuring import one_column
from zhicheng.processes.study.models import Side, Study
from zhicheng.processes.study.roles import CATEGORY, COUNT, column_of
from zhicheng.processes.study.table import Table, blank, refused

LEVEL = 0.05
MOST_CATEGORIES = 60


def tolerance(study: Study, table: Table) -> Finding:
    """The interval that covers a share of the population."""
    import numpy as np

    from zhicheng.stats import anderson_darling, nonparametric_tolerance_interval, normal_tolerance_interval

    values, share = one_column(study, table), confidence(study)
    coverage = float(study.coverage) / 100
    side = study.side or Side.TWO
    made = normal_tolerance_interval if study.parametric else nonparametric_tolerance_interval
    found = made(values, coverage, share, side=side)
    unit, x = study.unit, np.asarray(values, dtype=float)
    mean, sd = float(x.mean()), float(x.std(ddof=1))
    results = [
        result(_("均值"), mean, unit=unit),
        result(_("标准差"), sd, unit=unit),
        result(_("容许区间下限"), found.lower, unit=unit),
        result(_("容许区间上限"), found.upper, unit=unit),
        result(_("实际达到的置信水平"), 100 * found.reached, unit="%"),
    ]
    notes, normal = [], ""
    if study.parametric:
        results.append(result(_("系数 k"), found.k))
    if len(values) >= 8:
        p = float(anderson_darling(x).p_value)
        results.append(p_line(_("正态检验 p 值"), p))
        if study.parametric and p < LEVEL:
            normal = _("但数据不像正态分布，这个区间不可信：请改用非参数的容许区间。")
            notes.append(_("正态检验 p = %s。") % probability(p))
    said = {
        "c": shown(100 * coverage, 4),
        "p": shown(100 * share, 4),
        "l": shown(found.lower),
        "h": shown(found.upper),
    }
    verdict = _("以 %(p)s%% 的置信水平，[%(l)s, %(h)s] 至少包含总体的 %(c)s%%。") % said + normal
    lines = upright(
        (_("下限"), found.lower if math.isfinite(found.lower) else None),
        (_("上限"), found.upper if math.isfinite(found.upper) else None),
    )
    drawn = [in_order(_("数据"), values, lines, unit=unit)]
    if len(values) >= 8:
        drawn.insert(0, histogram_picture(_("直方图"), values, lines, normal_density(mean, sd), unit=unit))
    criterion = (
        _("正态容许区间（精确 k）：GB/T 3359、ISO 16269-6（未核对原文）。不作合格与否的判定。")
        if study.parametric
        else _("非参数容许区间（次序统计量，Wilks 1941）。不作合格与否的判定。")
    )
    return Finding(len(values), results, verdict, criterion, notes=notes, pictures=drawn)


def described(study: Study, table: Table) -> Finding:
    """Histogram, moments and the normality test."""
    from zhicheng.stats import histogram

    values = one_column(study, table)
    low, high = real(study.lower), real(study.upper)
    found = histogram(values, lower=low, upper=high, resolution=real(study.resolution))
    unit = study.unit
    results = [
        result(_("均值"), found.mean, unit=unit),
        result(_("标准差"), found.sd, unit=unit),
        result(_("最小值"), min(values), unit=unit),
        result(_("最大值"), max(values), unit=unit),
        result(_("偏度"), found.skewness),
        result(_("峰度（超出正态的）"), found.kurtosis),
        result(_("Anderson–Darling A²"), found.anderson_darling),
        p_line(_("正态检验 p 值"), found.normality_p),
    ]
    if low is not None:
        results.append(Result(_("低于下限的个数"), str(found.below)))
    if high is not None:
        results.append(Result(_("高于上限的个数"), str(found.above)))
    normal = found.normality_p >= LEVEL
    verdict = (
        _("没有显出与正态分布不符（p = %s）。")
        if normal
        else _("与正态分布不符（p = %s）：看直方图是偏斜、双峰还是有离群值。")
    ) % probability(found.normality_p)
    lines = upright(("LSL", low), (_("均值"), found.mean), ("USL", high))
    drawn = [
        histogram_picture(_("直方图"), values, lines, normal_density(found.mean, found.sd), unit=unit, note=_("曲线为正态分布。")),
        probability_plot(values, found.normality_p, unit),
        in_order(_("数据"), values, upright(("LSL", low), ("USL", high)), unit=unit),
    ]  # fmt: skip
    criterion = _(
        "Anderson–Darling 检验（D’Agostino、Stephens 1986），显著性水平 0.05。没有显出不符不等于证明是正态。"
    )
    return Finding(found.n, results, verdict, criterion, pictures=drawn)


def correlated(study: Study, table: Table) -> Finding:
    """Scatter diagram of two characteristics."""
    from zhicheng.stats import correlation

    at = table.chosen(study.columns) or table.numeric()
    if len(at) != 2:
        raise refused(_("散布图要正好两列数：请在“数据列”里写明横轴、纵轴两列。"), "columns")
    rows = table.matrix(at)
    x, y = [row[0] for row in rows], [row[1] for row in rows]
    share = confidence(study)
    found = correlation(x, y, confidence=share)
    results = [
        result(_("相关系数 r"), found.r, found.r_interval),
        p_line(_("r 为 0 的检验 p 值"), found.p),
        result("Spearman ρ", found.spearman),
        p_line(_("ρ 为 0 的检验 p 值"), found.spearman_p),
        result(_("回归斜率"), found.slope, found.slope_interval),
        result(_("回归截距"), found.intercept),
        result("R²", found.r_squared),
        result(_("残差标准差"), found.residual_sd),
    ]
    strong = _("正") if found.r > 0 else _("负")
    verdict = (
        _("有%(s)s相关（r = %(r)s，p = %(p)s）；相关不等于因果。")
        if found.p < LEVEL
        else _("没有显出相关（r = %(r)s，p = %(p)s）。")
    ) % {"s": strong, "r": shown(found.r, 4), "p": probability(found.p)}
    line = [(one, found.intercept + found.slope * one) for one in (min(x), max(x))]
    option = scatter(
        {_("数据"): list(zip(x, y, strict=True))},
        x=table.names[at[0]],
        y=table.names[at[1]],
        fits={_("回归直线"): line},
    )
    criterion = _("Pearson 相关系数的 t 检验，显著性水平 0.05；区间为 Fisher z。不作合格与否的判定。")
    drawn = [Picture(_("散布图"), option)]
    return Finding(found.n, results, verdict, criterion, notes=[confidence_note(share)], pictures=drawn)


def categories(study: Study, table: Table) -> dict[str, float]:
    """Counts by category: a category and a count column, or one column of categories to be counted. Errors: ValidationError."""
    at = table.chosen(study.columns)
    if not at:
        named, counted = column_of(table, CATEGORY), column_of(table, COUNT)
        numeric = table.numeric()
        rest = [one for one in range(len(table.names)) if one not in numeric]
        first = named if named is not None else rest[0] if rest else 0
        number = counted if counted is not None else next((one for one in numeric if one != first), None)
        at = [first] if number is None else [first, number]
    if len(at) > 2:
        raise refused(_("排列图只用类别、频数两列：请在“数据列”里写明。"), "columns")
    found: dict[str, float] = {}
    labels = table.texts(at[0])
    for label, (number, row) in zip(labels, table.rows, strict=True):
        amount = 1.0 if len(at) == 1 else table.number(number, row, at[1])
        found[label] = found.get(label, 0.0) + amount
    if len(found) > MOST_CATEGORIES:
        raise refused(_("类别超过 %s 种：请先归并。") % MOST_CATEGORIES)
    return found


def ranked(study: Study, table: Table) -> Finding:
    """Pareto table and chart."""
    from zhicheng.stats import pareto

    counts = categories(study, table)
    found = pareto(counts)
    results = [
        Result(
            name, shown(n), unit=_("占 %(s)s%%，累计 %(c)s%%") % {"s": shown(share, 4), "c": shown(cum, 4)}
        )
        for name, n, share, cum in zip(
            found.order, found.frequency, found.percentage, found.cum_percentage, strict=True
        )
    ]
    vital = "、".join(found.order[: found.vital])
    said = {
        "n": found.vital,
        "all": len(found.order),
        "names": vital,
        "p": shown(found.cum_percentage[found.vital - 1], 4),
    }
    verdict = _("%(all)s 类中的 %(n)s 类（%(names)s）占 %(p)s%%。") % said
    option = pareto_chart(
        found.order, found.frequency, found.cum_percentage, name=_("频数"), share=_("累计占比")
    )
    criterion = _("关键少数：累计到 80% 的前几类。不作合格与否的判定。")
    return Finding(
        len([1 for _n, row in table.rows if not all(blank(c) for c in row)]), results, verdict, criterion,
        pictures=[Picture(_("排列图"), option)],
    )  # fmt: skip


def run(study: Study, table: Table) -> Finding:
    """Run chart about the median."""
    from zhicheng.stats import run_chart

    values = one_column(study, table)
    found = run_chart(values)
    results = [
        result(_("中位数"), found.median, unit=study.unit),
        Result(_("关于中位数的链数"), str(found.runs_about)),
        result(_("链数的期望"), found.expected_about),
        Result(_("关于中位数最长的链"), str(found.longest_about)),
        p_line(_("聚集 p 值"), found.p_clustering),
        p_line(_("混合 p 值"), found.p_mixture),
        Result(_("升降链数"), str(found.runs_up_down)),
        result(_("升降链数的期望"), found.expected_up_down),
        Result(_("最长的升降链"), str(found.longest_up_down)),
        p_line(_("趋势 p 值"), found.p_trend),
        p_line(_("振荡 p 值"), found.p_oscillation),
    ]
    tests = (
        (_("聚集"), found.p_clustering), (_("混合"), found.p_mixture), (_("趋势"), found.p_trend), (_("振荡"), found.p_oscillation),
    )  # fmt: skip
    seen = [name for name, p in tests if p < LEVEL]
    verdict = (
        _("显出%s：不是偶然的次序，请查原因。") % "、".join(seen)
        if seen
        else _("没有显出聚集、混合、趋势或振荡。")
    )
    lines = [Line(_("中位数"), found.median, shown(found.median))]
    criterion = _(
        "链数检验（Wald、Wolfowitz；Levene、Wolfowitz），各项显著性水平 0.05，正态近似。不作合格与否的判定。"
    )
    drawn = [in_order(_("链图"), values, lines, unit=study.unit)]
    return Finding(found.n, results, verdict, criterion, pictures=drawn)
