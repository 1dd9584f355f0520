"""The 8D of a complaint: handed out as DOCX and XLSX, and taken back from the customer or the engineer, fact by fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhicheng.core import parameters
from zhicheng.core.authority import refusal
from zhicheng.core.files import Stored, path_of
from zhicheng.core.process import Process, registry
from zhicheng.core.writers import Refused, Stale, amend
from zhicheng.ledger.log import LogRefused
from zhicheng.web.acting import actor, outside, reads
from zhicheng.web.addresses import of_record
from zhicheng.web.exchange_pages import XLSX
from zhicheng.web.finding import typed, whole_number
from zhicheng.web.once import once, token
from zhicheng.web.record_export import saved
from zhicheng.web.record_page import find
from zhicheng.web.uploads import stored

if TYPE_CHECKING:
    from zhicheng.exchange.eight_d_changes import Difference
    from zhicheng.exchange.eight_d_reading import Read

COMPLAINT = "complaint.complaint"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SALT = "zhicheng.eight_d"


@require_safe
@reads
def handed_out(request: HttpRequest, process: Process, number: str, ending: str) -> HttpResponse:
    """The form as a file."""
    from zhicheng.exchange.eight_d import filled
    from zhicheng.exchange.eight_d_docx import eight_d_docx
    from zhicheng.exchange.eight_d_xlsx import eight_d_xlsx

    by = actor(request)
    if process.name != COMPLAINT or outside(by):
        raise Http404
    record = find(process, number, by)
    form = filled(record, request.session.get("house", ""))
    made, kind = (eight_d_docx, DOCX) if ending == "docx" else (eight_d_xlsx, XLSX)
    return saved(made(form), f"8D {record.number}.{ending}", kind)


@require_http_methods(["GET", "HEAD", "POST"])
@reads
def taken_back(request: HttpRequest, process: Process, number: str) -> HttpResponse:
    """Hand it out, take it back: look at what is different, choose, write."""
    from zhicheng.core.containers import FileRefused

    by = actor(request)
    if process.name != COMPLAINT:
        raise Http404
    record = find(process, number, by)
    missing = refusal(by, process.amends, record)
    if missing:
        raise PermissionDenied(str(missing.sentence))
    values: dict[str, Any] = {"process": process, "record": record, "back": of_record(record)}
    if request.method == "POST":
        try:
            return _compared(request, record, values)
        except (FileRefused, Refused, Stale, LogRefused) as error:
            values["refused"] = str(error)
        except ValidationError as error:
            values["refused"] = " ".join(error.messages)
        except signing.BadSignature:
            values["refused"] = _("预览已过期：请重新选择文件。")
    return render(request, "web/eight_d.html", values, status=422 if "refused" in values else 200)


def _compared(request: HttpRequest, record: Any, values: dict[str, Any]) -> HttpResponse:
    from zhicheng.core.containers import FileRefused
    from zhicheng.exchange.eight_d_changes import differences

    amendable = registry.of(record).amendable.get(record.state, ())
    if not amendable:
        raise FileRefused(_("“%s”的投诉不能再更改：请只作为附件添加。") % record.state_label)
    file, read = _uploaded(request, record.number)
    found = differences(record, read, amendable)
    if "confirm" in request.POST:
        return HttpResponseRedirect(once(request, lambda: _taken(request, record, found, file)))
    values |= {
        "read": read,
        "found": found,
        "takes": any(d.open for d in found),
        "file_name": file.name,
        "file": signing.dumps([file.name, file.sha256, file.size, file.media_type], salt=SALT),
        "unnamed": record.number not in read.numbers,
        "token": token(),
    }
    return render(request, "web/eight_d.html", values)


def _taken(request: HttpRequest, record: Any, found: list[Difference], file: Stored) -> str:
    """Write what is ticked. Errors: those of the writers, ValidationError where nothing is."""
    ticked = request.POST.getlist("take")
    taken = {d.name: d.value for d in found if d.open and d.name in ticked}
    version = whole_number(request.POST.get("version", ""))
    if not taken or version is None:
        raise ValidationError(_("请至少勾选一项。"))
    reason = typed(request.POST, "reason") or _("采用 8D 报告“%s”中的内容") % file.name
    done = amend(record, taken, by=actor(request), version=version, reason=reason, files=[file])
    return of_record(done)


def _uploaded(request: HttpRequest, number: str) -> tuple[Stored, Read]:
    """The file just sent, kept only when it says something of this complaint; or the one that was looked at before."""
    from zhicheng.core.containers import FileRefused
    from zhicheng.exchange.eight_d_reading import read_eight_d

    if text := request.POST.get("file"):
        file = Stored(*signing.loads(text, salt=SALT, max_age=24 * 3600))
        return file, read_eight_d(path_of(file.sha256).read_bytes(), file.name, number)
    sent = request.FILES.get("upload")
    if sent is None:
        raise FileRefused(_("请选择文件。"))
    most = parameters.value("core.file_limit_mb") * 2**20
    read = read_eight_d(sent.read(most + 1), sent.name or "8D", number)
    sent.seek(0)
    return stored(sent), read
