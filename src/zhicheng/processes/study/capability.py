"""Capability: indices with intervals, and always beside them the distribution test and the stability verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from zhicheng.core.pictures import Picture
from zhicheng.processes.study.asked import confidence, real
from zhicheng.processes.study.drawing import (
    control_chart,
    fitted_density,
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
    index,
    p_line,
    percent,
    result,
    shown,
)
from zhicheng.processes.study.models import Method, Outcome, Study
from zhicheng.processes.study.table import Table, refused

if TYPE_CHECKING:
    from zhicheng.stats import Capability, CapabilityStudy

NAMES = {"xbar": "X̄", "r": "R", "s": "s", "i": "X", "mr": "MR"}
LEVEL = 0.05
"""Level of the distribution test."""


def values_of(study: Study, table: Table) -> Any:
    """Individual values, or subgroups as rows: several columns, or one column cut into ``size``. Errors: ValidationError."""
    at = table.chosen(study.columns) or table.numeric()
    if not at:
        raise refused(_("没有全是数的列：请更正数据，或在“数据列”里指明。"))
    if len(at) > 1:
        if study.size:
            raise refused(_("有几列数据时每行即一个子组，子组大小请留空；或在“数据列”里只选一列。"), "size")
        return table.matrix(at)
    flat = table.numbers(at[0])
    if not study.size:
        return flat
    if len(flat) % study.size:
        said = {"n": len(flat), "m": study.size, "k": len(flat) % study.size}
        raise refused(_("%(n)s 个值不能分成每组 %(m)s 个：多出 %(k)s 个。") % said, "size")
    return [flat[i : i + study.size] for i in range(0, len(flat), study.size)]


def capability(study: Study, table: Table) -> Finding:
    """The study by its method. Errors: ValidationError, ``zhicheng.stats.Unusable``."""
    from zhicheng.stats import capability_study

    x = values_of(study, table)
    low, high, aim = real(study.lower), real(study.upper), real(study.target)
    share = confidence(study)
    quantile = study.method == Method.QUANTILE
    distribution: Any = study.distribution if quantile else None
    found = capability_study(
        x, lsl=low, usl=high, target=aim, confidence=share, alpha=LEVEL, distribution=distribution
    )
    if study.method in (Method.BOX_COX, Method.JOHNSON):
        return _transformed(study, x, found, share)
    results = _common(found)
    notes = [*found.notes, confidence_note(share)]
    fits, good = found.normal, found.grade
    if quantile:
        more, fits = _quantile(found, x)
        results += more
    else:
        results += _indices(found.capability)
    results += _beside(found)
    said = _said(found.headline, found.value, good, found.stable, fits)
    return Finding(
        found.capability.observations, results, said, _criterion(study), _outcome(good, found.stable, fits), notes,
        _pictures(study, x, found),
    )  # fmt: skip


def _common(found: CapabilityStudy) -> list[Result]:
    c = found.capability
    return [
        result(_("均值"), c.mean),
        result(_("子组内标准差（%s）") % c.estimator, c.sigma_within),
        result(_("总标准差"), c.sigma_overall),
    ]


def _indices(c: Capability) -> list[Result]:
    found: list[Result] = []
    for name, one in (
        ("Cp", c.cp), ("Cpl", c.cpl), ("Cpu", c.cpu), ("Cpk", c.cpk), ("Cpm", c.cpm), ("Pp", c.pp), ("Ppl", c.ppl), ("Ppu", c.ppu), ("Ppk", c.ppk),
    ):  # fmt: skip
        found += index(name, one)
    return [*found, *_shares(c)]


def _shares(c: Any) -> list[Result]:
    below = getattr(c, "expected_overall_below", None)
    above = getattr(c, "expected_overall_above", None)
    return [
        *percent(_("预期不合格率（低于下限）"), below),
        *percent(_("预期不合格率（高于上限）"), above),
        *percent(_("实测不合格率（低于下限）"), c.observed_below),
        *percent(_("实测不合格率（高于上限）"), c.observed_above),
    ]


def _quantile(found: CapabilityStudy, x: Any) -> tuple[list[Result], bool]:
    """Performance by the quantiles of the fitted distribution, and whether the distribution fits (parametric bootstrap)."""
    import numpy as np

    from zhicheng.stats import goodness_of_fit

    fitted = found.fitted
    assert fitted is not None
    fit = goodness_of_fit(fitted.fitted, np.asarray(x, dtype=float).ravel())
    results = [result(_("分布参数 %s") % name, value) for name, value in fitted.fitted.parameters.items()]
    for name, value in (("Pp", fitted.pp), ("Ppl", fitted.ppl), ("Ppu", fitted.ppu), ("Ppk", fitted.ppk)):
        results += [] if value is None else [result(name, value)]
    results += [
        *percent(_("预期不合格率（低于下限）"), fitted.expected_below),
        *percent(_("预期不合格率（高于上限）"), fitted.expected_above),
        *percent(_("实测不合格率（低于下限）"), fitted.observed_below),
        *percent(_("实测不合格率（高于上限）"), fitted.observed_above),
        result(_("所选分布的 Anderson–Darling A²"), fit.statistic),
        p_line(_("所选分布的检验 p 值（自助法）"), fit.p_value),
    ]
    return results, fit.p_value >= LEVEL


def _transformed(study: Study, x: Any, found: CapabilityStudy, share: float) -> Finding:
    """Indices of the transformed values against transformed limits; stability is judged on the values as measured."""
    import numpy as np

    from zhicheng.stats import anderson_darling, transformed_capability
    from zhicheng.stats.studies import GATES

    by: Any = study.method
    made = transformed_capability(x, lsl=real(study.lower), usl=real(study.upper), by=by, confidence=share)
    c = made.capability
    test = anderson_darling(made.transformation(np.asarray(x, dtype=float)).ravel())
    fits = float(test.p_value) >= LEVEL
    headline, one = ("Cpk", c.cpk) if found.stable and fits else ("Ppk", c.ppk)
    assert one is not None
    value = float(one.value)
    grade = next((word for gate, word in GATES if value < gate), "充分")
    names = ("lam",) if study.method == Method.BOX_COX else ("family", "gamma", "eta", "epsilon", "lam")
    shapes = []
    for name in names:
        part = getattr(made.transformation, name)
        shapes.append(
            Result(name, part) if isinstance(part, str) else result("λ" if name == "lam" else name, part)
        )
    results = [
        *_common(found), *shapes, *_indices(c), result(_("变换后 Anderson–Darling A²"), test.statistic),
        p_line(_("变换后正态检验 p 值"), test.p_value), *_beside(found),
    ]  # fmt: skip
    notes = [*(n for n in found.notes if "正态" not in n), confidence_note(share)]
    notes.append(_("指数按变换后的值与变换后的规格限算出；均值与标准差是变换前的。"))
    if study.target is not None:
        notes.append(_("目标值对变换后的值没有意义，没有用。"))
    return Finding(
        c.observations, results, _said(headline, value, grade, found.stable, fits), _criterion(study),
        _outcome(grade, found.stable, fits), notes, _pictures(study, x, found),
    )  # fmt: skip


def _beside(found: CapabilityStudy) -> list[Result]:
    """What an index rests on."""
    lines = [
        result(_("原数据 Anderson–Darling A²"), found.normality.statistic),
        p_line(_("原数据正态检验 p 值"), found.normality.p_value),
        Result(_("稳定性"), _("稳定") if found.stable else _("未显示稳定")),
    ]
    if found.model is not None:
        lines.append(Result(_("时间相关分布模型"), str(found.model.model)))
    return lines


def _said(headline: str, value: float, grade: str, stable: bool, fits: bool) -> str:
    said = [_("%(h)s = %(v)s，%(g)s。") % {"h": headline, "v": shown(value, 4), "g": grade}]
    said.append(
        _("控制图没有判异信号，过程稳定。")
        if stable
        else _("控制图有判异信号：只能称为性能（Ppk），不能称为能力。")
    )
    said.append(
        _("分布检验没有显出与所用分布不符。")
        if fits
        else _("分布检验与所用分布不符：指数和不合格率不可信，请换一种方法。")
    )
    return "".join(said)


def _outcome(grade: str, stable: bool, fits: bool) -> str:
    if grade == "不足":
        return Outcome.UNMET.value
    sound = stable and fits and grade != "勉强"
    return Outcome.MET.value if sound else Outcome.CONDITIONAL.value


def _criterion(study: Study) -> str:
    ways = {
        Method.NORMAL: _("正态分布：ISO 22514-2、AIAG SPC"),
        Method.BOX_COX: _("Box–Cox 变换（Box、Cox 1964）后按正态"),
        Method.JOHNSON: _("Johnson 变换（Slifker、Shapiro 1980；Chou 等 1998）后按正态"),
        Method.QUANTILE: _("所选分布的 0.135%、50%、99.865% 分位数（ISO 22514-2）"),
    }
    return _(
        "惯用界限 1.00、1.33、1.67：小于 1.00 不足，至 1.33 勉强，至 1.67 足够，以上充分；顾客或合同另有要求的从其要求。%(way)s（未核对原文）。"
        "稳定：控制图（Nelson 八项准则）没有信号；分布：Anderson–Darling 检验，显著性水平 0.05。"
    ) % {"way": ways[Method(study.method)]}  # fmt: skip


def _pictures(study: Study, x: Any, found: CapabilityStudy) -> list[Picture]:
    import numpy as np

    c, unit = found.capability, study.unit
    flat = np.asarray(x, dtype=float).ravel()
    limits = upright(("LSL", real(study.lower)), (_("目标"), real(study.target)), ("USL", real(study.upper)))
    density = (
        fitted_density(found.fitted.fitted)
        if found.fitted is not None
        else normal_density(float(c.mean), float(c.sigma_overall))
    )
    curve = study.get_distribution_display() if found.fitted is not None else _("正态分布")
    note = _("曲线为拟合的%(curve)s，n = %(n)s。") % {"curve": curve, "n": flat.size}
    drawn = [
        histogram_picture(_("直方图"), flat, limits, density, unit=unit, note=note),
        control_chart(_("%s 图") % NAMES[found.location.chart], found.location, found.location_signals, unit),
        control_chart(
            _("%s 图") % NAMES[found.dispersion.chart], found.dispersion, found.dispersion_signals, unit
        ),
        probability_plot(flat, float(found.normality.p_value), unit),
    ]
    if np.ndim(x) > 1:
        drawn.append(in_order(_("全部数据"), flat, limits, unit=unit))
    return drawn
