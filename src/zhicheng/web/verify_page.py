"""The verify page: drop a bundle and a report, see plain sentences. The independent way is verify.py on one's own machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from zhicheng.core.language import spoken
from zhicheng.proof import verify
from zhicheng.proof.offline import verify_html

BUNDLE_LIMIT = 64 * 2**20
REPORT_LIMIT = 32 * 2**20
FORM_ROOM = 2**20
_one_at_a_time = threading.Semaphore(1)


def _unusable(request: HttpRequest) -> str:
    """Why the request is not even read; empty when it is."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > BUNDLE_LIMIT + REPORT_LIMIT + FORM_ROOM:
        return _("文件太大：证明包至多 64 MB，报告至多 32 MB。更大的请在自己的电脑上用 verify.py 核对。")
    return ""


def _checked(request: HttpRequest) -> tuple[UploadedFile[Any] | None, UploadedFile[Any] | None, str]:
    bundle, report = request.FILES.get("bundle"), request.FILES.get("report")
    if not isinstance(bundle, UploadedFile):
        return None, None, _("请放入证明包（bundle.zip）。")
    paper = report if isinstance(report, UploadedFile) else None
    if (bundle.size or 0) > BUNDLE_LIMIT or (paper is not None and (paper.size or 0) > REPORT_LIMIT):
        return (
            None,
            None,
            _("文件太大：证明包至多 64 MB，报告至多 32 MB。更大的请在自己的电脑上用 verify.py 核对。"),
        )
    return bundle, paper, ""


# It changes nothing and asks nobody who they are; refusing a stranger's file by CSRF would only hide the answer. Exempt also
# because the check would read the whole upload before its size is judged.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify_page(request: HttpRequest) -> HttpResponse:
    """The form, and after it the account."""
    values: dict[str, Any] = {"frame": _frame(request), "key": ""}
    if request.method == "POST":
        fault = _unusable(request)
        if not fault:
            bundle, report, fault = _checked(request)
            values["key"] = key = request.POST.get("key", "").strip()[:200]
            if bundle is not None:
                fault = _verified(bundle, report, key, values)
        values["fault"] = fault
    return render(request, "web/verify.html", values, status=400 if values.get("fault") else 200)


def _verified(
    bundle: UploadedFile[Any], report: UploadedFile[Any] | None, key: str, values: dict[str, Any]
) -> str:
    """Verify into ``values``; returns why not, when another verification runs."""
    if not _one_at_a_time.acquire(timeout=20):
        return _("正在核对另一份报告：请稍后再试，或在自己的电脑上用 verify.py 核对。")
    try:
        verdict = verify.verify_bundle(bundle.read(), report.read() if report else None, key or None)
    finally:
        _one_at_a_time.release()
    values["result"] = shown(verdict)
    return ""


def shown(verdict: verify.Verdict) -> dict[str, Any]:
    """A verdict as the page says it, in the reader's language."""
    word = _words()
    tones = {0: "green", 1: "red", 2: "red", 3: "amber"}
    return {
        "tone": tones[verdict.exit],
        "verdict": word(verify.VERDICTS[verdict.exit]),
        "findings": _grouped(verdict.findings, word),
        "sections": [
            {"title": word(one.title), "lines": [word(line) for line in one.lines]}
            for one in verdict.sections
        ],
        "closing": [word(verify.Say(one["zh"], one["en"])) for one in verdict.data["closing"]],
    }


def _grouped(findings: Sequence[verify.Finding], word: Callable[[verify.Say], str]) -> list[dict[str, Any]]:
    """Findings in their order; what is said of many numbers alike stands once, the others folded under it."""
    said: dict[tuple[str, str], dict[str, Any]] = {}
    for one in findings:
        row = {
            "level": one.level,
            "text": word(one.say),
            "where": verify.escaped(one.where) if one.where else "",
        }
        first = said.setdefault((one.level, one.code), {**row, "others": []})
        if first["text"] != row["text"] or first["where"] != row["where"]:
            first["others"].append(row)
    return list(said.values())


def _words() -> Callable[[verify.Say], str]:
    return lambda say: spoken((say.zh, say.en))


def _frame(request: HttpRequest) -> str:
    return "web/base.html" if request.user.is_authenticated else "web/verify_frame.html"


@require_safe
def program(request: HttpRequest) -> HttpResponseBase:
    """verify.py, as it runs here."""
    path_ = Path(verify.__file__)
    return FileResponse(
        path_.open("rb"), as_attachment=True, filename="verify.py", content_type="text/x-python"
    )


@require_safe
def offline_page(request: HttpRequest) -> HttpResponse:
    """The second verifier, to be kept and opened as a file: served from here it would be ours again."""
    head = {"Content-Disposition": 'attachment; filename="verify.html"'}
    return HttpResponse(verify_html(), content_type="text/html; charset=utf-8", headers=head)


urls = [
    path("verify", verify_page, name="verify"),
    path("verify/verify.py", program, name="verify_program"),
    path("verify/verify.html", offline_page, name="verify_offline"),
]
