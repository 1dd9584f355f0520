"""The history of a record as the log holds it: who, when, what changed, why, signature, entry number."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from zhicheng.core.facts import fact_fields, field_of, shown
from zhicheng.core.fields import DataField, RowsField
from zhicheng.core.organisation import Person
from zhicheng.core.process import Process
from zhicheng.ledger import log

SILENT = frozenset({"opened_at", "number", "provenance"})
ROWS_SAID = 8


@dataclass(frozen=True)
class Difference:
    """One fact that this version changed."""

    title: str
    old: str
    new: str


@dataclass
class Line:
    """One version of the record."""

    seq: int
    version: int
    act: str
    title: str
    who: str
    at: dt.datetime | None
    state: str
    reason: str = ""
    changes: list[Difference] = field(default_factory=list)
    signed: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    cause: int | None = None
    excepted: bool = False
    behalf: str = ""
    """The name of the person in whose place it was done."""
    covers: tuple[str, ...] = ()
    """The second signatures by which alone it was possible, by their numbers."""


def history(process: Process, k: int) -> list[Line]:
    """Every version, newest first."""
    versions = log.versions(process.name, k)
    names = _names({str(v.facts.get("_by", "")) for v in versions})
    seen: dict[tuple[str, str], str] = {}
    lines, before = [], None
    for v in versions:
        line = Line(
            v.seq,
            v.ver,
            v.act,
            _title(process, v.act),
            names.get(str(v.facts.get("_by", "")), str(v.facts.get("_by", ""))),
            _moment(v.facts.get("_at")),
            str(v.facts.get("state") or ""),
            str(v.facts.get("_reason") or v.facts.get("_ground") or ""),
            signed=[{**s, "at": _moment(s.get("at"))} for s in v.facts.get("_signed") or []],
            files=list(v.facts.get("_files") or []),
            cause=v.facts.get("_cause"),
            excepted=v.facts.get("_four_eyes") == "excepted",
            behalf=names.get(str(v.facts.get("_behalf")), ""),
            covers=tuple(str(v.facts.get("_cover") or "").split(",")) if v.facts.get("_cover") else (),
        )
        if before is not None:
            line.changes = list(_differences(process, before, v.facts, seen))
        lines.append(line)
        before = v.facts
    return lines[::-1]


def _names(refs: set[str]) -> dict[str, str]:
    ks = [ref.rpartition("/")[2] for ref in refs if ref.startswith("org.person/")]
    people = Person.objects.filter(k__in=ks).values_list("k", "name") if ks else []
    return {
        **{f"org.person/{k}": name for k, name in people},
        "system": _("系统"),
        "public": _("公众（网上填写）"),
    }


def _moment(text: Any) -> dt.datetime | None:
    return dt.datetime.fromisoformat(str(text)) if text else None


def _title(process: Process, act: str) -> str:
    if act == "open":
        return str(process.open_title or _("登记"))
    step = process.acts.get(act)
    words = {"amend": _("更改"), "import": _("导入"), "erase": _("依法删除"), "dispose": _("到期处置")}
    return str(step.title) if step else words.get(act, act)


def _differences(
    process: Process, old: dict[str, Any], new: dict[str, Any], seen: dict[tuple[str, str], str]
) -> Any:
    for name in (f.name for f in fact_fields(process.model)):
        a, b = old.get(name), new.get(name)
        if a == b or name in SILENT:
            continue
        f = field_of(process, name)
        if isinstance(f, RowsField):
            yield from _rows(f, a or [], b or [])
        elif isinstance(f, DataField):
            yield Difference(str(f.verbose_name), "", _("已更新") if b else _("已清除"))
        elif f is not None:
            yield Difference(
                str(f.verbose_name), _said(process, name, a, seen), _said(process, name, b, seen)
            )


def _said(process: Process, name: str, value: Any, seen: dict[tuple[str, str], str]) -> str:
    key = (name, repr(value))
    if key not in seen:  # a reference asks the database, so the same one is asked once
        text = shown(process, name, value)
        seen[key] = f"{text.normalize():f}" if hasattr(text, "normalize") else str(text)
    return seen[key]


def _rows(f: RowsField, old: list[Any], new: list[Any]) -> Any:
    said = 0
    for i, (a, b) in enumerate(zip_longest(old, new, fillvalue=None), 1):
        for c in f.columns:
            x, y = (a or {}).get(c.name), (b or {}).get(c.name)
            if x == y or (not old and said >= ROWS_SAID):
                continue
            said += 1
            if said <= ROWS_SAID:
                title = _("%(f)s第 %(i)s 行%(c)s") % {"f": f.verbose_name, "i": i, "c": c.title}
                yield Difference(title, str(c.shown(x)), str(c.shown(y)))
    if said > ROWS_SAID or len(new) != len(old):
        yield Difference(str(f.verbose_name), _("%s 行") % len(old), _("%s 行") % len(new))
