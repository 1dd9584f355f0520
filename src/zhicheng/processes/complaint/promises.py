"""What the house promised for a complaint, and whether it was kept.

A promise is taken over into the complaint when its time begins, with its number and version: what is promised later does
not judge what was done before. Two promises that hold for the same stage and scope with different limits are a conflict;
both stand in the complaint until one of them is ended, and what lies between the two is neither kept nor missed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhicheng.core.calendar import SiteTime
from zhicheng.core.clocks import due
from zhicheng.core.process import Limit, Span
from zhicheng.core.working_time import used
from zhicheng.processes.complaint.stages import RANK, STAGES, Stage, scopes_of

KEPT, MISSED, DISPUTED, NO_RULE = "kept", "missed", "disputed", "no_rule"
VERDICTS = (
    (KEPT, _("按时")),
    (MISSED, _("逾期")),
    (DISPUTED, _("承诺互相矛盾")),
    (NO_RULE, _("没有规定")),
)
MINUTE = dt.timedelta(minutes=1)


def holding(rules: Iterable[Any], stage: str, scopes: frozenset[str]) -> list[Any]:
    """The promises that hold for a stage in these scopes, the strictest first; more than one: they contradict each other.

    ``rules`` are promises in force. Those of the narrowest scope hold; equal ones are one.
    """
    fitting = [r for r in rules if r.stage == stage and r.scope in scopes]
    if not fitting:
        return []
    rank = max(RANK[r.scope] for r in fitting)
    narrow = sorted((r for r in fitting if RANK[r.scope] == rank), key=lambda r: (r.strictness, r.k))
    differing: dict[tuple[int, str, str], Any] = {}
    for rule in narrow:
        differing.setdefault((rule.amount, rule.unit, rule.since), rule)
    return list(differing.values())


def pauses_of(rows: Iterable[Mapping[str, Any]]) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    """When the complaint waited for the customer."""
    return tuple((_moment(r["since"]), _moment(r["until"])) for r in rows)


def judge(complaint: Any, rules: Iterable[Any]) -> list[dict[str, Any]]:
    """The rows of the complaint's promises anew: what was taken over stays, what begins now is taken over, what is done is judged."""
    rules = list(rules)
    scopes = scopes_of(complaint.region, complaint.handled_by)
    before = {row["stage"]: row for row in complaint.promises}
    place, pauses = SiteTime(complaint.site_id), pauses_of(complaint.pauses)
    rows = []
    for stage in STAGES:
        taken = _taken(complaint, stage, before.get(stage.name), rules, scopes)
        if taken is not None:
            rows.append(_judged(complaint, stage, taken, place, pauses))
    return rows


def _taken(
    complaint: Any, stage: Stage, old: Mapping[str, Any] | None, rules: list[Any], scopes: frozenset[str]
) -> dict[str, Any] | None:
    """The promise as it stands in the complaint, or None where none of its kind was ever made or it has not begun."""
    if stage.needed and not getattr(complaint, stage.needed):
        return None
    settled = old is not None and old["verdict"] is not None
    if old is not None and old["amount"] is not None and (settled or not old["other"]):
        return dict(old)
    found = holding(rules, stage.name, scopes)
    if not found:
        known = any(r.stage == stage.name for r in rules)
        return dict(old) if old is not None and old["amount"] is not None else _none(stage) if known else None
    rule = found[0]
    if getattr(complaint, rule.since) is None:
        return None
    other = found[-1] if len(found) > 1 else None
    return {
        "stage": stage.name,
        "amount": rule.amount,
        "unit": rule.unit,
        "measured_from": rule.since,
        "rule": f"{rule.number} v{rule.version}",
        "public": rule.public,
        "other": f"{other.limit_text} {other.number} v{other.version}" if other else None,
        "other_amount": other.amount if other else None,
        "other_unit": other.unit if other else None,
    }


def _none(stage: Stage) -> dict[str, Any]:
    names = ("amount", "unit", "measured_from", "rule", "public", "other", "other_amount", "other_unit")
    return {"stage": stage.name, **dict.fromkeys(names)}


def _judged(
    complaint: Any, stage: Stage, row: dict[str, Any], place: SiteTime, pauses: tuple[Any, ...]
) -> dict[str, Any]:
    done = getattr(complaint, stage.done)
    row |= {"due": None, "done": _text(done), "gross": None, "net": None, "verdict": None}
    if row["amount"] is None:
        row["verdict"] = NO_RULE if done else None
        return row
    since = getattr(complaint, row["measured_from"])
    if since is None:  # stated no longer
        return row
    strict = due(since, Limit(row["amount"], row["unit"], public=bool(row["public"])), place, pauses).at
    row["due"] = _text(strict)
    if done is None:
        return row
    calendar = place.calendar()
    row["gross"] = used(since, done, row["unit"], calendar) // MINUTE
    row["net"] = used(since, done, row["unit"], calendar, pauses) // MINUTE
    row["verdict"] = KEPT if done <= strict else MISSED
    if row["other"] and done > strict:
        wide = due(
            since, Limit(row["other_amount"], row["other_unit"], public=bool(row["public"])), place, pauses
        ).at
        row["verdict"] = DISPUTED if done <= wide else MISSED
    return row


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


def _text(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
