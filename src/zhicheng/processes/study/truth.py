"""Signals that records may not be what was measured (C-7.6): each named for what it is, with an honest p-value; never a proof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from statistics import pstdev
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from zhicheng.core.comparisons import bars
from zhicheng.core.language import sentence
from zhicheng.core.pictures import Line, Picture
from zhicheng.processes.study.asked import real
from zhicheng.processes.study.drawing import in_order, upright
from zhicheng.processes.study.finding import Finding, Result, p_line, shown
from zhicheng.processes.study.measuring import one_column
from zhicheng.processes.study.models import Study
from zhicheng.processes.study.roles import TIME, column_of
from zhicheng.processes.study.table import Table, refused

if TYPE_CHECKING:
    from zhicheng.stats import TruthSignal

NAMES = {
    "digit_preference": gettext_noop("末位数字偏好"),
    "piling_at_limit": gettext_noop("在规格限内侧堆积"),
    "repeated_readings": gettext_noop("相邻读数相同"),
    "repeated_series": gettext_noop("成串重复"),
    "regular_timing": gettext_noop("间隔过于规律"),
}
FALSE_SHARE = 0.05
WINDOW_STEPS = 5
"""At least so many steps of resolution on either side of a limit are compared, and at least a quarter of the spread."""


def signals(study: Study, table: Table) -> Finding:
    """All signals that the data allow, held together against the share of false ones (Benjamini–Hochberg)."""
    from zhicheng.stats import benjamini_hochberg

    values = one_column(study, table)
    resolution = float(study.resolution)
    texts = as_recorded(values, study.resolution)
    found: list[TruthSignal] = []
    left: list[str] = []
    for name, test in _tests(study, table, values, texts, resolution):
        try:
            found.append(test())
        except ValueError as error:
            left.append(_("没有做“%(t)s”：%(why)s") % {"t": name, "why": sentence(error)})
    if not found:
        raise refused(_("没有一项检验能用这些数据做：%s") % " ".join(left))
    fired = benjamini_hochberg([one.p for one in found], FALSE_SHARE)
    results = []
    for one, yes in zip(found, fired, strict=True):
        name = NAMES[one.kind]
        results += [Result(name, _("有信号") if yes else _("无信号")), p_line(_("%s p 值") % name, one.p)]
    count = sum(fired)
    verdict = (
        _("%(k)s 项检验中 %(n)s 项有信号：这是查看原始记录的理由，不是造假的证明。")
        % {"k": len(found), "n": count}
        if count
        else _("%s 项检验都没有信号。") % len(found)
    )
    criterion = _(
        "各项 p 值合起来按 Benjamini–Hochberg（1995）控制误报比例 5%；检验见 Preece（1981）、Buyse 等（1999）。不作合格与否的判定。"
    )
    notes = [one.sentence for one in found] + left
    return Finding(
        len(values), results, verdict, criterion, notes=notes, pictures=_pictures(study, values, texts)
    )


def as_recorded(values: list[float], resolution: Decimal) -> list[str]:
    """Readings with the decimals that the resolution has: a spreadsheet drops trailing zeros.

    With a resolution of tens the zero at the end is left out. Errors: ValidationError for finer ones."""
    step = resolution.normalize()
    exponent = step.as_tuple().exponent
    power = exponent if isinstance(exponent, int) else 0
    places, tens = max(0, -power), max(0, power)
    texts = []
    for at, value in enumerate(values, 1):
        given = Decimal(repr(value)).scaleb(-tens)
        text = f"{given:.{places}f}"
        if abs(Decimal(text) - given) > step.scaleb(-tens) * Decimal("0.001"):
            raise refused(
                _("第 %(at)s 个读数 %(v)s 比分辨力 %(r)s 还细：请核对分辨力。")
                % {"at": at, "v": shown(value, 9), "r": f"{step:f}"},
                "resolution",
            )
        texts.append(text)
    return texts


def _tests(
    study: Study, table: Table, values: list[float], texts: list[str], resolution: float
) -> list[tuple[str, Callable[[], TruthSignal]]]:
    from zhicheng import stats

    last = int(study.resolution.normalize().as_tuple().digits[-1])
    tests: list[tuple[str, Callable[[], TruthSignal]]] = [
        (NAMES["digit_preference"], lambda: stats.digit_preference(texts, resolution=last)),
        (NAMES["repeated_readings"], lambda: stats.repeated_readings(values, resolution=resolution)),
        (NAMES["repeated_series"], lambda: stats.repeated_series(values, resolution=resolution)),
    ]
    window = max(WINDOW_STEPS * resolution, pstdev(values) / 4) * (1 + 1e-9)
    for side, limit in (("lower", real(study.lower)), ("upper", real(study.upper))):
        if limit is not None:
            piling = partial(stats.piling_at_limit, values, limit, side=side, window=window)
            tests.append((NAMES["piling_at_limit"], piling))
    at = column_of(table, TIME)
    if at is not None:
        tests.append((NAMES["regular_timing"], lambda: stats.regular_timing(_moments(table, at))))
    return tests


def _moments(table: Table, at: int) -> list[float]:
    """Moments of a column in seconds."""
    found = []
    for number, row in table.rows:
        cell = row[at]
        if isinstance(cell, str):
            try:
                cell = dt.datetime.fromisoformat(cell.strip().replace("/", "-"))
            except ValueError:
                raise ValueError(
                    _("%s不是时刻（写作 2026-03-08 14:05:30）。") % table.place(number, at)
                ) from None
        if not isinstance(cell, dt.datetime):
            raise ValueError(_("%s不是时刻（写作 2026-03-08 14:05:30）。") % table.place(number, at))
        found.append(cell.replace(tzinfo=dt.UTC).timestamp())
    return found


def _pictures(study: Study, values: list[float], texts: list[str]) -> list[Picture]:
    digits = [text[-1] for text in texts]
    labels = [str(d) for d in range(10)]
    counts = [float(digits.count(d)) for d in labels]
    step = int(study.resolution.normalize().as_tuple().digits[-1])
    possible = 10 // step if 10 % step == 0 else 10
    even = len(digits) / possible
    option = bars(labels, {_("频数"): counts}, lines=[Line(_("均匀"), even, shown(even, 4))])
    limits = upright(("LSL", real(study.lower)), ("USL", real(study.upper)))
    return [
        Picture(_("末位数字"), option, _("横线为均匀时的频数。")),
        in_order(_("读数（按记录的先后）"), values, limits, unit=study.unit),
    ]
