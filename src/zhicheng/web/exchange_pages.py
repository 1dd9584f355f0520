"""Export of exactly what a list shows; import from a file: upload, look at what would happen, confirm."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhicheng.core import bulk, parameters
from zhicheng.core.authority import Actor, refusal
from zhicheng.core.files import Stored, path_of
from zhicheng.core.process import Process
from zhicheng.core.records import Provenance
from zhicheng.core.writers import Refused
from zhicheng.web.acting import account_of, actor, reads
from zhicheng.web.addresses import of_record
from zhicheng.web.import_pages import queue
from zhicheng.web.listing import chosen, columns_of
from zhicheng.web.once import once, token
from zhicheng.web.uploads import stored

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALT = "zhicheng.import"
SHOWN = 200


@require_safe
@reads
def export(request: HttpRequest, process: Process) -> HttpResponseBase:
    """The records of the list with its filters, as a workbook."""
    from zhicheng.exchange.export import rows_to_xlsx  # a large library: only who exports loads it

    rows, _filters, _words = chosen(request, process)
    stream = rows_to_xlsx(process, rows.order_by("-k"), columns_of(process))
    name = f"{process.title} {timezone.localdate():%Y-%m-%d}.xlsx"
    return FileResponse(stream, as_attachment=True, filename=name, content_type=XLSX)


@require_safe
@reads
def template(request: HttpRequest, process: Process) -> HttpResponse:
    """The workbook to fill in for an import."""
    from zhicheng.exchange.template import template as made

    _must_import(process, actor(request))
    return _saved(made(process), _("%s 导入模板.xlsx") % process.title)


@require_http_methods(["GET", "HEAD", "POST"])
@reads
def take_in(request: HttpRequest, process: Process) -> HttpResponse:
    """Upload a file, see row by row what would be opened or refused, then confirm. One of many rows goes to the queue."""
    from zhicheng.exchange.imports import FileRefused

    by = actor(request)
    _must_import(process, by)
    values: dict[str, Any] = {"process": process, "source": request.POST.get("source", "")[:300]}
    if request.method == "POST":
        try:
            return _checked(request, process, by, values)
        except FileRefused as error:
            values["refused"] = str(error)
        except Refused as error:
            values["refused"] = str(error)
        except ValidationError as error:
            values["refused"] = " ".join(error.messages)
        except signing.BadSignature:
            values["refused"] = _("预览已过期：请重新选择文件。")
    return render(request, "web/import.html", values, status=422 if "refused" in values else 200)


def _must_import(process: Process, by: Actor) -> None:
    """Errors: PermissionDenied for who may not open such records, or records that are not imported at all."""
    missing = refusal(by, process.opens, None)
    if missing or not process.importable:
        raise PermissionDenied(str(missing.sentence) if missing else _("“%s”不能导入。") % process.title)


def _checked(request: HttpRequest, process: Process, by: Actor, values: dict[str, Any]) -> HttpResponse:
    from zhicheng.exchange.imports import FileRefused, read

    file, provenance = _file(request)
    if file is None:
        raise FileRefused(_("请选择文件。"))
    sheet = read(process, path_of(file.sha256), file.name)
    if sheet.count > parameters.value("core.import_at_once"):
        return HttpResponseRedirect(
            queue(account_of(request), process, file, provenance, values["source"], sheet.count)
        )
    checked = bulk.check(process, sheet, by=by, provenance=provenance)
    if "errors" in request.POST:
        from zhicheng.exchange.errors import error_sheet

        return _saved(error_sheet(checked, sheet), _("需更正的行 %s.xlsx") % file.name.rpartition(".")[0])
    if "confirm" in request.POST:
        source = values["source"]

        def write() -> str:
            if not checked.ready:
                raise FileRefused(_("没有可以导入的行。"))
            run = bulk.write(checked, by=by, file_name=file.name, file_sha256=file.sha256, source=source)
            return of_record(run)

        return HttpResponseRedirect(once(request, write))
    errors = [(sheet.cell(e.row, e.fact), e) for e in checked.errors[:SHOWN]]
    values |= {
        "checked": checked,
        "rows_refused": len({e.row for e in checked.errors}),
        "errors": errors,
        "more": max(len(checked.errors) - SHOWN, 0),
        "file_name": file.name,
        "file": signing.dumps([file.name, file.sha256, file.size, provenance], salt=SALT),
        "token": token(),
        "reconstructed": provenance == Provenance.RECONSTRUCTED,
    }
    return render(request, "web/import.html", values)


def _file(request: HttpRequest) -> tuple[Stored | None, str]:
    """The file just sent, or the one that was looked at before and is now confirmed."""
    if text := request.POST.get("file"):
        name, sha256, size, provenance = signing.loads(text, salt=SALT, max_age=24 * 3600)
        return Stored(name, sha256, size), provenance
    sent = request.FILES.get("upload")
    reconstructed = request.POST.get("provenance") == Provenance.RECONSTRUCTED
    provenance = Provenance.RECONSTRUCTED.value if reconstructed else Provenance.IMPORTED.value
    return (stored(sent) if sent else None), provenance


def _saved(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = FileResponse(as_attachment=True, filename=name).headers.get(
        "Content-Disposition", "attachment"
    )
    return response
