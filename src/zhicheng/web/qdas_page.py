"""A Q-DAS file from a measuring device: uploaded, looked at, confirmed; into studies or into the subgroups of a control chart."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhicheng.core.authority import Actor, refusal
from zhicheng.core.files import Stored, path_of
from zhicheng.core.process import Process
from zhicheng.core.writers import Refused
from zhicheng.exchange.qdas import QdasFile, Unreadable, read_qdas
from zhicheng.exchange.qdas_records import INTO, SUBGROUPS, chart_of, open_all, planned
from zhicheng.web.acting import actor, reads
from zhicheng.web.addresses import of_process, of_record
from zhicheng.web.once import once, token
from zhicheng.web.uploads import stored

SALT = "zhicheng.qdas"


@require_http_methods(["GET", "HEAD", "POST"])
@reads
def take_qdas(request: HttpRequest, process: Process) -> HttpResponse:
    """Upload a .dfq file, see what would be opened, then confirm."""
    by = actor(request)
    missing = refusal(by, process.opens, None)
    if missing or process.name not in INTO:
        raise PermissionDenied(
            str(missing.sentence) if missing else _("“%s”不读 Q-DAS 文件。") % process.title
        )
    values: dict[str, Any] = {
        "process": process, "chart": request.POST.get("chart", "")[:40], "asks_chart": process.name == SUBGROUPS,
    }  # fmt: skip
    if request.method == "POST":
        try:
            return _taken(request, process, by, values)
        except ValidationError as error:
            values["refused"] = " ".join(error.messages)
        except (Unreadable, Refused) as error:
            values["refused"] = str(error)
        except signing.BadSignature:
            values["refused"] = _("预览已过期：请重新选择文件。")
    return render(request, "web/qdas.html", values, status=422 if "refused" in values else 200)


def _taken(request: HttpRequest, process: Process, by: Actor, values: dict[str, Any]) -> HttpResponse:
    sent = _sent(request)
    file = read_qdas(path_of(sent.sha256).read_bytes())
    chart = chart_of(values["chart"]) if values["asks_chart"] else None
    lines = planned(process.name, file, chart)
    if "confirm" in request.POST:
        return HttpResponseRedirect(once(request, lambda: _opened(process, file, sent.name, by, chart)))
    opens = sum(one.opens for one in lines)
    signed = signing.dumps([sent.name, sent.sha256, sent.size], salt=SALT)
    values |= {"lines": lines, "opens": opens, "file_name": sent.name, "file": signed, "token": token()}
    return render(request, "web/qdas.html", values)


def _opened(process: Process, file: QdasFile, name: str, by: Actor, chart: Any) -> str:
    """Open everything; the address of the chart or of the one study, else of the list."""
    found = open_all(process.name, file, name, by=by, chart=chart)
    if chart is not None:
        return of_record(chart)
    return of_record(found[0]) if len(found) == 1 else of_process(process)


def _sent(request: HttpRequest) -> Stored:
    """The file just sent, or the one that was looked at before. Errors: ValidationError, BadSignature."""
    if text := request.POST.get("file"):
        name, sha256, size = signing.loads(text, salt=SALT, max_age=24 * 3600)
        return Stored(name, sha256, size)
    sent = request.FILES.get("upload")
    if sent is None:
        raise ValidationError(_("请选择文件。"))
    return stored(sent)
