"""Signals that records may not be what was measured: digit preference, values piling at a limit, repeated readings, too regular timing.

A signal is a reason to look, not a proof: each says what was tested, against what, and its p-value. When many columns are tested at
once, hold the p-values against ``benjamini_hochberg``. Sources: Preece (1981), Distributions of final digits in data; Buyse et al.
(1999), The role of biostatistics in the prevention, detection and treatment of fraud in clinical trials.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from zhicheng.stats.readings import count, positive, sample

LEAST_DIGITS = 50
NOT_PROOF = "这是查看原始记录的理由，不是造假的证明"


@dataclass(frozen=True, slots=True)
class TruthSignal:
    """One signal: what was tested (``kind``), number of values used, the statistic with what chance would give, p-value, and the Chinese
    sentence. ``where``: positions (from 1) or digits that stand out."""

    kind: str
    n: int
    statistic: float
    expected: float
    p: float
    where: tuple[int, ...]
    sentence: str


def digit_preference(readings: Sequence[str], *, resolution: int = 1) -> TruthSignal:
    """Whether the last digits of readings are as even as a fine scale gives them (chi-square, 9 degrees of freedom or fewer).

    ``readings``: as recorded, as text, because "5.20" and "5.2" end differently; all with the same number of decimals. ``resolution``:
    the step of the scale in units of the last decimal (2: only even digits can occur; 5: only 0 and 5). The test assumes that the
    spread covers many steps of the scale: with fewer than 20 different steps ValueError, and with fewer than 50 readings.

    >>> digit_preference([f"{i / 10:.1f}" for i in range(100, 200)]).p
    1.0
    """
    step = count(resolution, "刻度的最小步", 1)
    if 10 % step:
        raise ValueError("刻度的最小步须能整除 10（1、2 或 5）：否则末位数字本来就不均匀。")
    units = _in_last_digits(readings)
    if len(units) < LEAST_DIGITS:
        raise ValueError(f"只有 {len(units)} 个读数：末位数字检验至少须 {LEAST_DIGITS} 个。")
    if (max(units) - min(units)) // step < 20:
        raise ValueError("读数的范围不到 20 个最小步，末位数字本来就不会均匀，不能用这项检验。")
    digits = [unit % 10 for unit in units]
    off = [digit for digit in digits if digit % step]
    if off:
        raise ValueError(f"有末位数字 {off[0]} 不是最小步 {step} 的倍数：请核对刻度。")
    possible = range(0, 10, step)
    counts = np.array([digits.count(digit) for digit in possible], dtype=np.float64)
    expected = len(digits) / counts.size
    chi = float(((counts - expected) ** 2).sum() / expected)
    p = float(stats.chi2.sf(chi, counts.size - 1))
    # a digit stands out when it alone would be rare even after looking at all of them
    often = tuple(
        digit
        for digit, c in zip(possible, counts, strict=True)
        if stats.binom.sf(c - 1, len(digits), 1 / counts.size) < 0.05 / counts.size
    )
    named = f"，末位 {'、'.join(map(str, often))} 偏多" if often else ""
    said = f"{len(digits)} 个读数的末位数字{_shown(p, '不均匀', '没有显出不均匀')}{named}（卡方 {chi:.2f}，p={p:.3g}）。{NOT_PROOF if p < 0.05 else ''}"
    return TruthSignal("digit_preference", len(digits), chi, float(counts.size - 1), p, often, said)


def _shown(p: float, yes: str, no: str) -> str:
    return yes if p < 0.05 else no


def _in_last_digits(readings: Sequence[str]) -> list[int]:
    """Readings as whole numbers of their last decimal, sign dropped."""
    found, places = [], set()
    for at, text in enumerate(readings, 1):
        try:
            value = Decimal(str(text).strip())
        except InvalidOperation:
            raise ValueError(f"第 {at} 个读数“{text}”不是数：请改正后再算。") from None
        exponent = value.as_tuple().exponent
        if not isinstance(exponent, int):
            raise ValueError(f"第 {at} 个读数不是有限的数。")
        places.add(exponent)
        found.append(abs(int(value.scaleb(-exponent))))
    if len(places) > 1:
        raise ValueError("读数的小数位数不一致：请按记录的原样给出（如 5.20 不写成 5.2）。")
    return found


def piling_at_limit(values: ArrayLike, limit: float, *, side: str, window: float) -> TruthSignal:
    """Whether values pile up just inside a limit and are missing just outside it.

    ``side``: "upper" or "lower" limit; ``window``: width on either side that is compared, small against the spread. If nothing happens
    at the limit the density is smooth there and values within the window fall to either side about equally; since density usually
    falls outwards, inside is given the share that a normal distribution with the robust spread of the data would give it.
    The p-value is exact binomial, one-sided. Errors: ValueError with fewer than 10 values in the window.

    >>> values = [9.99] * 30 + [9.0, 9.2, 9.4, 9.5, 9.6, 8.8, 8.9, 9.1, 9.3, 9.7] * 5 + [10.01]
    >>> piling_at_limit(values, 10.0, side="upper", window=0.05).p < 1e-6
    True
    """
    data = sample(values, "数据", 20, varied=True)
    width = positive(window, "比较的宽度")
    if side not in ("upper", "lower"):
        raise ValueError("侧须为 upper（上限）或 lower（下限）。")
    sign = 1.0 if side == "upper" else -1.0
    distance = sign * (limit - data)
    inside = int(((distance >= 0) & (distance <= width)).sum())
    outside = int(((distance < 0) & (distance >= -width)).sum())
    if inside + outside < 10:
        raise ValueError(
            f"限两旁 ±{width:g} 内只有 {inside + outside} 个值，至少须 10 个：请放宽宽度或增加数据。"
        )
    middle, spread = float(np.median(distance)), float(stats.iqr(distance, scale="normal"))
    spread = spread or float(data.std(ddof=1))
    near = stats.norm.cdf([-width, 0.0, width], middle, spread)
    likely = float((near[2] - near[1]) / (near[2] - near[0])) if near[2] > near[0] else 0.5
    p = float(stats.binom.sf(inside - 1, inside + outside, likely))
    word = "上" if side == "upper" else "下"
    said = f"{word}限 {limit:g} 内侧 {width:g} 以内有 {inside} 个值、外侧有 {outside} 个，光滑分布下内侧约占 {likely:.0%}：{_shown(p, '内侧偏多', '没有显出内侧偏多')}（p={p:.3g}）。{NOT_PROOF if p < 0.05 else ''}"
    where = tuple(int(at) + 1 for at in np.flatnonzero((distance >= 0) & (distance <= width)))
    return TruthSignal(
        "piling_at_limit", inside + outside, float(inside), likely * (inside + outside), p, where, said
    )


def repeated_readings(
    values: ArrayLike, *, resolution: float, seed: int = 20240101, draws: int = 2000
) -> TruthSignal:
    """Whether neighbouring readings are equal more often than when the same readings stand in random order.

    ``resolution``: readings that differ by less than half of it are equal. The p-value is from ``draws`` random orders (fixed seed):
    the share of orders with at least as many equal neighbours, never 0. A slow drift also makes neighbours equal: look at the run chart.

    >>> repeated_readings([5.1, 5.1, 5.1, 5.1, 5.3, 5.3, 5.3, 5.2, 5.2, 5.2, 5.4, 5.4], resolution=0.1).p < 0.01
    True
    """
    data = sample(values, "数据", 10)
    steps = np.round(data / positive(resolution, "分辨力")).astype(np.int64)
    equal = steps[1:] == steps[:-1]
    seen = int(equal.sum())
    counts = np.unique(steps, return_counts=True)[1]
    n = steps.size
    expected = float((counts * (counts - 1)).sum()) / n
    rng = np.random.default_rng(seed)
    shuffled = rng.permuted(np.tile(steps, (count(draws, "随机次数", 200), 1)), axis=1)
    as_many = int(((shuffled[:, 1:] == shuffled[:, :-1]).sum(axis=1) >= seen).sum())
    p = (as_many + 1) / (draws + 1)
    said = f"{n} 个读数中有 {seen} 对相邻读数相同，随机次序下约 {expected:.1f} 对：{_shown(p, '相同的偏多', '没有显出偏多')}（p={p:.3g}）。{NOT_PROOF if p < 0.05 else ''}"
    where = tuple(int(at) + 2 for at in np.flatnonzero(equal))
    return TruthSignal("repeated_readings", n, float(seen), expected, p, where, said)


def repeated_series(values: ArrayLike, *, resolution: float, length: int = 4) -> TruthSignal:
    """Whether a whole series of ``length`` readings occurs again later, as when old records are copied.

    The p-value bounds by chance: the expected number of equal pairs of series (not overlapping) if readings were independent with the
    frequencies seen, through the Poisson distribution. Autocorrelated readings repeat more often.

    >>> base = [5.13, 5.27, 4.98, 5.41, 5.06, 5.33, 5.19, 4.87, 5.22, 5.02]
    >>> repeated_series([*base, *base[:5]], resolution=0.01, length=4).where
    (11, 12)
    """
    data = sample(values, "数据", 10)
    size = count(length, "系列长度", 2)
    steps = np.round(data / positive(resolution, "分辨力")).astype(np.int64).tolist()
    first: dict[tuple[int, ...], int] = {}
    copies = []
    for at in range(len(steps) - size + 1):
        key = tuple(steps[at : at + size])
        if key in first and at - first[key] >= size:
            copies.append(at + 1)
        first.setdefault(key, at)
    counts = np.unique(steps, return_counts=True)[1]
    same = float(((counts / len(steps)) ** 2).sum())
    starts = len(steps) - 2 * size + 1
    expected = max(starts * (starts + 1) / 2, 0.0) * same**size
    p = float(stats.poisson.sf(len(copies) - 1, expected)) if copies else 1.0
    said = f"连续 {size} 个读数与前面完全相同的有 {len(copies)} 处，偶然约 {expected:.2g} 处：{_shown(p, '重复偏多', '没有显出偏多')}（p={p:.3g}）。{NOT_PROOF if p < 0.05 else ''}"
    return TruthSignal("repeated_series", len(steps), float(len(copies)), expected, p, tuple(copies), said)


def regular_timing(times: ArrayLike, *, resolution: float = 0.0) -> TruthSignal:
    """Whether intervals between entries are more regular than work by hand: their coefficient of variation against that of a process
    with cv 0.3, which is already steady work.

    ``times``: moments of entry in seconds, in order; ``resolution``: of the clock; its rounding is added to what chance allows. The
    p-value is one-sided: (n−1)·s² of log intervals against log-normal work with cv 0.3 (chi-square). Entries made by a machine are
    regular by right: exclude them first.

    >>> regular_timing([60.0 * i for i in range(20)]).p < 0.001
    True
    """
    data = sample(times, "时刻", 8)
    gaps = np.diff(data)
    if (gaps < 0).any():
        raise ValueError(
            f"第 {int(np.flatnonzero(gaps < 0)[0]) + 2} 个时刻早于前一个：请按先后排列，倒写的时刻另行核对。"
        )
    gaps = gaps[gaps > 0]
    if gaps.size < 7:
        raise ValueError("不同时刻的间隔少于 7 个，不能判断是否过于规律。")
    logs = np.log(gaps)
    steady = math.log(1 + 0.3**2)
    blur = (resolution / float(gaps.mean())) ** 2 / 6
    df = gaps.size - 1
    square = df * float(logs.var(ddof=1)) / (steady + blur)
    p = float(stats.chi2.cdf(square, df))
    cv = float(gaps.std(ddof=1) / gaps.mean())
    said = f"{gaps.size} 个录入间隔的变异系数为 {cv:.3f}（手工作业一般不小于 0.3）：{_shown(p, '过于规律', '没有显出过于规律')}（p={p:.3g}）。{NOT_PROOF if p < 0.05 else ''}"
    return TruthSignal("regular_timing", gaps.size, cv, 0.3, p, (), said)


def late_bursts(
    recorded: ArrayLike, entered: ArrayLike, *, delay: float, burst: int = 5, within: float = 600.0
) -> TruthSignal:
    """Entries made late and in a bunch: at least ``burst`` entries within ``within`` seconds, each more than ``delay`` seconds after the
    moment that it records. This is a count, not a test: the p-value is NaN.

    >>> late_bursts([0, 3600, 7200, 10800, 14400], [20000, 20060, 20120, 20180, 20240], delay=1800).statistic
    5.0
    """
    then, now = sample(recorded, "发生时刻", 1), sample(entered, "录入时刻", 1)
    if then.size != now.size:
        raise ValueError("发生时刻与录入时刻须一一对应。")
    order = np.argsort(now, kind="stable")
    late = order[(now - then)[order] > delay]
    moments = now[late]
    first = np.searchsorted(moments, moments - within, side="left")
    marked: set[int] = set()
    for at in range(late.size):
        if at - first[at] + 1 >= burst:
            marked.update(int(i) for i in late[first[at] : at + 1])
    where = tuple(sorted(at + 1 for at in marked))
    said = f"{then.size} 条记录中有 {len(where)} 条是迟于 {delay:g} 秒、在 {within:g} 秒内成批补录的。{NOT_PROOF if where else ''}"
    return TruthSignal("late_bursts", then.size, float(len(where)), 0.0, math.nan, where, said)


def benjamini_hochberg(p_values: Sequence[float], share_false: float = 0.05) -> tuple[bool, ...]:
    """Which of many p-values are signals if at most the share ``share_false`` of signals may be false (Benjamini and Hochberg 1995).

    >>> benjamini_hochberg([0.001, 0.04, 0.03, 0.5])
    (True, False, False, False)
    """
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    last = 0
    for rank, at in enumerate(order, 1):
        if p_values[at] <= share_false * rank / len(p_values):
            last = rank
    kept = set(order[:last])
    return tuple(at in kept for at in range(len(p_values)))
