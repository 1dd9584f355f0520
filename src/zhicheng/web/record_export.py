"""A record with its pictures as a file: PDF for paper, a workbook with native charts for further work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhicheng.core.authority import Actor
from zhicheng.core.facts import fact_fields
from zhicheng.core.fields import FileHashField
from zhicheng.core.files import Attachment, path_of
from zhicheng.core.language import word
from zhicheng.core.process import Process
from zhicheng.web.acting import actor, outside, reads
from zhicheng.web.exchange_pages import XLSX
from zhicheng.web.history import Line, history
from zhicheng.web.record_page import find, groups_of

MOMENT = "%Y-%m-%d %H:%M"


@require_safe
@reads
def record_pdf(request: HttpRequest, process: Process, number: str) -> HttpResponse:
    """The record as PDF, its pictures as vectors."""
    from zhicheng.reports.record_sheet import (
        record_pdf as made,
    )  # large libraries: only who exports loads them

    _record, sheet = _sheet(request, process, number)
    return saved(made(sheet), f"{number}.pdf", "application/pdf")


@require_safe
@reads
def record_xlsx(request: HttpRequest, process: Process, number: str) -> HttpResponse:
    """The record as a workbook, its pictures as numbers with native charts."""
    from zhicheng.exchange.record_book import record_to_xlsx

    record, sheet = _sheet(request, process, number)
    return saved(record_to_xlsx(sheet, list(_tables(process, record))), f"{number}.xlsx", XLSX)


def saved(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file to be kept, under this name."""
    response = HttpResponse(content, content_type=content_type)
    named = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Disposition"] = named or "attachment"
    return response


def _sheet(request: HttpRequest, process: Process, number: str) -> tuple[Any, Any]:
    from zhicheng.reports.record_sheet import RecordSheet, SheetPicture

    by = actor(request)
    record = find(process, number, by)
    if process.pictures is None or outside(by):
        raise Http404
    lines = history(process, record.k)
    return record, RecordSheet(
        enterprise=request.session.get("house", ""),
        title=str(process.title),
        number=record.number,
        called=record.title,
        state=str(record.state_label),
        version=_("第 %s 版") % record.version,
        groups=_groups(process, record, by),
        pictures=tuple(SheetPicture(p.title, p.note, p.option) for p in process.pictures(record)),
        signatures=_signatures(lines),
        evidence=_("证据日志条目 #%s") % record.seq,
        language=(translation.get_language() or "zh").split("-")[0],
        printed_on=timezone.localdate(),
        words={
            "signatures": _("经办与签署"), "matter": _("事项"), "name": _("姓名"), "at": _("时间"), "how": _("签字"),
        },
    )  # fmt: skip


def _groups(process: Process, record: Any, by: Actor) -> tuple[Any, ...]:
    from zhicheng.reports.record_sheet import SheetGroup, SheetTable

    found = []
    for title, facts in groups_of(process, record, by):
        plain = tuple(
            (f.title, f"{f.cell.text} {f.unit}".strip()) for f in facts if not f.heads and f.cell.text
        )
        tables = tuple(
            SheetTable(f.title, f.heads, tuple(tuple(text for text, _n in line) for line in f.lines))
            for f in facts
            if f.heads
        )
        if plain or tables:
            found.append(SheetGroup(str(title), plain, tables))
    return tuple(found)


def _signatures(lines: list[Line]) -> tuple[Any, ...]:
    """Who opened the record, and every signature in the order of time."""
    from zhicheng.reports.record_sheet import SheetSignature

    opener = lines[-1:] if lines else []
    found = [SheetSignature(str(one.title), one.who, _moment(one.at)) for one in opener]
    for line in reversed(lines):
        found += [
            SheetSignature(word(one["meaning"]), one["name"], _moment(line.at), _("电子签署"))
            for one in line.signed
        ]
    return tuple(found)


def _moment(at: Any) -> str:
    return timezone.localtime(at).strftime(MOMENT) if at else ""


def _tables(process: Process, record: Any) -> Iterable[tuple[str, Iterable[Any]]]:
    """The files that the record rests on, where they are tables."""
    from zhicheng.core.containers import FileRefused
    from zhicheng.core.tables import open_workbook

    for f in fact_fields(process.model):
        sha256 = getattr(record, f.name) if isinstance(f, FileHashField) else ""
        if not sha256 or not path_of(sha256).is_file():
            continue
        file = Attachment.objects.filter(type=process.name, k=record.k, sha256=sha256).first()
        try:
            book = open_workbook(path_of(sha256).read_bytes(), file.name if file else str(f.verbose_name))
            for name in book.names:
                yield f"{f.verbose_name} {name}".strip(), [cells for _number, cells in book.table(name)]
        except FileRefused:
            continue
