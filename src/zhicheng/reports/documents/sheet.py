"""An edition as it is drawn: what stands in its header, who signed, the mark across the page, its text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from zhicheng.core.language import recorded
from zhicheng.core.records import Provenance
from zhicheng.core.roles import Role
from zhicheng.processes.document.models import Edition
from zhicheng.reports.documents.body import Piece, laid_out, parts
from zhicheng.reports.edition import enterprise
from zhicheng.reports.printable import printable

E = Edition.State
DRAFT, CONTROLLED, VOID = "草稿", "受控", "作废"
NOTHING = "—"


def mark_of(state: str) -> str:
    """What stands across every page of an edition in this state."""
    if state in (E.ISSUED, E.IN_FORCE):
        return CONTROLLED
    return VOID if state in (E.SUPERSEDED, E.OBSOLETE, E.VOID) else DRAFT


@dataclass(frozen=True, slots=True)
class Head:
    """The header of every page (K-0.9)."""

    enterprise: str
    name: str
    code: str
    edition: str
    effective_on: str
    compiled: str
    reviewed: str
    approved: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """An edition ready to be drawn. ``signed`` are rows of matter, name and day; ``history`` of edition, day and what was revised."""

    head: Head
    mark: str
    order: str
    signed: tuple[tuple[str, str, str], ...]
    history: tuple[tuple[str, str, str], ...]
    scope: str
    interpreter: str
    note: str
    pieces: tuple[Piece, ...]
    dated: dt.date


def sheet_of(edition: Any, state: str = "", mark: str = "") -> Sheet:
    """The sheet of an edition as of a state (its present one). Errors: ValidationError naming what cannot be drawn."""
    found, faults = parts(edition)
    if faults:
        raise ValidationError(faults)
    pieces = tuple(printable(one) for one in laid_out(found, edition.name, mark))
    return Sheet(
        printable(head_of(edition)),
        mark_of(state or edition.state),
        edition.order_number,
        tuple(signed(edition)),
        tuple(history(edition)),
        printable(scope_of(edition.document)),
        printable(edition.document.interpreter),
        printable(note_of(edition)),
        pieces,
        edition.effective_on or edition.issued_on or edition.compiled_on or edition.occurred_on,
    )


def note_of(edition: Any) -> str:
    """What a reader of the sign-off page must know: where the text comes from, and why nobody signed."""
    notes = []
    if edition.provenance != Provenance.ENTERED and not edition.approvals:
        notes.append("本版由已有文件录入，没有在系统中签署；签署见原件。")
    if edition.source and not edition.source_name.endswith(".md"):
        said = f"本文由“{edition.source_name}”提取，版式与图片以原件为准。原件 SHA-256：{edition.source}"
        notes.append(said)
    return "".join(notes)


def scope_of(document: Any) -> str:
    """For what the document holds, and whether customers and certifiers may audit by it (K-1.2)."""
    scope = document.scope.rstrip("。")
    shown = ("可用于第二方、第三方审核",) if document.for_audits else ()
    return "；".join(filter(None, (scope, *shown)))


def head_of(edition: Any) -> Head:
    """The header of an edition."""
    reviewed = [row["name"] for row in edition.approvals[:-1] if row["name"]]
    approved = edition.approvals[-1]["name"] if edition.approvals and edition.state not in OPEN else ""
    return Head(
        enterprise(),
        edition.name,
        edition.code or NOTHING,
        f"{edition.edition}（{edition.edition_version}）" if edition.edition != edition.edition_version else edition.edition,
        str(edition.effective_on or NOTHING),
        edition.compiled_by or NOTHING,
        "、".join(reviewed) or NOTHING,
        approved or NOTHING,
    )  # fmt: skip


OPEN = (E.DRAFT, E.SUBMITTED, E.REVIEWED)


def signed(edition: Any) -> list[tuple[str, str, str]]:
    """Everybody who signed, in the order of signing (T-0.1)."""
    rows = [("编制", edition.compiled_by or NOTHING, str(edition.compiled_on or NOTHING))]
    rows += [
        (f"会签（{row['department']}）", row["name"] or NOTHING, row["on"] or NOTHING)
        for row in edition.countersigns
    ]
    rows += [
        (
            f"{row['meaning']}（{recorded(Role(row['role']).label)}）",
            row["name"] or NOTHING,
            row["on"] or NOTHING,
        )
        for row in edition.approvals
    ]
    if edition.issued_on:
        rows.append(("颁布", edition.signatory or NOTHING, str(edition.issued_on)))
    return printable(rows)


def history(edition: Any) -> list[tuple[str, str, str]]:
    """The editions up to this one, each with its day and what it revised."""
    rows = Edition.objects.filter(document=edition.document_id).exclude(state=E.VOID)
    rows = rows.order_by("major", "minor", "k").only("edition", "effective_on", "summary", "major", "minor")
    return [
        (row.edition, str(row.effective_on or NOTHING), printable(row.summary))
        for row in rows
        if row.order <= edition.order and row.pk != edition.pk
    ] + [(edition.edition, str(edition.effective_on or NOTHING), printable(edition.summary))]
