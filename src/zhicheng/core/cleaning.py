"""Cleaning a value before it is kept: the field's own rules, and what the log and every database can hold."""

from __future__ import annotations

import json
import unicodedata
from decimal import InvalidOperation
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core.facts import LONGEST_TEXT
from zhicheng.core.fields import PastedField, RowsField
from zhicheng.core.prepared import Prepared
from zhicheng.core.process import registry

LONGEST_ROWS = 60_000
LARGEST_INTEGER = 2**53 - 1


def clean_value(f: models.Field[Any, Any], value: Any) -> Any:
    """One given value as the field's Python value. References may be given as record, number or ``type/k``. Errors: ValidationError."""
    if isinstance(f, models.ForeignKey):
        return _reference(f, value)
    if isinstance(f, RowsField):
        rows = f.clean_rows(value)
        _check_text(json.dumps(rows, ensure_ascii=False), LONGEST_ROWS)
        return rows
    if isinstance(value, str):
        _check_text(value, f.longest if isinstance(f, PastedField) else LONGEST_TEXT)
        value = unicodedata.normalize("NFC", value.strip())
    if value in (None, "") and f.has_default() and not f.null:
        value = f.get_default()
    try:
        clean = f.clean(value, None)
    except (InvalidOperation, OverflowError):
        raise ValidationError(_("“%(value)s”不是可用的数。"), params={"value": value}) from None
    if isinstance(clean, int) and abs(clean) > LARGEST_INTEGER:
        raise ValidationError(_("“%(value)s”太大。"), params={"value": value})
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


def _reference(f: models.ForeignKey[Any, Any], value: Any) -> Any:
    if value in (None, ""):
        if not f.null:
            raise ValidationError(_("不能为空。"))
        return None
    model: Any = f.related_model
    if isinstance(value, model):
        return value
    text = str(value).strip()
    prefix, _sep, last = text.rpartition("/")
    found = None
    if prefix == registry.of(model).name and last.isascii() and last.isdigit() and len(last) < 19:
        found = model.objects.filter(pk=last).first()
    elif "\x00" not in text:
        found = _numbered(model).first(model, text)
    if found is None:
        raise ValidationError(
            _("没有编号为“%(v)s”的%(m)s。"), params={"v": text, "m": model._meta.verbose_name}
        )
    return found


@cache
def _numbered(model: Any) -> Prepared:
    # The number is unique: an order is not needed.
    return Prepared(lambda number: model.objects.filter(number=number))
