"""Measurement systems against a reference: type 1, bias, linearity, stability."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from zhicheng.core.comparisons import scatter
from zhicheng.core.pictures import Line, Picture
from zhicheng.processes.study.asked import confidence, real
from zhicheng.processes.study.capability import values_of
from zhicheng.processes.study.drawing import histogram_picture, in_order, normal_density, upright
from zhicheng.processes.study.finding import Finding, Result, confidence_note, p_line, result, shown
from zhicheng.processes.study.models import Outcome, Study
from zhicheng.processes.study.roles import REFERENCE, TRIAL, column_of, known
from zhicheng.processes.study.table import Table, refused

SOURCE = gettext_noop("AIAG MSA，第 4 版（未核对原文）")
LEVEL = 0.05
MOST_LEVELS = 40
"""So many references of a linearity study are listed one by one."""


def one_column(study: Study, table: Table) -> list[float]:
    """The values of the only column. Errors: ValidationError for several."""
    values = values_of(study, table)
    if values and isinstance(values[0], list):
        raise refused(_("这种研究只用一列数据：请在“数据列”里指明是哪一列。"), "columns")
    return list(values)


def type1(study: Study, table: Table) -> Finding:
    """Cg and Cgk."""
    from zhicheng.stats import type1_study
    from zhicheng.stats.msa.type1 import LEAST_INDEX

    values, reference, tolerance = one_column(study, table), float(study.reference), float(study.tolerance)
    share = confidence(study)
    found = type1_study(values, reference, tolerance, resolution=real(study.resolution), confidence=share)
    unit = study.unit
    results = [
        result(_("均值"), found.mean, unit=unit),
        result(_("偏倚"), found.bias, found.bias_interval, unit),
        result(_("标准差"), found.sd, unit=unit),
        result("Cg", found.cg),
        result("Cgk", found.cgk),
        result(_("重复性占公差"), found.pct_var_repeatability, unit="%"),
        result(_("重复性与偏倚占公差"), found.pct_var_repeatability_and_bias, unit="%"),
        result(_("偏倚的 t"), found.t),
        p_line(_("偏倚为 0 的检验 p 值"), found.p),
    ]
    if found.resolution_ok is not None:
        results.append(Result(_("分辨力不大于公差的 5%"), _("是") if found.resolution_ok else _("否")))
    met = min(found.cg, found.cgk) >= LEAST_INDEX and found.resolution_ok is not False
    notes = [confidence_note(share)]
    if found.n < 25:
        notes.append(_("只有 %s 次测量：通常 50 次，至少 25 次。") % found.n)
    band = 0.1 * tolerance
    lines = upright(("+10%", reference + band), (_("参考值"), reference), ("-10%", reference - band))
    note = _("横线为参考值与参考值 ± 公差的 10%。")
    criterion = _(
        "Cg、Cgk 不小于 1.33，以公差的 20%、6s 为尺度；量具行业惯例（Bosch 手册 10、VDA 5；未核对原文），不属于 AIAG MSA。"
    )
    return Finding(
        found.n, results, found.sentence, criterion, (Outcome.MET if met else Outcome.UNMET).value, notes,
        [in_order(_("测量值"), values, lines, unit=unit, note=note)],
    )  # fmt: skip


def bias(study: Study, table: Table) -> Finding:
    """Bias of repeated measurements of one part."""
    from zhicheng.stats import bias_study

    values, reference, share = one_column(study, table), float(study.reference), confidence(study)
    found = bias_study(values, reference, process_variation=real(study.process_variation), confidence=share)
    unit, free = study.unit, found.interval[0] <= 0 <= found.interval[1]
    results = [
        result(_("均值"), found.mean, unit=unit),
        result(_("偏倚"), found.bias, found.interval, unit),
        result(_("重复性标准差"), found.sd, unit=unit),
        result("t", found.t),
        result(_("自由度"), found.df),
        p_line(_("偏倚为 0 的检验 p 值"), found.p),
    ]
    if study.process_variation is not None:
        results.append(result(_("偏倚占过程变差"), found.pct_bias, unit="%"))
    said = {"b": shown(found.bias, 4), "l": shown(found.interval[0], 4), "h": shown(found.interval[1], 4)}
    verdict = (
        _("偏倚 %(b)s，置信区间 [%(l)s, %(h)s] 包含 0：没有显出偏倚。")
        if free
        else _("偏倚 %(b)s，置信区间 [%(l)s, %(h)s] 不含 0：有偏倚，请校准或修正。")
    ) % said
    lines = upright((_("参考值"), reference), (_("均值"), found.mean))
    drawn = [in_order(_("测量值"), values, lines, unit=unit)]
    if len(values) >= 8:
        drawn.insert(
            0, histogram_picture(_("直方图"), values, lines, normal_density(found.mean, found.sd), unit=unit)
        )
    criterion = _("偏倚的置信区间包含 0 则接受。%s") % SOURCE
    outcome = Outcome.MET if free else Outcome.UNMET
    return Finding(found.n, results, verdict, criterion, outcome.value, [confidence_note(share)], drawn)


def linearity(study: Study, table: Table) -> Finding:
    """How the bias changes over the range of the gauge."""
    from zhicheng.stats import linearity_study

    references, values = _pairs(study, table)
    share = confidence(study)
    found = linearity_study(
        references, values, process_variation=real(study.process_variation), confidence=share
    )
    fit, unit = found.regression, study.unit
    results = [
        result(_("斜率"), fit.slope),
        p_line(_("斜率为 0 的检验 p 值"), fit.slope_p),
        result(_("截距"), fit.intercept, unit=unit),
        p_line(_("截距为 0 的检验 p 值"), fit.intercept_p),
        result("R²", fit.r_squared),
        result(_("残差标准差"), fit.s, unit=unit),
        result(_("平均偏倚"), found.average_bias, unit=unit),
        p_line(_("平均偏倚为 0 的检验 p 值"), found.average_bias_p),
        result(_("线性（占过程变差）"), found.pct_linearity, unit="%"),
    ]
    if study.process_variation is not None:
        results.append(result(_("线性"), found.linearity, unit=unit))
    results += [
        result(_("参考值 %s 处的偏倚") % shown(one.reference), one.bias, one.interval, unit)
        for one in found.parts[:MOST_LEVELS]
    ]
    straight, free = fit.slope_p >= LEVEL, found.average_bias_p >= LEVEL
    verdict = (
        _("斜率、平均偏倚都没有显著地不为 0：没有显出线性问题和偏倚。")
        if straight and free
        else _("偏倚随参考值变化（斜率 p = %s）：量具有线性问题。") % shown(fit.slope_p, 3)
        if not straight
        else _("没有显出线性问题，但各处有相近的偏倚（平均 %s）：请校准。") % shown(found.average_bias, 4)
    )
    outcome = Outcome.MET if straight and free else Outcome.UNMET
    ends = [min(references), max(references)]
    fits = {_("回归直线"): [(x, fit.intercept + fit.slope * x) for x in ends]}
    points = {_("偏倚"): [(r, v - r) for r, v in zip(references, values, strict=True)]}
    option = scatter(points, x=_("参考值"), y=unit, fits=fits, lines=[Line("0", 0.0)])
    criterion = _("斜率与平均偏倚的 t 检验，显著性水平 0.05，都不显著则接受。%s") % SOURCE
    drawn = [Picture(_("偏倚与参考值"), option, _("横线为偏倚 0。"))]
    return Finding(len(values), results, verdict, criterion, outcome.value, [confidence_note(share)], drawn)


def _pairs(study: Study, table: Table) -> tuple[list[float], list[float]]:
    """Reference and value of each reading; several value columns are several readings of a row."""
    chosen = table.chosen(study.columns)
    if not chosen:
        first = column_of(table, REFERENCE)
        numeric = [at for at in table.numeric() if not known(table.names[at], TRIAL)]
        first = numeric[0] if first is None and numeric else first
        chosen = [] if first is None else [first, *(at for at in numeric if at != first)]
    if len(chosen) < 2:
        raise refused(_("线性研究要参考值一列、测量值一列或几列：请在“数据列”里依次写明。"), "columns")
    rows = table.matrix(chosen)
    return [row[0] for row in rows for _v in row[1:]], [v for row in rows for v in row[1:]]


def stability(study: Study, table: Table) -> Finding:
    """A master part measured over time: each row a period."""
    from zhicheng.stats import stability_study

    at = table.chosen(study.columns) or [c for c in table.numeric() if not known(table.names[c], TRIAL)]
    if len(at) < 2:
        raise refused(_("稳定性研究每行一个时段，每个时段至少两次读数：请给出两列以上的读数。"), "columns")
    data = table.matrix(at)
    reference = real(study.reference)
    found = stability_study(data) if reference is None else stability_study(data, reference)
    unit = study.unit
    results = [
        result(_("总均值"), found.centre, unit=unit),
        result(_("下控制限"), found.lower, unit=unit),
        result(_("上控制限"), found.upper, unit=unit),
        result(_("时段间方差分析 F"), found.f),
        p_line(_("时段间方差分析 p 值"), found.p_between),
        result(_("每时段的漂移（斜率）"), found.slope, unit=unit),
        p_line(_("漂移为 0 的检验 p 值"), found.slope_p),
    ]
    if reference is not None:
        results.append(result(_("偏倚"), found.bias, unit=unit))
    drifting = found.slope_p < LEVEL
    stable = not found.beyond and not drifting
    said = []
    if found.beyond:
        said.append(_("第 %s 时段超出控制限") % "、".join(map(str, found.beyond)))
    if drifting:
        said.append(_("均值有漂移（斜率 p = %s）") % shown(found.slope_p, 3))
    verdict = (
        _("各时段均值都在控制限内，没有显出漂移：测量系统稳定。")
        if stable
        else _("%s：测量系统不稳定，请查明原因。") % "；".join(said)
    )
    lines = upright(
        ("UCL", found.upper), ("CL", found.centre), ("LCL", found.lower), (_("参考值"), reference)
    )
    marks = {one - 1: "1" for one in found.beyond}
    criterion = _("X̄ 图（由时段内变差算限）没有超限点，均值对时段的斜率不显著（0.05）。%s") % SOURCE
    drawn = [in_order(_("各时段均值"), found.means, lines, unit=unit, marks=marks)]
    drawn.append(in_order(_("全部读数"), [v for row in data for v in row], [], unit=unit))
    count: Any = sum(len(row) for row in data)
    return Finding(
        count, results, verdict, criterion, (Outcome.MET if stable else Outcome.UNMET).value, [], drawn
    )
