"""The text of an edition: typed or uploaded, kept as a file, and the words read from it, a line a paragraph."""

from __future__ import annotations

import io
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhicheng.core.files import Attachment, Stored, path_of, store
from zhicheng.core.writers import Write
from zhicheng.processes.document.apart import Unread, lines, lines_apart

TYPED = "text.md"
ENDINGS = (".md", ".docx", ".pdf")
TYPE = "document.edition"


def take_text(edition: Any, by: Write) -> None:
    """Move what was typed into a file, see that an uploaded one came with this write, read its words. Errors: ValidationError."""
    change = by.changes[by.current]
    if edition.text:
        typed = store(io.BytesIO(edition.text.encode()), TYPED, "text/markdown")
        edition.text, edition.source = "", typed.sha256
        change.files = (*(one for one in change.files if one.sha256 != typed.sha256), typed)
    if not edition.source:
        edition.source_name = edition.plain = ""
        return
    name = _name(edition, change.files)
    if name == edition.source_name and edition.source == by.before.get("source"):
        return
    edition.source_name = name
    edition.plain = keep_plain(path_of(edition.source).read_bytes(), name)


def _name(edition: Any, files: tuple[Stored, ...]) -> str:
    """What the text's file is called: a fingerprint alone opens nobody else's file. Errors: ValidationError."""
    name = next((one.name for one in files if one.sha256 == edition.source), "")
    if not name and edition.k is not None:
        found = Attachment.objects.filter(type=TYPE, k=edition.k, sha256=edition.source).first()
        name = found.name if found and path_of(edition.source).is_file() else ""
    if not name:
        raise ValidationError({"source": [_("没有收到正文文件：请重新选择文件，或粘贴正文。")]})
    if not name.lower().endswith(ENDINGS):
        said = _("“%s”不能作正文：请用 .md、.docx 或 .pdf；旧式 .doc 先另存为 .docx。")
        raise ValidationError({"source": [said % name]})
    return name


def keep_plain(data: bytes, name: str, *, apart: bool = True) -> str:
    """Read the words of a file and keep them as one of their own; returns its hash. What came from a browser is read ``apart``.
    Errors: ValidationError with a sentence."""
    found = paragraphs(data, name, apart=apart and not name.lower().endswith(".md"))
    return store(io.BytesIO("\n".join(found).encode()), "plain.txt", "text/plain").sha256


def paragraphs(data: bytes, name: str, *, apart: bool = False) -> list[str]:
    """The paragraphs of a file, as ``apart.lines`` has them. Errors: ValidationError with a sentence."""
    try:
        return lines_apart(data, name) if apart else lines(data, name)
    except Unread as error:
        raise ValidationError({"source": [str(error)]}) from error


def plain_of(edition: Any) -> list[str]:
    """The paragraphs of an edition as they were kept; none where it has no text."""
    if not edition.plain or not path_of(edition.plain).is_file():
        return []
    return path_of(edition.plain).read_text("utf-8").splitlines()
