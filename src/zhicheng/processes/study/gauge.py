"""Gauge R&R: crossed (analysis of variance; average and range) and nested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from zhicheng.core.comparisons import bars, profiles, scatter
from zhicheng.core.pictures import Line, Picture, series_chart
from zhicheng.processes.study.asked import confidence, width
from zhicheng.processes.study.finding import (
    Finding,
    Result,
    confidence_note,
    p_line,
    result,
    shown,
)
from zhicheng.processes.study.models import Kind, Outcome, Study
from zhicheng.processes.study.roles import OPERATOR, PART, TRIAL, roles
from zhicheng.processes.study.table import Table

if TYPE_CHECKING:
    from zhicheng.stats.msa.gauge import Components

SOURCE = gettext_noop("AIAG MSA，第 4 版（未核对原文）")


def readings(study: Study, table: Table) -> list[tuple[str, str, float]]:
    """Rows (part, operator, value): one value column, or one column a trial. Errors: ValidationError."""
    part, operator, values = roles(study, table, (PART, OPERATOR), TRIAL)
    parts, operators = table.texts(part), table.texts(operator)
    return [
        (parts[i], operators[i], table.number(number, row, at))
        for at in values
        for i, (number, row) in enumerate(table.rows)
    ]


def gauge(study: Study, table: Table) -> Finding:
    """One of the three studies by the kind. Errors: ValidationError, ValueError of the methods."""
    from zhicheng.stats import crossed_layout, nested_layout

    rows = readings(study, table)
    if study.kind == Kind.GAUGE_NESTED:
        data, operators = nested_layout(rows)
        parts: tuple[Any, ...] = tuple(_("第 %s 件") % at for at in range(1, data.shape[1] + 1))
        return _nested(study, data, operators, parts)
    data, operators, parts = crossed_layout(rows)
    if study.kind == Kind.GAUGE_RANGE:
        return _by_range(study, data, operators, parts)
    return _crossed(study, data, operators, parts)


def _crossed(study: Study, data: Any, operators: Any, parts: Any) -> Finding:
    from zhicheng.stats import gauge_rr_anova, variance_intervals

    found, share = gauge_rr_anova(data, tolerance=width(study)), confidence(study)
    intervals = variance_intervals(found, share)
    pooled = bool(found.pooled)
    table = (
        [(_("零件"), found.part_pooled), (_("操作者"), found.operator_pooled), (_("重复性（已合并交互）"), found.pooled_error)]
        if pooled
        else [(_("零件"), found.part), (_("操作者"), found.operator), (_("交互"), found.interaction), (_("重复性"), found.repeatability)]
    )  # fmt: skip
    results = [*_lines(found.components, study), *_variance_table(table)]
    results.append(p_line(_("交互作用 p 值"), found.interaction.p))
    parts_of = found.components
    results += [
        result(_("重复性方差"), parts_of.repeatability.variance, intervals.repeatability),
        result(_("GRR 方差"), parts_of.grr.variance, intervals.grr),
        result(_("零件方差"), parts_of.part.variance, intervals.part),
    ]
    notes = [
        _("交互作用的 p 值大于 0.25，已与重复性合并。")
        if pooled
        else _("交互作用的 p 值不大于 0.25，单独列出。"),
        confidence_note(share),
    ]
    return _finding(study, data, operators, parts, found.components, results, notes)


def _nested(study: Study, data: Any, operators: Any, parts: Any) -> Finding:
    from zhicheng.stats import gauge_rr_nested

    found = gauge_rr_nested(data, tolerance=width(study))
    table = [
        (_("操作者"), found.operator),
        (_("零件（操作者内）"), found.part_in_operator),
        (_("重复性"), found.repeatability),
    ]
    results = [*_lines(found.components, study), *_variance_table(table)]
    notes = [_("嵌套研究：每位操作者测自己的零件（破坏性试验），没有交互作用可估计。")]
    return _finding(study, data, operators, parts, found.components, results, notes)


def _by_range(study: Study, data: Any, operators: Any, parts: Any) -> Finding:
    from zhicheng.stats import gauge_rr_range

    found = gauge_rr_range(data, tolerance=width(study))
    results = [
        *_lines(found.components, study),
        result(_("平均极差 R̿"), found.r_bar_bar, unit=study.unit),
        result(_("操作者均值之差"), found.x_bar_diff, unit=study.unit),
        result(_("零件均值的极差"), found.r_part, unit=study.unit),
        result(_("极差上控制限"), found.ucl_r, unit=study.unit),
        result("K1", found.k1),
        result("K2", found.k2),
        result("K3", found.k3),
    ]
    notes = [_("均值极差法不能分出操作者与零件的交互作用；能用方差分析时宜用方差分析。")]
    return _finding(study, data, operators, parts, found.components, results, notes)


def _named(found: Components) -> list[tuple[str, Any]]:
    return [
        (_("GRR"), found.grr),
        (_("重复性（EV）"), found.repeatability),
        (_("再现性（AV）"), found.reproducibility),
        (_("操作者"), found.operator),
        (_("操作者×零件"), found.interaction),
        (_("零件间（PV）"), found.part),
        (_("总变差（TV）"), found.total),
    ]


def _lines(found: Components, study: Study) -> list[Result]:
    results = []
    for name, one in _named(found):
        results.append(result(_("%s 标准差") % name, one.sd, unit=study.unit))
        results.append(result(_("%s 占方差") % name, one.pct_contribution, unit="%"))
        results.append(result(_("%s 占研究变差") % name, one.pct_study_variation, unit="%"))
        if width(study) is not None:
            results.append(result(_("%s 占公差") % name, one.pct_tolerance, unit="%"))
    results.append(Result(_("可区分类别数 ndc"), shown(found.ndc)))
    return results


def _variance_table(table: list[tuple[str, Any]]) -> list[Result]:
    results = []
    for name, line in table:
        results.append(result(_("%s 均方") % name, line.ms))
        results.append(result(_("%s 自由度") % name, line.df))
        if shown(line.f) != "—":
            results += [result(_("%s F") % name, line.f), p_line(_("%s p 值") % name, line.p)]
    return results


def _finding(
    study: Study, data: Any, operators: Any, parts: Any, found: Components, results: list[Result], notes: list[str]
) -> Finding:  # fmt: skip
    from zhicheng.stats import gauge_verdict
    from zhicheng.stats.msa.gauge import ACCEPTABLE, LEAST_NDC, MARGINAL

    share = float(found.grr.pct_study_variation)
    verdict = gauge_verdict(found)
    outcome = Outcome.NONE
    if share == share:  # NaN: nothing varied, nothing can be said
        outcome = (
            Outcome.MET if share < ACCEPTABLE else Outcome.CONDITIONAL if share <= MARGINAL else Outcome.UNMET
        )
        if outcome is Outcome.MET and float(found.ndc) < LEAST_NDC:
            outcome = Outcome.CONDITIONAL
    if width(study) is not None:
        verdict += _("GRR 占公差 %s%%。") % shown(found.grr.pct_tolerance, 4)
    else:
        notes.append(_("没有给公差：只按研究变差评价。"))
    size = dict(zip("opt", data.shape, strict=True))
    notes.append(_("%(o)s 位操作者，%(p)s 个零件，各测 %(t)s 次。") % size)
    if size["o"] * size["p"] < 15:
        notes.append(_("操作者数与零件数之积小于 15，估计很不准：通常用 3 位操作者、10 个零件。"))
    criterion = (
        _(
            "GRR 占研究变差：小于 10%% 可接受，10%%～30%% 视用途、成本与风险有条件接受，大于 30%% 不可接受；ndc 不小于 5。研究变差为 6σ。%s"
        )
        % SOURCE
    )
    pictures = _pictures(study, data, [str(o) for o in operators], [str(p) for p in parts], found)
    return Finding(int(data.size), results, verdict, criterion, outcome.value, notes, pictures)


def _pictures(
    study: Study, data: Any, operators: list[str], parts: list[str], found: Components
) -> list[Picture]:
    unit = study.unit
    shown_parts = [
        pair for pair in _named(found) if pair[0] not in (_("操作者"), _("操作者×零件"), _("总变差（TV）"))
    ]
    groups = {
        _("占方差"): [float(one.pct_contribution) for _n, one in shown_parts],
        _("占研究变差"): [float(one.pct_study_variation) for _n, one in shown_parts],
    }
    if width(study) is not None:
        groups[_("占公差")] = [float(one.pct_tolerance) for _n, one in shown_parts]
    limits = [Line("10%", 10.0), Line("30%", 30.0)]
    means = data.mean(axis=2)
    labels = [f"{o}·{p}" for o in operators for p in parts]
    return [
        Picture(_("变差的组成"), bars([n for n, _c in shown_parts], groups, unit="%", lines=limits), _("横线为 GRR 占研究变差的 10% 与 30%。")),
        Picture(
            _("各零件的均值（按操作者）"), profiles(parts, {o: means[at].tolist() for at, o in enumerate(operators)}, unit=unit),
            _("线不平行说明操作者与零件有交互作用。"),
        ),
        _ranges(data, labels, unit),
        Picture(
            _("全部测量值（按零件）"),
            scatter(
                {o: [(float(p + 1), float(v)) for p in range(len(parts)) for v in data[at, p]] for at, o in enumerate(operators)},
                x=_("零件"), y=unit,
            ),
            _("横轴为零件的次序：%s。") % "、".join(parts[:30]),
        ),
    ]  # fmt: skip


def _ranges(data: Any, labels: list[str], unit: str) -> Picture:
    import numpy as np

    from zhicheng.stats import factors

    trials = data.shape[2]
    ranges = np.ptp(data, axis=2).ravel()
    mean = float(ranges.mean())
    upper = mean * float(factors(trials).D4)
    lines = [Line("UCL", upper, shown(upper)), Line("R̄", mean, shown(mean))]
    marks = {int(at): "1" for at in np.flatnonzero(ranges > upper)}
    note = (
        _("超出上控制限的极差：先查明原因，再信其余结果。")
        if marks
        else _("各操作者重复测量的极差都在控制限内。")
    )
    option = series_chart(labels, ranges.tolist(), lines, name="R", unit=unit, marks=marks)
    return Picture(_("重复测量的极差"), option, note)
