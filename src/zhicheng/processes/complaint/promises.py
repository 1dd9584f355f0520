"""What the house promised for a complaint, and whether it was kept.

A promise is taken over into the complaint when its time begins, with its number and version: what is promised later does
not judge what was done before. Two promises that hold for the same stage and scope with different limits are a conflict;
both stand in the complaint until one of them is ended, and what lies between the two is neither kept nor missed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from zhicheng.core.calendar import SiteTime
from zhicheng.core.clocks import due
from zhicheng.core.fields import moment_text
from zhicheng.core.process import Limit, Span
from zhicheng.core.working_time import used
from zhicheng.processes.complaint.stages import RANK, STAGES, Stage, scopes_of

KEPT, MISSED, DISPUTED, NO_RULE = "kept", "missed", "disputed", "no_rule"
MINUTE = dt.timedelta(minutes=1)


def holding(rules: Iterable[Any], stage: str, scopes: frozenset[str]) -> list[Any]:
    """The promises that hold for a stage in these scopes, the strictest first; more than one: they contradict each other.

    ``rules`` are promises in force. Those of the site and of the narrowest scope hold; equal ones are one.
    """
    fitting = [r for r in rules if r.stage == stage and r.scope in scopes]
    if not fitting:
        return []
    rank = max(map(_rank, fitting))
    narrow = sorted((r for r in fitting if _rank(r) == rank), key=lambda r: (r.strictness, r.k))
    differing: dict[tuple[int, str, str], Any] = {}
    for rule in narrow:
        differing.setdefault((rule.amount, rule.unit, rule.since), rule)
    return list(differing.values())


def _rank(rule: Any) -> tuple[bool, int]:
    """How narrow a promise is: one of a site before those of the house, then by its scope."""
    return rule.site_id is not None, RANK[rule.scope]


def pauses_of(rows: Iterable[Mapping[str, Any]]) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    """When the complaint waited for the customer."""
    read = dt.datetime.fromisoformat
    return tuple((read(r["since"]), read(r["until"])) for r in rows)


def judge(complaint: Any, rules: Iterable[Any]) -> list[dict[str, Any]]:
    """The rows of the complaint's promises anew: what was judged and what was taken over stays, what begins now is taken over,
    what is done now is judged."""
    work = _Judging(complaint, list(rules))
    return [row for stage in STAGES if (row := work.row(stage)) is not None]


class _Judging:
    """The promises of one complaint as they are now."""

    def __init__(self, complaint: Any, rules: list[Any]) -> None:
        self.complaint, self.rules = complaint, rules
        self.scopes = scopes_of(complaint.region, complaint.handled_by)
        self.before = {row["stage"]: row for row in complaint.promises}
        self.place, self.pauses = SiteTime(complaint.site_id), pauses_of(complaint.pauses)

    def row(self, stage: Stage) -> dict[str, Any] | None:
        """The stage's row; None where nothing was ever promised for it, or its time has not begun."""
        old, done = self.before.get(stage.name), getattr(self.complaint, stage.done)
        if old is not None and old["verdict"] is not None and done and old["done"] == moment_text(done):
            return dict(old)
        if stage.needed and not getattr(self.complaint, stage.needed):
            return None
        taken, wider = old, None
        if old is None or old["amount"] is None or old["other"]:
            found = holding(self.rules, stage.name, self.scopes)
            if found and getattr(self.complaint, found[0].since) is None:
                return None
            wider = found[-1] if len(found) > 1 else None
            if found:
                taken = _taken(stage, found[0], wider)
            elif old is None and any(r.stage == stage.name for r in self.rules):
                taken = _taken(stage, None, None)
        return None if taken is None else self._judged(taken, done, wider)

    def _judged(self, taken: Mapping[str, Any], done: dt.datetime | None, wider: Any) -> dict[str, Any]:
        row = {
            **taken,
            "due": None,
            "done": moment_text(done) if done else None,
            "gross": None,
            "net": None,
            "verdict": None,
        }
        if row["amount"] is None:
            row["verdict"] = NO_RULE if done else None
            return row
        since = getattr(self.complaint, row["measured_from"])
        strict = self._due(since, row["amount"], row["unit"], row["public"])
        row["due"] = moment_text(strict)
        if done is None:
            return row
        calendar = self.place.calendar
        row["gross"] = used(since, done, row["unit"], calendar) // MINUTE
        row["net"] = used(since, done, row["unit"], calendar, self.pauses) // MINUTE
        row["verdict"] = KEPT if done <= strict else MISSED
        if wider is not None and strict < done <= self._due(since, wider.amount, wider.unit, wider.public):
            row["verdict"] = DISPUTED
        return row

    def _due(self, since: dt.datetime, amount: int, unit: str, public: bool) -> dt.datetime:
        return due(since, Limit(amount, unit, public=bool(public)), self.place, self.pauses).at


def _taken(stage: Stage, rule: Any, wider: Any) -> dict[str, Any]:
    """What a promise (None: none for this scope) says, as it is taken over."""
    return {
        "stage": stage.name,
        "amount": rule.amount if rule else None,
        "unit": rule.unit if rule else None,
        "measured_from": rule.since if rule else None,
        "rule": f"{rule.number} v{rule.version}" if rule else None,
        "public": (rule.public or None) if rule else None,
        "other": f"{wider.limit_text} {wider.number} v{wider.version}" if wider else None,
    }


def span(complaint: Any, stage: str) -> Span | None:
    """What the clock of a stage measures, from the complaint's own row."""
    row = next((r for r in complaint.promises if r["stage"] == stage), None)
    since = getattr(complaint, row["measured_from"]) if row and row["amount"] is not None else None
    if row is None or since is None:
        return None
    done = next(getattr(complaint, s.done) for s in STAGES if s.name == stage)
    ended = complaint.ended_at if complaint.ended_at and done is None else done
    limit = Limit(row["amount"], row["unit"], row["rule"] or "", bool(row["public"]))
    return Span(since, limit, ended, pauses_of(complaint.pauses))
