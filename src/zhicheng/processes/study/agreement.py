"""Attribute agreement: how far appraisers agree with themselves, with each other and with the standard."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from zhicheng.core.comparisons import bars
from zhicheng.core.pictures import Line, Picture
from zhicheng.processes.study.asked import confidence
from zhicheng.processes.study.finding import Finding, Result, confidence_note, result, shown
from zhicheng.processes.study.models import Outcome, Study
from zhicheng.processes.study.roles import OPERATOR, PART, STANDARD, TRIAL, column_of, roles
from zhicheng.processes.study.table import Table, refused

if TYPE_CHECKING:
    from zhicheng.stats import AgreementStudy
    from zhicheng.stats.msa.kappa import Kappa

SOURCE = gettext_noop("AIAG MSA，第 4 版第三章 C 节（未核对原文）")
MOST_APPRAISERS = 12


def ratings(study: Study, table: Table) -> tuple[dict[str, list[list[str]]], list[str] | None]:
    """Appraiser → [part][trial], and the standard of each part where a column gives one. Errors: ValidationError."""
    part, appraiser, rest = roles(study, table, (PART, OPERATOR), TRIAL)
    truth_at = column_of(table, STANDARD)
    columns = [at for at in rest if at != truth_at]
    if not columns:
        raise refused(_("没有评级的列：请在“数据列”里依次写明零件、评价者、评级。"), "columns")
    parts, appraisers = table.texts(part), table.texts(appraiser)
    order, found = list(dict.fromkeys(parts)), dict[str, dict[str, list[str]]]()
    for at in columns:
        for one, who, said in zip(parts, appraisers, table.texts(at), strict=True):
            found.setdefault(who, {}).setdefault(one, []).append(said)
    if len(found) > MOST_APPRAISERS:
        raise refused(_("评价者超过 %s 位：请核对“评价者”一列。") % MOST_APPRAISERS, "columns")
    for who, by_part in found.items():
        if missing := [one for one in order if one not in by_part]:
            raise refused(_("评价者“%(w)s”没有评零件“%(p)s”：请补上。") % {"w": who, "p": missing[0]})
    truth = None if truth_at is None else _truth(parts, table.texts(truth_at), order)
    return {who: [by_part[one] for one in order] for who, by_part in found.items()}, truth


def _truth(parts: list[str], said: list[str], order: list[str]) -> list[str]:
    found: dict[str, str] = {}
    for one, truth in zip(parts, said, strict=True):
        if found.setdefault(one, truth) != truth:
            raise refused(
                _("零件“%(p)s”的基准前后不一：%(a)s、%(b)s。") % {"p": one, "a": found[one], "b": truth}
            )
    return [found[one] for one in order]


def agreement(study: Study, table: Table) -> Finding:
    """The study. Errors: ValidationError, ValueError of the method."""
    from zhicheng.stats import attribute_agreement

    given, truth = ratings(study, table)
    share, positive = confidence(study), study.positive or None
    if positive and truth is None:
        raise refused(_("要算漏判率与误判率，数据须有“基准”一列。"), "positive")
    found = attribute_agreement(given, truth, positive=positive, confidence=share)
    results = [*_agreements(found), *_kappas(found)]
    for who, one in found.effectiveness.items():
        results += [
            result(_("%s 有效性") % who, one.effectiveness, unit="%"),
            result(_("%s 漏判率") % who, one.miss_rate, unit="%"),
            result(_("%s 误判率") % who, one.false_alarm_rate, unit="%"),
        ]
    verdict, outcome = _verdict(found)
    notes = [confidence_note(share)]
    if truth is None:
        notes.append(_("数据没有“基准”列：只能说评价者彼此是否一致，不能说对错。"))
    criterion = (
        _(
            "kappa 不小于 0.75 一致性好，小于 0.40 差；有效性不小于 90%%、漏判率不大于 2%%、误判率不大于 5%% 可接受，80%%、5%%、10%% 以内临界。%s"
        )
        % SOURCE
    )
    parts = len(next(iter(given.values())))
    trials = len(next(iter(given.values()))[0])
    notes.append(
        _("%(a)s 位评价者，%(p)s 个零件，各评 %(t)s 次。") % {"a": len(given), "p": parts, "t": trials}
    )
    return Finding(
        len(given) * parts * trials, results, verdict, criterion, outcome.value, notes, _pictures(found)
    )


def _agreements(found: AgreementStudy) -> list[Result]:
    results = [
        result(_("%s 自身一致") % who, one.percent, one.interval, "%") for who, one in found.within.items()
    ]
    results.append(result(_("评价者之间一致"), found.between.percent, found.between.interval, "%"))
    results += [
        result(_("%s 与基准一致") % who, one.percent, one.interval, "%")
        for who, one in found.each_vs_standard.items()
    ]
    if found.all_vs_standard is not None:
        one = found.all_vs_standard
        results.append(result(_("全部评价者与基准一致"), one.percent, one.interval, "%"))
    return results


def _kappas(found: AgreementStudy) -> list[Result]:
    def line(name: str, one: Kappa) -> Result:
        return result(name, one.kappa, one.interval)

    return [
        *(line(_("%s 自身 Fleiss kappa") % who, one) for who, one in found.fleiss_within.items()),
        line(_("评价者之间 Fleiss kappa"), found.fleiss_between),
        *(line(_("%s 与基准 Cohen kappa") % who, one) for who, one in found.cohen_vs_standard.items()),
        *(line(_("%(a)s 与 %(b)s Cohen kappa") % {"a": a, "b": b}, one) for (a, b), one in found.cohen_between.items()),
    ]  # fmt: skip


def _verdict(found: AgreementStudy) -> tuple[str, Outcome]:
    """By kappa (against the standard where there is one, else between appraisers) and by the rates of AIAG."""
    from zhicheng.stats.msa.kappa import GOOD_KAPPA, POOR_KAPPA

    against = found.cohen_vs_standard
    least = min((one.kappa for one in against.values()), default=found.fleiss_between.kappa)
    if math.isnan(least):
        return _("只有一种评级，kappa 无从算起：请选有好有坏的零件。"), Outcome.NONE
    words = [word for one in found.effectiveness.values() for word in one.words]
    if least < POOR_KAPPA or "不可接受" in words:
        outcome, said = Outcome.UNMET, _("不可接受：请统一标准、培训评价者后重做")
    elif least < GOOD_KAPPA or "临界" in words:
        outcome, said = Outcome.CONDITIONAL, _("临界：可以改进")
    else:
        outcome, said = Outcome.MET, _("可接受")
    what = _("各评价者与基准") if against else _("评价者之间")
    return _("%(what)s的 kappa 最小为 %(k)s：%(said)s。") % {
        "what": what,
        "k": shown(least, 3),
        "said": said,
    }, outcome


def _pictures(found: AgreementStudy) -> list[Picture]:
    people = list(found.within or found.each_vs_standard)
    if not people:
        return []
    groups: dict[str, list[float | None]] = {}
    if found.within:
        groups[_("自身一致")] = [found.within[who].percent for who in people]
    if found.each_vs_standard:
        groups[_("与基准一致")] = [found.each_vs_standard[who].percent for who in people]
    if found.effectiveness:
        groups[_("漏判率")] = [_or_none(found.effectiveness[who].miss_rate) for who in people]
        groups[_("误判率")] = [_or_none(found.effectiveness[who].false_alarm_rate) for who in people]
    option = bars(people, groups, unit="%", lines=[Line("90%", 90.0)])
    return [Picture(_("一致性"), option, _("横线为 90%。"))]


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value
