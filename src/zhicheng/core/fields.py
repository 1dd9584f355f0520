"""Field kinds that Django lacks: scaled decimals and rows. Each says how its value stands in a fact."""

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core.language import listed
from zhicheng.core.zones import zone_of

MAX_ROWS = 200
LARGEST = Decimal(2**53 - 1)
"""The largest integer of a fact."""

if TYPE_CHECKING:
    BigInteger = models.BigIntegerField[Any, Any]
    Char = models.CharField[str, str]
    Text = models.TextField[str, str]
    DateTime = models.DateTimeField[Any, Any]
else:
    BigInteger, Char, Text = models.BigIntegerField, models.CharField, models.TextField
    DateTime = models.DateTimeField


class ScaledField(BigInteger):
    """A decimal quantity kept as an integer scaled by ``10**places`` (SQLite has no decimals). Python value: Decimal.

    ``unit`` is shown once in the head of a column, never in the number.
    """

    def __init__(self, *args: Any, places: int = 2, unit: str = "", **kwargs: Any) -> None:
        self.places, self.unit = places, unit
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "places": self.places, "unit": self.unit}

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-self.places)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        try:
            number = Decimal(str(value).strip())
        except InvalidOperation:
            raise ValidationError(_("“%(value)s”不是数。"), params={"value": value}) from None
        if not number.is_finite() or abs(number) > LARGEST.scaleb(-self.places):
            raise ValidationError(_("“%(value)s”太大。"), params={"value": value})
        if number != round(number, self.places):
            raise ValidationError(
                _("“%(value)s”的小数超过 %(n)s 位。"), params={"value": value, "n": self.places}
            )
        return number

    def get_prep_value(self, value: Any) -> int | None:
        if type(value) is Decimal and value.is_finite():
            scaled = value.scaleb(self.places)
            if abs(scaled) <= LARGEST and scaled == (whole := int(scaled)):
                return whole
        number = self.to_python(value)
        return None if number is None else int(number.scaleb(self.places))

    def formfield(self, **kwargs: Any) -> Any:
        return forms.DecimalField(
            **{
                "required": not self.blank,
                "label": self.verbose_name,
                "help_text": self.help_text,
                "decimal_places": self.places,
                **kwargs,
            }
        )


class FileHashField(Char):
    """The SHA-256 of a file in the store: such files are kept by the sweep of orphans."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 64, "blank": True, **kwargs})


class DataField(Text):
    """Data for the program, kept as text: people are told that it changed and are never shown it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"blank": True, "editable": False, **kwargs})


def moment_of(value: Any) -> dt.datetime:
    """A moment in UTC, to the second, from a moment or its text; without a zone it is meant in the time of the house.
    Errors: ValueError, OverflowError."""
    moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value).strip())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone_of())
    return moment.astimezone(dt.UTC).replace(microsecond=0)


def moment_text(moment: dt.datetime) -> str:
    """A moment as it stands in facts: UTC, to the second."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class MomentField(DateTime):
    """A moment that a person states, to the second. What names no zone is meant in the time of the house."""

    def to_python(self, value: Any) -> dt.datetime | None:
        if value is None or value == "":
            return None
        try:
            moment = moment_of(value)
        except (ValueError, OverflowError):
            raise ValidationError(
                _("“%(value)s”不是时刻：写作 2026-03-08 14:30。"), params={"value": value}
            ) from None
        if not 1900 <= moment.year < 9999:
            raise ValidationError(_("“%(value)s”不是可用的时刻。"), params={"value": value})
        return moment


class PastedField(Text):
    """A table that a person pastes, longer than a fact may be: the effect of the same write moves it into a file and empties the field."""

    longest = 4 * 2**20

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"blank": True, **kwargs})


def plain_text(text: str) -> str:
    """A text as it stands in a fact: NFC, trimmed. Errors: ValueError for NUL and unpaired surrogates, which no database holds."""
    text = unicodedata.normalize("NFC", text.strip())
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError(_("含有不能保存的字符。"))
    return text


@dataclass(frozen=True)
class Column:
    """One column of a rows field: name in the fact, title for people, kind ``text``, ``integer``, ``scaled``, ``boolean``, ``date``,
    ``moment`` (kept in UTC, shown in the time of the house) or ``choice``."""

    name: str
    title: Any
    kind: str = "text"
    places: int = 0
    choices: tuple[tuple[str, Any], ...] = ()
    required: bool = False

    def clean(self, value: Any) -> str | int | bool | None:
        """The scalar that stands in the fact. Errors: ValueError with a sentence."""
        if value is None or value == "":
            if self.required:
                raise ValueError(_("%(column)s不能为空") % {"column": self.title})
            return None
        try:
            return self._convert(value)
        except (InvalidOperation, OverflowError, TypeError, ValueError):
            raise ValueError(
                _("%(column)s的值“%(value)s”不合要求") % {"column": self.title, "value": value}
            ) from None

    def _convert(self, value: Any) -> str | int | bool:
        if self.kind == "integer":
            number = Decimal(str(value))
            if not number.is_finite() or number != int(number) or abs(number) > LARGEST:
                raise ValueError
            return int(Decimal(str(value)))
        if self.kind == "scaled":
            scaled = Decimal(str(value)).scaleb(self.places)
            if not scaled.is_finite() or scaled != int(scaled) or abs(scaled) > LARGEST:
                raise ValueError
            return int(scaled)
        if self.kind == "boolean":
            if value not in (True, False, "true", "false", "1", "0", "on"):
                raise ValueError
            return value in (True, "true", "1", "on")
        if self.kind == "date":
            return dt.date.fromisoformat(str(value)).isoformat()
        if self.kind == "moment":
            return moment_text(moment_of(value))
        if self.kind == "choice" and value not in dict(self.choices):
            raise ValueError
        if not isinstance(value, str | int | bool):
            raise ValueError
        return plain_text(str(value))

    def shown(self, value: Any) -> Any:
        """The value as a person reads it."""
        if value is None:
            return ""
        if self.kind == "scaled":
            return Decimal(value).scaleb(-self.places)
        if self.kind == "choice":
            return dict(self.choices).get(value, value)
        if self.kind == "boolean":
            return _("是") if value else _("否")
        if self.kind == "moment":
            return f"{moment_of(value).astimezone(zone_of()):%Y-%m-%d %H:%M}"
        return value


class RowsField(models.JSONField):
    """Child rows of a record (at most 200), one list-valued fact: each row a mapping of the declared columns to scalars."""

    def __init__(self, *args: Any, columns: Sequence[Column] = (), **kwargs: Any) -> None:
        self.columns = tuple(columns)
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def clean_rows(self, rows: Any) -> list[dict[str, Any]]:
        """The rows as facts. Errors: ValidationError naming the row."""
        if rows is None or rows == "":
            return []
        if not isinstance(rows, list | tuple):
            raise ValidationError(_("%(field)s应是若干行。"), params={"field": self.verbose_name})
        if len(rows) > MAX_ROWS:
            raise ValidationError(
                _("%(field)s有 %(n)s 行，最多 %(max)s 行：更长的请作为附件。"),
                params={"field": self.verbose_name, "n": len(rows), "max": MAX_ROWS},
            )
        return [self._clean_row(i, row) for i, row in enumerate(rows, 1)]

    def _clean_row(self, i: int, row: Any) -> dict[str, Any]:
        if not isinstance(row, Mapping):
            raise ValidationError(
                _("%(field)s第 %(i)s 行不成一行。"), params={"field": self.verbose_name, "i": i}
            )
        unknown = set(row) - {c.name for c in self.columns}
        if unknown:
            raise ValidationError(
                _("%(field)s第 %(i)s 行有未知的列：%(names)s。"),
                params={"field": self.verbose_name, "i": i, "names": listed(sorted(unknown))},
            )
        try:
            return {c.name: c.clean(row.get(c.name)) for c in self.columns}
        except ValueError as error:
            raise ValidationError(
                _("%(field)s第 %(i)s 行：%(error)s。"),
                params={"field": self.verbose_name, "i": i, "error": error},
            ) from None
