"""The files of an edition: drawn once when it is issued and kept, so that an old export is the same for ever."""

from __future__ import annotations

import io
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhicheng.core.files import Stored, path_of, store
from zhicheng.processes.document.models import Edition
from zhicheng.reports.documents.drawing import document_pdf
from zhicheng.reports.documents.sheet import CONTROLLED, mark_of, sheet_of
from zhicheng.reports.documents.word import document_docx
from zhicheng.reports.render_pdf import RenderingFailed

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {"pdf": "application/pdf", "docx": WORD}
DRAW = {"pdf": document_pdf, "docx": document_docx}


def issued_files(edition: Any) -> tuple[Stored, Stored]:
    """The controlled PDF and DOCX of an edition that is being issued, in the store. Errors: ValidationError."""
    sheet = sheet_of(edition, Edition.State.ISSUED)
    try:
        drawn = [(ending, make(sheet)) for ending, make in DRAW.items()]
    except RenderingFailed as error:
        said = _("正文不能排版：%s") % str(error).partition("\n")[0]
        raise ValidationError(said) from error
    stem = f"{edition.code or edition.number} {edition.edition}".replace("/", "-")
    pdf, docx = (store(io.BytesIO(data), f"{stem}.{ending}", TYPES[ending]) for ending, data in drawn)
    return pdf, docx


def file_of(edition: Any, ending: str, *, as_it_is: bool = False) -> bytes:
    """An edition as a file. What was issued is the file that was kept then; ``as_it_is``, or when nothing was kept, it is drawn with
    the mark of its present state. Errors: ValidationError, RenderingFailed."""
    kept = str(getattr(edition, ending))
    if kept and path_of(kept).is_file() and (not as_it_is or mark_of(edition.state) == CONTROLLED):
        return path_of(kept).read_bytes()
    return DRAW[ending](sheet_of(edition))
