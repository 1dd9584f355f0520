"""Things that a report lists: each a dated record with its proof attached."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core.organisation import Standing
from zhicheng.core.records import Record


class Certificate(Record):
    """A certificate or licence, with or without an end, and when it was last checked at its issuer (C-3.1, C-3.2)."""

    State = Standing
    name = models.CharField(_("证书名称"), max_length=160)
    kind = models.CharField(_("类别"), max_length=60)
    certificate_number = models.CharField(_("证书编号"), max_length=80, blank=True)
    issuer = models.CharField(_("发证机构"), max_length=160, blank=True)
    scope = models.CharField(_("范围"), max_length=400, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    checked_on = models.DateField(_("最近核对日期"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("证书")

    @property
    def title(self) -> str:
        return self.name

    def derive(self, today: dt.date) -> None:
        if self.valid_until and self.valid_until < self.occurred_on:
            raise ValidationError({"valid_until": _("有效期至早于发证日期。")})


class Standard(Record):
    """A standard that the company wrote or follows: number, title, class, role, dates (X-4.1.1, T-3.4.5)."""

    State = Standing
    standard_number = models.CharField(_("标准号"), max_length=60)
    name = models.CharField(_("标准名称"), max_length=200)
    kind = models.CharField(_("类别"), max_length=30)
    role = models.CharField(_("参与方式"), max_length=30, blank=True)
    remark = models.CharField(_("备注"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("标准")

    @property
    def title(self) -> str:
        return f"{self.standard_number} {self.name}"


class Patent(Record):
    """A patent: number, name, kind (J-6.1.1)."""

    State = Standing
    patent_number = models.CharField(_("专利号"), max_length=60)
    name = models.CharField(_("专利名称"), max_length=200)
    kind = models.CharField(_("类型"), max_length=30)

    class Meta(Record.Meta):
        verbose_name = _("专利")

    @property
    def title(self) -> str:
        return self.name


class Honour(Record):
    """An award: name, issuer, level (T-6.1.4)."""

    State = Standing
    name = models.CharField(_("荣誉"), max_length=200)
    issuer = models.CharField(_("颁发单位"), max_length=160)
    level = models.CharField(_("级别"), max_length=30, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("荣誉")

    @property
    def title(self) -> str:
        return self.name
