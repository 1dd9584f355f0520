"""The report as a record with its own process, and facts that are declared because no records of them exist."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core.fields import Column, FileHashField, RowsField
from zhicheng.core.language import marked
from zhicheng.core.records import Record
from zhicheng.core.roles import Role

MEANINGS = (("审核", _("审核")), ("批准", _("批准")))
"""What a signature means, as it is recorded, and as people read it."""


class DeclaredFact(Record):
    """A number or statement that must be typed: who declared it, who checked it, with which evidence file; shown as declared."""

    class State(models.TextChoices):
        DECLARED = "declared", _("已声明")
        CHECKED = "checked", _("已核对")
        WITHDRAWN = "withdrawn", pgettext_lazy("state", "撤回")

    name = models.CharField(_("名称"), max_length=60)
    subject = models.CharField(_("事项"), max_length=160)
    value = models.CharField(_("数值或陈述"), max_length=200)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    sample_size = models.IntegerField(_("依据数量 n"), null=True, blank=True)
    period_from = models.DateField(_("期间自"))
    period_to = models.DateField(_("期间至"))
    evidence = FileHashField(_("证据文件哈希"), editable=False)

    class Meta(Record.Meta):
        verbose_name = _("声明的事实")

    @property
    def title(self) -> str:
        return marked(self.subject, f"{self.value}{self.unit}")

    def derive(self, today: dt.date) -> None:
        if self.period_from > self.period_to:
            raise ValidationError({"period_to": _("期间的终点早于起点。")})


class Report(Record):
    """One edition of a quality-integrity report. Published ones are frozen and superseded by a new edition, never changed."""

    class State(models.TextChoices):
        DRAFT = "draft", _("编制中")
        REVIEWED = "reviewed", _("已审核")
        APPROVED = "approved", _("已批准")
        PUBLISHED = "published", _("已发布")
        SUPERSEDED = "superseded", _("已被替代")
        VOID = "void", _("作废")

    name = models.CharField(_("报告名称"), max_length=120)
    house_style = models.CharField(_("体例"), max_length=40, default="official_2013")
    template = FileHashField(_("正文文件哈希"))
    period_from = models.DateField(_("报告期自"))
    period_to = models.DateField(_("报告期至"))
    edition = models.CharField(_("版次"), max_length=20, default="1")
    issued_on = models.DateField(_("签发日期"), null=True, blank=True)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("替代")
    )
    a_size = models.BigIntegerField(_("检查点条数"), null=True, blank=True, editable=False)
    a_root = models.CharField(_("检查点根"), max_length=64, blank=True, editable=False)
    pdf = models.CharField("PDF", max_length=64, blank=True, editable=False)
    docx = models.CharField("DOCX", max_length=64, blank=True, editable=False)
    html = models.CharField("HTML", max_length=64, blank=True, editable=False)
    report_json = models.CharField("report.json", max_length=64, blank=True, editable=False)
    definitions = models.CharField("definitions.json", max_length=64, blank=True, editable=False)
    approvals = RowsField(
        _("签署"),
        editable=False,
        columns=(
            Column("role", _("角色"), "choice", choices=tuple(Role.choices)),
            Column("person", _("人员")),
            Column("name", _("姓名")),
            Column("meaning", _("含义"), "choice", choices=MEANINGS),
            Column("on", _("日期"), "date"),
            Column("at", _("时刻"), "moment"),
        ),
    )
    opened_list = RowsField(
        _("公开的事实"),
        columns=(
            Column("type", _("记录种类"), required=True),
            Column("facts", _("公开的事实"), required=True),
            Column("smallest", _("最小分组"), "integer"),
        ),
    )
    small_groups_accepted = models.BooleanField(_("同意公开少于 5 条的分组"), default=False)

    class Meta(Record.Meta):
        verbose_name = _("质量诚信报告")

    @property
    def title(self) -> str:
        return _("%(name)s（第 %(edition)s 版）") % {"name": self.name, "edition": self.edition}

    def derive(self, today: dt.date) -> None:
        if self.period_from > self.period_to:
            raise ValidationError({"period_to": _("报告期的终点早于起点。")})
        if self.period_to > today:
            raise ValidationError({"period_to": _("报告期尚未结束。")})
