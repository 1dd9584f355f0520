"""Cleaning a value before it is kept, so that the log is never asked to hold what it cannot."""

from __future__ import annotations

import json
from decimal import InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core.facts import LONGEST_TEXT
from zhicheng.core.fields import RowsField, ScaledField
from zhicheng.core.writers import clean_value

LONGEST_ROWS = 60_000
LARGEST_INTEGER = 2**53 - 1


def cleaned(f: models.Field[Any, Any], value: Any) -> Any:
    """A field's value that the log can hold. Errors: ValidationError."""
    try:
        clean = clean_value(f, value)
    except (InvalidOperation, OverflowError):
        raise ValidationError(_("“%(value)s”不是可用的数。"), params={"value": value}) from None
    if isinstance(f, ScaledField) and clean is not None and abs(clean.scaleb(f.places)) > LARGEST_INTEGER:
        raise ValidationError(_("“%(value)s”太大。"), params={"value": value})
    text = json.dumps(clean, ensure_ascii=False) if isinstance(f, RowsField) else clean
    if isinstance(text, str):
        _check_text(text, LONGEST_ROWS if isinstance(f, RowsField) else LONGEST_TEXT)
    return clean


def _check_text(text: str, longest: int) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise ValidationError(_("含有不成对的代理字符。")) from None
    if "\x00" in text:
        raise ValidationError(_("含有空字符。"))
    if size > longest:
        raise ValidationError(_("内容过长：请改为附件。"))
