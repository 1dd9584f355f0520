"""The JSON form of facts: what is accepted, as schema and as a check that answers in sentences.

Dates ISO, scaled decimals as strings, references as numbers of records. What passes here is judged again by the
writers; this part keeps out what a fact can never hold (floats, NUL, lone surrogates, integers beyond 2^53).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from django.db import models
from django.utils.translation import gettext as _
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from zhicheng.core.fields import MAX_ROWS, Column, PastedField, RowsField, ScaledField, moment_of
from zhicheng.core.language import listed
from zhicheng.core.process import registry

Check = Callable[[Any], Any]
SAFE = 2**53 - 1
LONGEST = 4096
LONGEST_MOMENT = 40
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def wrong(sentence: str) -> PydanticCustomError:
    """A refusal whose message is the sentence itself."""
    return PydanticCustomError("shape", "{sentence}", {"sentence": sentence})


def text(longest: int = LONGEST) -> Check:
    """A string that a fact can hold."""

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise wrong(_("应为文字（带引号）。"))
        if UNFIT.search(value):
            raise wrong(_("含有不能保存的控制字符。"))
        if len(value) > longest:
            raise wrong(_("至多 %s 个字。") % longest)
        return value

    return check


def integer(value: Any) -> int:
    """An integer within the bounds of facts."""
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > SAFE:
        raise wrong(_("应为整数。"))
    return value


def boolean(value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise wrong(_("应为 true 或 false。"))
    return value


def date(value: Any) -> str:
    """A date as 2017-03-08."""
    if isinstance(value, str) and re.match(DATE, value, re.ASCII):
        try:
            return dt.date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    raise wrong(_("日期写作 2017-03-08。"))


def moment(value: Any) -> str:
    """A moment as 2017-03-08T14:30:00+08:00; without a zone it is meant in the time of the house."""
    if isinstance(value, str) and len(value) <= LONGEST_MOMENT:
        try:
            return moment_of(value).isoformat()
        except (ValueError, OverflowError):
            pass
    raise wrong(_("时刻写作 2017-03-08T14:30:00+08:00。"))


def decimal(places: int) -> Check:
    """A decimal as a string; an integer is taken too, a float is not exact and refused."""
    pattern = re.compile(rf"-?[0-9]{{1,{15 - places}}}" + (rf"(\.[0-9]{{1,{places}}})?" if places else ""))

    def check(value: Any) -> str:
        given = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(given, str) or not pattern.fullmatch(given):
            raise wrong(_('应为数，写作带引号的小数如 "12.5"，至多 %s 位小数。') % places)
        return str(Decimal(given))

    return check


def decimal_schema(places: int) -> dict[str, Any]:
    """The schema that ``decimal`` checks."""
    tail = rf"(\.[0-9]{{1,{places}}})?" if places else ""
    top = 10 ** (15 - places) - 1
    return {
        "anyOf": [
            {"type": "string", "pattern": rf"^-?[0-9]{{1,{15 - places}}}{tail}$"},
            {"type": "integer", "minimum": -top, "maximum": top},
        ]
    }


def choice(choices: list[Any]) -> Check:
    """One of the codes."""

    def check(value: Any) -> Any:
        if isinstance(value, bool) or value not in choices:
            raise wrong(_("应为以下之一：%s。") % listed(choices))
        return value

    return check


def _or_null(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


_COLUMNS: dict[str, tuple[Check, dict[str, Any]]] = {
    "text": (text(), {"type": "string", "maxLength": LONGEST}),
    "integer": (integer, {"type": "integer", "minimum": -SAFE, "maximum": SAFE}),
    "boolean": (boolean, {"type": "boolean"}),
    "date": (date, {"type": "string", "format": "date"}),
    "moment": (moment, {"type": "string", "format": "date-time"}),
}


def column(one: Column) -> tuple[Check, dict[str, Any]]:
    """Check and schema of one column of rows."""
    if one.kind == "scaled":
        check, schema = decimal(one.places), decimal_schema(one.places)
    elif one.kind == "choice":
        codes = [str(code) for code, _label in one.choices]
        check, schema = choice([*codes, ""]), {"type": "string", "enum": [*codes, ""]}
    else:
        check, schema = _COLUMNS[one.kind]
    return (check, schema) if one.required else (_or_null(check), {"anyOf": [schema, {"type": "null"}]})


def rows(f: RowsField) -> tuple[Check, dict[str, Any]]:
    """Check and schema of a list of rows."""
    columns = {c.name: column(c) for c in f.columns}
    required = [c.name for c in f.columns if c.required]

    def check(value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise wrong(_("应为若干行，每行一个对象。"))
        if len(value) > MAX_ROWS:
            raise wrong(_("至多 %s 行。") % MAX_ROWS)
        return [_row(i, row, columns, required) for i, row in enumerate(value, 1)]

    schema = {
        "type": "object",
        "properties": {
            c.name: {**columns[c.name][1], "title": str(c.title)} for c in f.columns
        },
        "required": required,
        "additionalProperties": False,
    }  # fmt: skip
    return check, {"type": "array", "maxItems": MAX_ROWS, "items": schema}


def _row(
    i: int, row: dict[str, Any], columns: dict[str, tuple[Check, Any]], required: list[str]
) -> dict[str, Any]:
    if unknown := sorted(set(row) - set(columns)):
        raise wrong(_("第 %(i)s 行没有“%(n)s”这一列。") % {"i": i, "n": listed(unknown)[:80]})
    for name in required:
        if name not in row:
            raise wrong(_("第 %(i)s 行缺“%(n)s”。") % {"i": i, "n": name})
    out = {}
    for name, value in row.items():
        try:
            out[name] = columns[name][0](value)
        except PydanticCustomError as error:
            said = {"i": i, "n": name, "e": (error.context or {}).get("sentence", "")}
            raise wrong(_("第 %(i)s 行的“%(n)s”：%(e)s") % said) from None
    return out


def reference(value: Any) -> str:
    """The number of a record, or ``type/k``."""
    given = str(text(90)(value))
    if "/" in given and not re.fullmatch(r"[a-z_.]+/[0-9]{1,15}", given, re.ASCII):
        raise wrong(_("应为记录的编号。"))
    return given


def of_field(f: models.Field[Any, Any]) -> tuple[Check, dict[str, Any]]:
    """Check and schema of a model field's fact."""
    if isinstance(f, RowsField):
        return rows(f)
    check, schema = _plain(f)
    if f.null:
        return _or_null(check), {"anyOf": [schema, {"type": "null"}]}
    return check, schema


def _plain(f: models.Field[Any, Any]) -> tuple[Check, dict[str, Any]]:
    if isinstance(f, models.ForeignKey):
        target = registry.of(f.related_model).name
        return reference, {
            "type": "string", "maxLength": 90, "description": f"number of a record of {target}", "x-references": target,
        }  # fmt: skip
    if isinstance(f, ScaledField):
        return decimal(f.places), {**decimal_schema(f.places), **({"x-unit": str(f.unit)} if f.unit else {})}
    if f.choices:
        codes = [code for code, _label in f.flatchoices if code is not None]
        codes += [""] if f.blank and not f.null and "" not in codes else []
        return choice(codes), {"enum": codes, "x-labels": {str(c): str(label) for c, label in f.flatchoices}}
    if isinstance(f, models.BooleanField):
        return boolean, {"type": "boolean"}
    if isinstance(f, models.IntegerField):
        return integer, {"type": "integer", "minimum": -SAFE, "maximum": SAFE}
    if isinstance(f, models.DateField) and not isinstance(f, models.DateTimeField):
        return date, {"type": "string", "format": "date"}
    if isinstance(f, models.DateTimeField):
        return moment, {"type": "string", "format": "date-time"}
    longest = PastedField.longest if isinstance(f, PastedField) else f.max_length or LONGEST
    return text(longest), {"type": "string", "maxLength": longest}


def annotated(check: Check, schema: dict[str, Any], **words: Any) -> Any:
    """A type for a pydantic model: any value that passes the check, documented by the schema."""
    return Annotated[Any, BeforeValidator(check), WithJsonSchema({**schema, **words})]
