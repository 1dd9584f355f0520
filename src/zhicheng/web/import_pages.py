"""An import that runs behind the pages: how far it is, what it would do, and the confirmation."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhicheng.core import import_jobs
from zhicheng.core.account import Account
from zhicheng.core.files import Stored, path_of
from zhicheng.core.import_jobs import ImportJob
from zhicheng.core.language import CHINESE
from zhicheng.core.process import Process, registry
from zhicheng.web.acting import account_of, signed_in
from zhicheng.web.addresses import of_record

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def queue(account: Account, process: Process, file: Stored, provenance: str, source: str, rows: int) -> str:
    """Put a large file in the queue; returns the address of the page that tells how far it is."""
    job = ImportJob.objects.create(
        account=account, process=process.name, file_name=file.name, file_sha256=file.sha256, file_size=file.size,
        provenance=provenance, source=source, rows=rows, language=get_language() or CHINESE,
    )  # fmt: skip
    return address(job)


def address(job: ImportJob) -> str:
    """Where the job is shown."""
    return f"/imports/{job.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The job of the person who sent the file: its panel alone when the page asks again, otherwise the page."""
    job = get_object_or_404(ImportJob.objects.select_related("run"), pk=pk, account=account_of(request))
    if request.method == "POST":
        if "errors" in request.POST:
            return _refused_rows(job)
        if "confirm" in request.POST:
            import_jobs.confirm(job)
        return HttpResponseRedirect(address(job))
    values = {
        "job": job,
        "process": registry[job.process],
        "address": address(job),
        "result": of_record(job.run) if job.run else "",
        "percent": min(100, job.rows_done * 100 // job.rows) if job.rows else 0,
    }
    whole = "HX-Request" not in request.headers
    answer = render(request, "web/import_job.html" if whole else "web/import_job_panel.html", values)
    answer.headers["Vary"] = "HX-Request"
    return answer


def _refused_rows(job: ImportJob) -> FileResponse:
    if not job.errors_sha256 or not path_of(job.errors_sha256).exists():
        raise Http404
    name = _("需更正的行 %s.xlsx") % job.file_name.rpartition(".")[0]
    return FileResponse(
        path_of(job.errors_sha256).open("rb"), as_attachment=True, filename=name, content_type=XLSX
    )


urls = [path("imports/<int:pk>", page, name="import_job")]
