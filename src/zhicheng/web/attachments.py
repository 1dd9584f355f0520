"""Attached files, for those who may see their record."""

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhicheng.core.files import Attachment, path_of
from zhicheng.core.process import Process
from zhicheng.web.acting import actor, outside, reads
from zhicheng.web.record_page import PICTURES, find


@require_safe
@reads
def attachment(request: HttpRequest, process: Process, number: str, sha256: str) -> HttpResponseBase:
    """One file. Pictures are shown, everything else is saved: a sent file never becomes a page of this site."""
    by = actor(request)
    record = find(process, number, by)
    file = Attachment.objects.filter(type=process.name, k=record.k, sha256=sha256).first()
    if file is None or outside(by):
        raise Http404(_("这条记录没有这个附件。"))
    path = path_of(file.sha256)
    if not path.is_file():
        raise Http404(_("附件“%s”不在存储中：请从备份恢复。") % file.name)
    picture = file.media_type in PICTURES
    content_type = file.media_type if picture else "application/octet-stream"
    return FileResponse(
        path.open("rb"), as_attachment=not picture, filename=file.name, content_type=content_type
    )
