"""Shipments, and the index by which a serial number finds its shipment."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core.fields import Column, RowsField, ScaledField
from zhicheng.core.records import Record
from zhicheng.processes.customer.models import Customer, CustomerClass, Region
from zhicheng.processes.delivery.serials import LARGEST_RANGE, LONGEST, Range, Serial, Unreadable, overlapping


class TermKind(models.TextChoices):
    """What is owed within a term: taking back (包退), replacing (包换), repairing free of charge (保修)."""

    REFUND = "refund", _("包退")
    REPLACEMENT = "replacement", _("包换")
    REPAIR = "repair", _("保修")


class TermUnit(models.TextChoices):
    """In what the length of a term is counted."""

    DAY = "day", _("天")
    MONTH = "month", _("个月")
    YEAR = "year", _("年")


SENTENCES = {
    "empty": _("编号是空的。"),
    "long": _("编号“%(text)s”超过 %(longest)s 个字符。"),
    "unlike": _("“%(text)s”不成一段：起止编号的前缀与位数须相同，否则请分成几行。"),
    "turned": _("“%(text)s”的起号大于止号。"),
    "large": _("“%(text)s”超过 %(largest)s 台：请检查编号，或分成几行。"),
}


def sentence(error: Unreadable) -> Any:
    """Why a serial number cannot be read, for a person."""
    return SENTENCES[error.why] % {"text": error.text, "longest": LONGEST, "largest": LARGEST_RANGE}


class Shipment(Record):
    """One line of a delivery document: what left for whom on ``occurred_on``, the shipping date from which warranty counts.

    Region and class are those of the customer at the write, type and family those of the product.
    """

    class State(models.TextChoices):
        SHIPPED = "shipped", _("已发货")
        VOID = "void", _("作废")

    document = models.CharField(_("发货单号"), max_length=40)
    line = models.IntegerField(_("行号"), default=1)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("顾客"))
    product = models.ForeignKey(
        "inspection.ProductType", models.PROTECT, related_name="+", verbose_name=_("产品型号")
    )
    batch = models.CharField(_("批号"), max_length=60, blank=True)
    quantity = ScaledField(_("数量"), places=3)
    unit = models.CharField(_("单位"), max_length=10, default="台")
    serial_numbers = RowsField(
        _("出厂编号"),
        columns=(Column("first", _("编号或起号"), required=True), Column("last", _("止号"))),
    )
    terms = RowsField(
        _("合同约定的三包"),
        columns=(
            Column("kind", _("三包"), "choice", choices=tuple(TermKind.choices), required=True),
            Column("length", _("期限"), "integer", required=True),
            Column("unit", _("单位"), "choice", choices=tuple(TermUnit.choices), required=True),
            Column("contract", _("合同编号"), required=True),
        ),
    )
    note = models.CharField(_("备注"), max_length=300, blank=True)
    region = models.CharField(_("区域"), max_length=20, choices=Region.choices, editable=False)
    customer_class = models.CharField(
        _("顾客分类"), max_length=20, choices=CustomerClass.choices, editable=False
    )
    product_type = models.CharField(_("型号"), max_length=40, editable=False)
    family = models.CharField(_("产品族"), max_length=40, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("发货")
        indexes = [
            models.Index(fields=["occurred_on", "k"]),
            models.Index(fields=["batch", "k"]),
            models.Index(fields=["document"]),
            models.Index(fields=["customer", "occurred_on", "k"]),
        ]

    @property
    def title(self) -> str:
        return f"{self.number} {self.document}-{self.line}"

    @property
    def shipped_on(self) -> dt.date:
        """The shipping date."""
        return self.occurred_on

    @property
    def ranges(self) -> list[Range]:
        """The serial numbers shipped. Errors: Unreadable (never for a row that was written)."""
        return [Range.read(row["first"], row["last"]) for row in self.serial_numbers]

    def has(self, text: str) -> bool:
        """Whether the serial number was shipped with this line; a line without serial numbers may have had any."""
        if not self.serial_numbers:
            return True
        try:
            serial = Serial.read(text)
        except Unreadable:
            return False
        return any(serial in r for r in self.ranges)

    def derive(self, today: dt.date) -> None:
        self.region, self.customer_class = self.customer.region, self.customer.customer_class
        self.product_type, self.family = self.product.code, self.product.family
        if self.quantity is not None and self.quantity <= 0:
            raise ValidationError({"quantity": _("数量须大于 0。")})
        for row in self.terms:
            if row["length"] < 1:
                raise ValidationError({"terms": _("合同约定的期限须大于 0。")})
        if self.serial_numbers:
            self._check_serials()

    def _check_serials(self) -> None:
        try:
            ranges = self.ranges
        except Unreadable as error:
            raise ValidationError({"serial_numbers": sentence(error)}) from None
        twice = overlapping(ranges)
        if twice:
            raise ValidationError({"serial_numbers": _("编号 %s 写了两次。") % twice})
        listed = sum(len(r) for r in ranges)
        if listed > self.quantity:
            raise ValidationError(
                {
                    "serial_numbers": _("列出 %(n)s 个编号，多于发货数量 %(q)s。")
                    % {"n": listed, "q": self.quantity}
                }
            )


class SerialRange(models.Model):
    """Index row: a range of serial numbers of a shipment. Derived from the shipments, rebuilt from them at any time."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="+")
    prefix = models.CharField(max_length=LONGEST)
    width = models.IntegerField()
    level = models.IntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["prefix", "width", "level", "low"])]
        verbose_name = _("出厂编号")

    def __str__(self) -> str:
        return f"{self.prefix}{self.low}–{self.high}"


class SerialsRead(models.Model):
    """Up to which entry of the log the index of serial numbers has been read (one row)."""

    seq = models.BigIntegerField(default=-1)

    class Meta:
        verbose_name = _("出厂编号")

    def __str__(self) -> str:
        return str(self.seq)
