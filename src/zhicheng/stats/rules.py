"""Tests for special causes: the eight of Nelson (GB/T 17989.2-2020, formerly GB/T 4091), Western Electric, ISO 7870-2.

Sources: Nelson (1984), "The Shewhart control chart: tests for special causes", J. Quality Technology 16; Western Electric,
Statistical Quality Control Handbook (1956); GB/T 17989.2-2020 and ISO 7870-2 (未核对原文; the ISO set is recalled: one point
beyond the limits, a run of 7 on one side, a trend of 7). Where good tools differ the convention is a parameter:

* ``count``: "points" (six points in a row rise: five steps; qcc, Rspc) or "steps" (six rises: seven points; Minitab, JASP), for
  trends and alternation;
* ``last``: in "2 of 3" and "4 of 5" the completing point must itself lie beyond the zone line (qcc, Minitab), or need not;
* ``both_sides``: eight points outside zone C must lie on both sides (Nelson, GB/T, qcc), or may all lie on one (Rspc);
* a point on a zone line counts as inside, a point on the centre line ends a run, equal neighbours end a trend.

A point is reported when it completes a pattern, and every later point while the pattern lasts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from zhicheng.stats.observations import Unusable

Kind: TypeAlias = Literal["beyond", "same_side", "trend", "alternating", "share_beyond", "within", "outside"]
Count: TypeAlias = Literal["points", "steps"]


@dataclass(frozen=True, slots=True)
class Test:
    """One test. ``points`` of the last ``window`` points have the pattern; ``zone``: which third of the distance to the limits.

    ``says`` is the test in a Chinese sentence for the reader of a chart.
    """

    __test__ = False

    name: str
    number: int
    kind: Kind
    points: int
    window: int
    zone: int
    says: str
    count: Count = "points"
    last: bool = True
    both_sides: bool = True

    def __post_init__(self) -> None:
        if not (
            isinstance(self.points, int) and isinstance(self.window, int) and 1 <= self.points <= self.window
        ):
            raise Unusable(
                f"判异准则 {self.name} 的点数应为 1 到窗口长度的整数，现在是 {self.points}/{self.window}。"
            )
        if self.kind in ("trend", "alternating") and self.points < 3:
            raise Unusable(f"判异准则 {self.name} 至少要 3 点，现在是 {self.points}。")
        if self.count not in ("points", "steps"):
            raise Unusable(f"count 应为 'points' 或 'steps'，现在是 {self.count!r}。")


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Tests that are judged together, with the source of the set."""

    name: str
    tests: tuple[Test, ...]
    source: str

    def only(self, *numbers: int) -> RuleSet:
        """These tests of the set. Errors: Unusable for a number that the set does not have."""
        have = {test.number for test in self.tests}
        if unknown := [n for n in numbers if n not in have]:
            raise Unusable(f"{self.name} 没有第 {unknown[0]} 条：可选 {sorted(have)}。")
        return RuleSet(self.name, tuple(t for t in self.tests if t.number in numbers), self.source)


def nelson(
    *,
    same_side: int = 9,
    trend: int = 6,
    alternating: int = 14,
    within: int = 15,
    outside: int = 8,
    count: Count = "points",
    last: bool = True,
    both_sides: bool = True,
) -> RuleSet:
    """The eight tests of Nelson, as in GB/T 17989.2-2020 (准则 1 to 8), with the usual numbers switchable."""
    return RuleSet(
        "nelson",
        (
            Test("nelson1", 1, "beyond", 1, 1, 3, "1 点落在控制限外"),
            Test("nelson2", 2, "same_side", same_side, same_side, 0, f"连续 {same_side} 点在中心线同一侧"),
            Test("nelson3", 3, "trend", trend, trend, 0, f"连续 {trend} {_unit(count)}递增或递减", count),
            Test("nelson4", 4, "alternating", alternating, alternating, 0, f"连续 {alternating} {_unit(count)}上下交替", count),
            Test("nelson5", 5, "share_beyond", 2, 3, 2, "连续 3 点中有 2 点在同一侧的 B 区以外", last=last),
            Test("nelson6", 6, "share_beyond", 4, 5, 1, "连续 5 点中有 4 点在同一侧的 C 区以外", last=last),
            Test("nelson7", 7, "within", within, within, 1, f"连续 {within} 点在中心线两侧的 C 区内"),
            Test("nelson8", 8, "outside", outside, outside, 1, f"连续 {outside} 点在中心线两侧且无一在 C 区内", both_sides=both_sides),
        ),
        "Nelson (1984)；GB/T 17989.2-2020（未核对原文）",
    )  # fmt: skip


def western_electric(*, same_side: int = 8, last: bool = True) -> RuleSet:
    """The four tests of Western Electric (1956)."""
    return RuleSet(
        "western_electric",
        (
            Test("we1", 1, "beyond", 1, 1, 3, "1 点落在控制限外"),
            Test("we2", 2, "share_beyond", 2, 3, 2, "连续 3 点中有 2 点在同一侧的 2σ 线以外", last=last),
            Test("we3", 3, "share_beyond", 4, 5, 1, "连续 5 点中有 4 点在同一侧的 1σ 线以外", last=last),
            Test("we4", 4, "same_side", same_side, same_side, 0, f"连续 {same_side} 点在中心线同一侧"),
        ),
        "Western Electric (1956), Statistical Quality Control Handbook",
    )


def iso7870_2(*, same_side: int = 7, trend: int = 7, count: Count = "points") -> RuleSet:
    """The short set of ISO 7870-2, as recalled (未核对原文); "any unusual pattern" is left to the reader's eye."""
    return RuleSet(
        "iso7870_2",
        (
            Test("iso1", 1, "beyond", 1, 1, 3, "1 点落在控制限外"),
            Test("iso2", 2, "same_side", same_side, same_side, 0, f"连续 {same_side} 点在中心线同一侧"),
            Test("iso3", 3, "trend", trend, trend, 0, f"连续 {trend} {_unit(count)}递增或递减", count),
        ),
        "ISO 7870-2（未核对原文）",
    )


def beyond_limits() -> RuleSet:
    """Only the control limits: for charts whose points are not independent or have no zones."""
    return RuleSet("limits", (Test("beyond", 1, "beyond", 1, 1, 3, "1 点落在控制限外"),), "Shewhart (1931)")


def _unit(count: Count) -> str:
    return "点" if count == "points" else "步"


RULE_SETS: Mapping[str, Callable[[], RuleSet]] = {
    "nelson": nelson,
    "gbt17989_2": nelson,
    "western_electric": western_electric,
    "iso7870_2": iso7870_2,
    "limits": beyond_limits,
}
"""The sets by name, for a screen or a command."""
