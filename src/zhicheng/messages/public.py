"""What anybody may read of a message: kind of record, number, a few words, due time, link. Nothing personal goes to a group.

Whoever is in a chat group can read along, and the robot's operator keeps what it is sent: so these facts are built here from
parts that name nobody, and words of the caller that hold a personal fact of the record are refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.db import models
from django.utils.functional import Promise

from zhicheng.core.language import recorded
from zhicheng.core.process import registry
from zhicheng.core.records import Record

LONGEST_WORDS = 120
MARK = "质诚"
"""Begins every text, so that a robot that demands a keyword can be given this one."""


class Personal(ValueError):
    """Words for everybody hold a personal fact."""


def facts(words: str | Promise, about: Record | None, due: str) -> dict[str, Any]:
    """The public facts of a message. Errors: Personal, ValueError for words that are too long.

    A text of ours (``gettext_lazy``) is the same for every record and holds no fact of one, even where a person happens to be
    called by one of its words; anything else is searched for personal facts.
    """
    said = " ".join(recorded(words).split())
    if len(said) > LONGEST_WORDS:
        raise ValueError(f"at most {LONGEST_WORDS} characters for everybody: {len(said)}")
    if about is None:
        return {"words": said, "process": "", "title": "", "number": "", "path": "", "due": due}
    if not isinstance(words, Promise):
        refuse_personal(said, about)
    process = registry.of(about)
    return {
        "words": said,
        "process": process.name,
        "title": recorded(process.title),
        "number": about.number,
        "path": f"/{process.name}/{quote(about.number)}/",
        "due": due,
    }


def refuse_personal(words: str, record: Record) -> None:
    """Errors: Personal, which names the fact and never its value: for a value, for the fact's name, for its title with a colon."""
    for name, title, values in _personal(record):
        named = re.search(rf"\b{re.escape(name)}\b|{re.escape(title)}\s*[:：]", words)
        if named or any(value in words for value in values):
            raise Personal(f"{name.strip(_NOTHING)} is personal and may not be told to everybody")


def _personal(record: Record) -> Iterator[tuple[str, str, list[str]]]:
    """Name, title and values of the personal facts of a record, and the values of those of the records that it names."""
    process = registry.of(record)
    for f in record._meta.concrete_fields:
        if f.name in process.personal:
            yield (
                f.name,
                recorded(getattr(f, "verbose_name", f.name)),
                list(_texts(getattr(record, f.attname))),
            )
        if isinstance(f, models.ForeignKey) and getattr(record, f.attname) is not None:
            yield from ((n, _NOTHING, values) for n, values in _of_other(getattr(record, f.name)))


_NOTHING = "\0"  # stands in no text: the titles of another record's facts are ordinary words here


def _of_other(other: Any) -> Iterator[tuple[str, list[str]]]:
    process = registry.of(other) if isinstance(other, Record) else None
    for name in process.personal if process else ():
        yield f"{_NOTHING}{name}", list(_texts(getattr(other, name)))


def _texts(value: Any) -> Iterator[str]:
    """Every text of two characters or more in a value: of one nothing can be told."""
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif value is not None and not isinstance(value, bool) and len(str(value).strip()) > 1:
        yield str(value).strip()


def due_text(due: dt.datetime | None, zone: dt.tzinfo) -> str:
    """A due time as everybody reads it, in the site's time."""
    return f"{due.astimezone(zone):%Y-%m-%d %H:%M}" if due else ""


def heading(facts: dict[str, Any]) -> str:
    """Kind of record, number and words in one line."""
    named = " ".join(part for part in (facts.get("title", ""), facts.get("number", "")) if part)
    return recorded("：".join(part for part in (named, facts.get("words", "")) if part))


def text(facts: dict[str, Any], site_url: str = "", most: int = 2000) -> str:
    """The whole text for a group, at most ``most`` bytes (WeCom takes 2,048)."""
    if "lines" in facts:
        return _listed(facts, site_url, most)
    lines = [f"【{MARK}】{heading(facts)}"]
    if facts.get("due"):
        lines.append(f"到期：{facts['due']}")
    if link := link_of(facts, site_url):
        lines.append(link)
    return "\n".join(lines)


def _listed(facts: dict[str, Any], site_url: str, most: int) -> str:
    """A digest: as many lines as fit, then how many are left."""
    lines = [f"【{MARK}】{facts['words']}"]
    rest = len(facts["lines"])
    for one in facts["lines"]:
        due = f"（到期 {one['due']}）" if one.get("due") else ""
        link = link_of(one, site_url)
        line = f"· {heading(one)}{due}" + (f" {link}" if link else "")
        if len("\n".join([*lines, line]).encode()) > most - 60:
            break
        lines.append(line)
        rest -= 1
    if rest:
        lines.append(f"……另有 {rest} 条，见系统。")
    return "\n".join(lines)


def link_of(facts: dict[str, Any], site_url: str) -> str:
    """The address of the record, where the site's own is known."""
    path = facts.get("path", "")
    return f"{site_url.rstrip('/')}{path}" if path and site_url else ""
