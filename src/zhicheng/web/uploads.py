"""Files sent with a form: stored at once, and kept over a form that comes back with errors."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any, BinaryIO, cast

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from zhicheng.core import parameters
from zhicheng.core.files import Stored, store

SALT = "zhicheng.upload"


def received(request: HttpRequest) -> list[Stored]:
    """Files sent now and files kept from an earlier sending of this form. Errors: ValidationError for one too large."""
    files = [_kept(text) for text in request.POST.getlist("kept")]
    return files + [stored(sent) for name in ("files", "photos") for sent in request.FILES.getlist(name)]


def stored(sent: UploadedFile[Any]) -> Stored:
    """One sent file in the store. Errors: ValidationError for one too large."""
    limit = parameters.value("core.file_limit_mb")
    if (sent.size or 0) > limit * 2**20:
        raise ValidationError({"files": [_("“%(n)s”超过 %(m)s MB。") % {"n": sent.name, "m": limit}]})
    return store(cast(BinaryIO, sent.file), sent.name or "file", sent.content_type or "")


def keep(files: list[Stored]) -> list[tuple[str, str]]:
    """Stored files for a form shown again: name and a signed text that brings it back."""
    return [(f.name, signing.dumps(astuple(f), salt=SALT)) for f in files]


def _kept(text: str) -> Stored:
    try:
        name, sha256, size, media_type = signing.loads(text, salt=SALT, max_age=24 * 3600)
    except signing.BadSignature:
        raise ValidationError({"files": [_("附件已过期：请重新选择。")]}) from None
    return Stored(name, sha256, size, media_type)
