"""Finding related records by what people write: number, business code, name or title."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core.process import registry

TITLES_READ = 5000
"""A title is made by Python: it is searched only among so many records."""
SEVERAL = object()


class References:
    """Related records, looked up by the chunk and kept; a table is never read whole unless it is small."""

    def __init__(self) -> None:
        self._found: dict[Any, dict[str, Any]] = {}
        self._titles: dict[Any, dict[str, Any] | None] = {}

    def prepare(
        self, fields: Iterable[models.ForeignKey[Any, Any]], rows: Iterable[Mapping[str, Any]]
    ) -> None:
        """Look up everything that these rows refer to: a few queries for each kind of record."""
        wanted: dict[Any, set[str]] = {}
        for f in fields:
            values = {_text(row.get(f.name)) for row in rows}
            wanted.setdefault(f.related_model, set()).update(values)
        for model, texts in wanted.items():
            self._look_up(model, texts)

    def find(self, f: models.ForeignKey[Any, Any], value: Any) -> Any:
        """The related record. Errors: ValidationError naming what was looked for."""
        if value in (None, ""):
            if not f.null:
                raise ValidationError(_("不能为空。"))
            return None
        model: Any = f.related_model
        if isinstance(value, model):
            return value
        text = _text(value)
        if text not in self._found.get(model, ()):
            self._look_up(model, {text})
        found = self._found[model][text]
        if found is SEVERAL:
            raise ValidationError(
                _("有多个名为“%(v)s”的%(m)s：请改填编号。"),
                params={"v": value, "m": model._meta.verbose_name},
            )
        if found is None:
            raise ValidationError(
                _("没有编号或名称为“%(v)s”的%(m)s。"),
                params={"v": value, "m": model._meta.verbose_name},
            )
        return found

    def _look_up(self, model: Any, texts: set[str]) -> None:
        known = self._found.setdefault(model, {})
        new = texts - known.keys() - {""}
        for search in (_by_number, _by_reference, _by_code, _by_name, _by_first_word, self._by_title):
            if new:
                known.update(search(model, new))
                new -= known.keys()
        known.update(dict.fromkeys(new))

    def _by_title(self, model: Any, texts: set[str]) -> dict[str, Any]:
        if model not in self._titles:
            rows = list(model.objects.all()[: TITLES_READ + 1])
            self._titles[model] = None if len(rows) > TITLES_READ else _unambiguous(rows, "title")
        titles = self._titles[model] or {}
        return {t: titles[t] for t in texts if t in titles}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


def _unambiguous(rows: Iterable[Any], name: str) -> dict[str, Any]:
    """Rows by what they are called; a name that several have stands for none."""
    out: dict[str, Any] = {}
    for row in rows:
        called = getattr(row, name)
        out[called] = SEVERAL if called in out else row
    return out


def _by_number(model: Any, texts: set[str]) -> dict[str, Any]:
    return {r.number: r for r in model.objects.filter(number__in=texts)}


def _by_reference(model: Any, texts: set[str]) -> dict[str, Any]:
    """As the log writes it: ``supplier.item/12``."""
    prefix = f"{registry.of(model).name}/"
    ks = {t: int(t[len(prefix) :]) for t in texts if t.startswith(prefix) and t[len(prefix) :].isdecimal()}
    rows = model.objects.in_bulk(list(ks.values())) if ks else {}
    return {t: rows[k] for t, k in ks.items() if k in rows}


def _by_code(model: Any, texts: set[str]) -> dict[str, Any]:
    """By a business key of one part, such as a material's code or a person's staff number."""
    key = registry.of(model).key
    if len(key) != 1 or isinstance(model._meta.get_field(key[0]), models.ForeignKey):
        return {}
    folded = {t: unicodedata.normalize("NFKC", t).strip().upper() for t in texts}
    rows = {r.business_key: r for r in model.objects.filter(business_key__in=set(folded.values()))}
    return {t: rows[code] for t, code in folded.items() if code in rows}


def _by_name(model: Any, texts: set[str]) -> dict[str, Any]:
    if "name" not in {f.name for f in model._meta.concrete_fields}:
        return {}
    return _unambiguous(model.objects.filter(name__in=texts), "name")


def _by_first_word(model: Any, texts: set[str]) -> dict[str, Any]:
    """By a title that begins with number or code, as an export writes it: no need to make every title."""
    first = {t: t.split(" ", 1)[0] for t in texts if " " in t}
    words = set(first.values())
    rows = _by_code(model, words) | _by_number(model, words) if words else {}
    return {t: rows[w] for t, w in first.items() if w in rows and rows[w].title == t}
