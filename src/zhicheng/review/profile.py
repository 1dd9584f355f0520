"""Which checks run, how severe they are, and their parameters."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zhicheng.review.finding import SEVERITIES, Finding, Severity


class ProfileRefused(ValueError):
    """The profile says something that cannot be followed; the message tells what and how to mend it."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How a review is made. Without settings every check is on, with the severities that it decides itself.

    ``date``: the report's date, if it is not to be found from the report. ``off``: ids of checks left out.
    ``severest``: at most this severity for a check. ``parameters``: numbers of single checks. ``registers``: CSV
    files that extend the register. ``terms``: the enterprise's own words, never foreign to it.
    """

    date: datetime.date | None = None
    off: frozenset[str] = frozenset()
    severest: Mapping[str, Severity] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    registers: tuple[Path, ...] = ()
    terms: frozenset[str] = frozenset()

    def number(self, check: str, name: str, default: float) -> float:
        """A check's parameter, or the default that its page documents."""
        return self.parameters.get(check, {}).get(name, default)

    def capped(self, finding: Finding) -> Severity:
        """The finding's severity under this profile.

        >>> one = Finding("GC19", "error", 1, None, "", "最佳", "…", "…", 0)
        >>> Profile(severest={"GC19": "note"}).capped(one)
        'note'
        """
        cap = self.severest.get(finding.check)
        if cap is None:
            return finding.severity
        return SEVERITIES[max(SEVERITIES.index(cap), SEVERITIES.index(finding.severity))]


def load_profile(path: Path) -> Profile:
    """Read a profile from TOML.

    ::

        date = 2023-08-31
        off = ["GC29"]
        registers = ["our_standards.csv"]
        terms = ["分子筛"]
        [severest]
        GC19 = "note"
        [parameters.GC18]
        shortest = 40

    :raises ProfileRefused: the file cannot be read, or names a severity, check or value that does not exist.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileRefused(f"检查方案 {path.name} 读不了：{error}。请用 UTF-8 的 TOML 文件。") from error
    unknown = set(data) - {"date", "off", "severest", "parameters", "registers", "terms"}
    if unknown:
        raise ProfileRefused(f"检查方案里没有“{'、'.join(sorted(unknown))}”这一项；请对照 docs/review。")
    return _checked(data, path.parent)


def _checked(data: Mapping[str, object], folder: Path) -> Profile:
    from zhicheng.review.checks import CHECKS

    ids = {check.id for check in CHECKS}
    off, severest, parameters = data.get("off", []), data.get("severest", {}), data.get("parameters", {})
    date, registers, terms = data.get("date"), data.get("registers", []), data.get("terms", [])
    if not (isinstance(off, list) and isinstance(registers, list) and isinstance(terms, list)):
        raise ProfileRefused("检查方案的 off、registers、terms 应是列表，例如 off = [“GC29”]。")
    if not (isinstance(severest, dict) and isinstance(parameters, dict)):
        raise ProfileRefused("检查方案的 severest、parameters 应是表，例如 [severest] 下写 GC19 = “note”。")
    if date is not None and (isinstance(date, datetime.datetime) or not isinstance(date, datetime.date)):
        raise ProfileRefused("检查方案的 date 应写成 2023-08-31 这样的日期。")
    for named in [*off, *severest, *parameters]:
        if named not in ids:
            raise ProfileRefused(f"没有检查“{named}”；可用的是 {'、'.join(sorted(ids))}。")
    for check, severity in severest.items():
        if severity not in SEVERITIES:
            raise ProfileRefused(f"{check} 的严重程度只能是 error、question 或 note。")
    for check, values in parameters.items():
        numbers = isinstance(values, dict) and all(
            isinstance(v, (int, float)) and not isinstance(v, bool) for v in values.values()
        )
        if not numbers:
            raise ProfileRefused(f"{check} 的参数应是数，例如 [parameters.{check}] 下写 shortest = 40。")
    return Profile(
        date=date,
        off=frozenset(str(name) for name in off),
        severest=severest,
        parameters=parameters,
        registers=tuple(folder / str(name) for name in registers),
        terms=frozenset(str(term) for term in terms),
    )
