"""Photographs that somebody without an account sends with a complaint: few, of known kinds, kept byte for byte as they came.

What a file is its first bytes say, not its name and not the browser: it is shown to our people as that and as nothing else.
"""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from zhicheng.core import parameters
from zhicheng.core.files import Stored, store

FIELD = "photos"
KINDS = {"image/jpeg": "JPG", "image/png": "PNG", "image/webp": "WebP"}
MEGABYTE = 2**20
WORDS = MEGABYTE
"""Room for the rest of a form."""
CARRIER = "/c"
"""The only public address that takes files."""


def kind_of(start: bytes) -> str:
    """The media type by the first bytes of a file; empty: none of ours."""
    if start.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    return ""


def limits() -> tuple[int, int]:
    """How many, and how many megabytes each."""
    most = min(parameters.value("complaint.public_photo_mb"), parameters.value("core.file_limit_mb"))
    return int(parameters.value("complaint.public_photos")), int(most)


def told() -> str:
    """What may be sent and what becomes of it; empty where no photographs are taken."""
    number, most = limits()
    if not number:
        return ""
    said = {"n": number, "m": most, "kinds": ", ".join(KINDS.values())}
    return (
        _(
            "最多 %(n)s 张，每张不超过 %(m)s MB，%(kinds)s。照片原样保存，包括手机写在里面的拍摄时间和地点；只有处理投诉的人看得到。"
        )
        % said
    )


def too_large(request: HttpRequest) -> bool:
    """Whether more is being sent than a form with all its photographs can have: such a body is not even taken apart."""
    if request.method != "POST" or request.path_info != CARRIER:
        return False
    number, most = limits()
    given = request.META.get("CONTENT_LENGTH") or "0"
    return not given.isdigit() or int(given) > number * most * MEGABYTE + WORDS


def sent(request: HttpRequest) -> list[UploadedFile[Any]]:
    """The files of the form."""
    return [one for one in request.FILES.getlist(FIELD) if one.size or one.name]


def fault(files: list[UploadedFile[Any]]) -> str:
    """Why these cannot be taken, or nothing."""
    number, most = limits()
    if len(files) > number:
        return _("最多 %(n)s 张照片，您选了 %(g)s 张。") % {"n": number, "g": len(files)}
    for one in files:
        if (one.size or 0) > most * MEGABYTE:
            return _("“%(n)s”超过 %(m)s MB。") % {"n": one.name, "m": most}
        if not _kind(one):
            said = {"n": one.name, "kinds": ", ".join(KINDS.values())}
            return _("“%(n)s”不是 %(kinds)s 照片：请换一张，或用截图。") % said
    return ""


def kept(files: list[UploadedFile[Any]]) -> list[Stored]:
    """The photographs in the store, as they came."""
    return [store(cast(BinaryIO, one.file), one.name or "photo", _kind(one)) for one in files]


def _kind(file: UploadedFile[Any]) -> str:
    file.seek(0)
    start = file.read(16)
    file.seek(0)
    return kind_of(start)
