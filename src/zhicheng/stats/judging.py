"""Judge the points of a chart by a rule set: for thousands of characteristics at once, in blocks that fit in a cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from zhicheng.stats.limits import ControlChart
from zhicheng.stats.observations import BoolArray, FloatArray, Unusable, slices
from zhicheng.stats.rules import RuleSet, Test


@dataclass(frozen=True, slots=True)
class Signals:
    """Which points completed which test: ``flags`` by the name of the test, shape as the points of the chart."""

    rules: RuleSet
    flags: Mapping[str, BoolArray]

    def points(self, test: str, at: Sequence[int] = ()) -> list[int]:
        """The points, counted from 1, that completed a test, of the characteristic ``at`` (none for a single one).

        Errors: Unusable for an unknown test, or when ``at`` does not name one characteristic.
        """
        if test not in self.flags:
            raise Unusable(f"没有判过准则 {test!r}：判过 {'、'.join(self.flags)}。")
        flags = self.flags[test][tuple(at)]
        if flags.ndim != 1:
            raise Unusable(f"有 {flags.ndim - 1} 维特性，请用 at 指明是哪一个。")
        return [int(i) + 1 for i in np.flatnonzero(flags)]

    def found(self, at: Sequence[int] = ()) -> dict[str, list[int]]:
        """The points of every test of one characteristic."""
        return {name: self.points(name, at) for name in self.flags}

    @property
    def any(self) -> BoolArray:
        """Which characteristics have any signal, shape (characteristics…)."""
        return np.asarray(np.any([flags.any(axis=-1) for flags in self.flags.values()], axis=0))

    def sentences(self, at: Sequence[int] = ()) -> list[str]:
        """For one characteristic, each test that fired: number, what it says, and the points."""
        said = []
        for test in self.rules.tests:
            if points := self.points(test.name, at):
                listed = "、".join(str(p) for p in points)
                said.append(f"准则 {test.number}（{test.says}）：第 {listed} 点")
        return said


def judge(chart: ControlChart, rules: RuleSet, starts: Sequence[int] = ()) -> Signals:
    """Judge the points of a chart by a rule set; ``starts`` (from 0) are points where a new stage begins and runs start anew.

    Errors: Unusable for tests of zones or runs on a chart whose points are dependent or have no zones.
    """
    zoned = any(t.kind != "beyond" for t in rules.tests)
    if zoned and (not chart.independent or chart.standard_error is None):
        raise Unusable(f"{chart.chart} 图的相邻点不独立或没有分区，只能判超出控制限：请用 beyond_limits()。")
    points = chart.statistic.shape[-1]
    edges = [0, *sorted({s for s in starts if 0 < s < points}), points]
    shape = chart.statistic.shape
    flags = {test.name: np.empty(shape, dtype=np.bool_) for test in rules.tests}
    many = _flat(chart, chart.statistic)
    rows = [_Rows.of(chart, many.shape)] if many.size else []
    for block in slices(many.shape[0], points):
        for start, stop in pairwise(edges):
            piece = rows[0].piece(block, slice(start, stop))
            for test in rules.tests:
                target = flags[test.name].reshape(many.shape)[block, start:stop]
                target[...] = _judge(test, piece)
    return Signals(rules, flags)


def _flat(chart: ControlChart, values: FloatArray) -> FloatArray:
    """(characteristics, points), whatever the shape was; what is the same for all points stays one column."""
    shape = chart.statistic.shape
    columns = values.shape[-1] if values.ndim and values.shape[-1] == shape[-1] else 1
    spread = np.broadcast_to(values, (*shape[:-1], columns))
    return spread.reshape(-1, columns)


class _Rows:
    """The points of a block with their lines; comparisons and runs that several tests need are made once."""

    def __init__(
        self,
        x: FloatArray,
        centre: FloatArray,
        lower: FloatArray,
        upper: FloatArray,
        third: FloatArray | None,
        rounding: FloatArray,
    ) -> None:
        self.x, self.centre, self.lower, self.upper, self.third = x, centre, lower, upper, third
        self.rounding = rounding
        self._sides: dict[int, tuple[BoolArray, BoolArray]] = {}
        self._steps: tuple[BoolArray, BoolArray] | None = None

    @classmethod
    def of(cls, chart: ControlChart, shape: tuple[int, ...]) -> _Rows:
        third = None
        if chart.standard_error is not None:
            distance = np.maximum(chart.upper - chart.centre, chart.centre - chart.lower)
            nsigma = chart.limits.nsigma
            third = _flat(chart, np.asarray(chart.standard_error * nsigma / 3 if nsigma else distance / 3))
        centre, lower, upper = (
            _flat(chart, np.asarray(line)) for line in (chart.centre, chart.lower, chart.upper)
        )
        rounding = _flat(chart, chart.rounding)
        return cls(chart.statistic.reshape(shape), centre, lower, upper, third, rounding)

    def piece(self, block: slice, points: slice) -> _Rows:
        def part(line: FloatArray) -> FloatArray:
            return line[block, points] if line.shape[-1] > 1 else line[block]

        third = None if self.third is None else part(self.third)
        lines = part(self.centre), part(self.lower), part(self.upper)
        return _Rows(self.x[block, points], *lines, third, part(self.rounding))

    def sides(self, zone: int) -> tuple[BoolArray, BoolArray]:
        """Above and below the line of a zone."""
        if zone not in self._sides:
            away = self.rounding if zone == 0 else zone * self._third() + self.rounding
            above, below = self.x > self.centre + away, self.x < self.centre - away
            self._sides[zone] = np.asarray(above), np.asarray(below)
        return self._sides[zone]

    def _third(self) -> FloatArray:
        assert self.third is not None
        return self.third

    def steps(self) -> tuple[BoolArray, BoolArray]:
        """Which points are above, and below, the one before; the first is neither."""
        if self._steps is None:
            up, down = np.zeros(self.x.shape, np.bool_), np.zeros(self.x.shape, np.bool_)
            least = self.rounding[:, 1:] if self.rounding.shape[-1] > 1 else self.rounding
            change = self.x[:, 1:] - self.x[:, :-1]
            np.greater(change, least, out=up[:, 1:])
            np.less(change, -least, out=down[:, 1:])
            self._steps = up, down
        return self._steps


def run(flags: BoolArray, length: int) -> BoolArray:
    """Which points end a run of ``length`` flags in a row, by doubling: ⌈log₂ length⌉ passes."""
    done, held = 1, flags
    while done < length:
        step = min(done, length - done)
        longer = np.zeros_like(held)
        np.logical_and(held[:, step:], held[:, :-step], out=longer[:, step:])
        done, held = done + step, longer
    return held


def _at_least(flags: BoolArray, points: int, window: int, last: bool) -> BoolArray:
    """Which points end a window with at least so many flags; a window is not judged before it is full."""
    count = flags.view(np.uint8).copy()
    for back in range(1, window):
        count[:, back:] += flags.view(np.uint8)[:, :-back]
    enough = count >= points
    enough[:, : window - 1] = False
    if last:
        np.logical_and(enough, flags, out=enough)
    return enough


def _within(rows: _Rows, test: Test) -> BoolArray:
    above, below = rows.sides(test.zone)
    return run(~(above | below), test.points)


def _outside(rows: _Rows, test: Test) -> BoolArray:
    above, below = rows.sides(test.zone)
    all_out = run(above | below, test.points)
    if test.both_sides:
        all_out &= ~run(above, test.points) & ~run(below, test.points)
    return all_out


def _alternating(rows: _Rows, test: Test) -> BoolArray:
    up, down = rows.steps()
    turns = np.zeros_like(up)
    turns[:, 1:] = (up[:, 1:] & down[:, :-1]) | (down[:, 1:] & up[:, :-1])
    return run(turns, test.points - (2 if test.count == "points" else 1))


def _judge(test: Test, rows: _Rows) -> BoolArray:
    if test.kind == "beyond":
        return np.asarray((rows.x > rows.upper + rows.rounding) | (rows.x < rows.lower - rows.rounding))
    if test.kind == "same_side":
        above, below = rows.sides(0)
        return run(above, test.points) | run(below, test.points)
    if test.kind == "trend":
        up, down = rows.steps()
        length = test.points - (1 if test.count == "points" else 0)
        return run(up, length) | run(down, length)
    if test.kind == "share_beyond":
        above, below = rows.sides(test.zone)
        return _at_least(above, test.points, test.window, test.last) | _at_least(
            below, test.points, test.window, test.last
        )
    return {"alternating": _alternating, "within": _within, "outside": _outside}[test.kind](rows, test)
