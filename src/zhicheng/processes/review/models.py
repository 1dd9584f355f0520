"""A review of a report as a record, and the dismissal of one finding."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core.fields import FileHashField
from zhicheng.core.records import Record


class ReportReview(Record):
    """One examination of one file: which file, at which date, by which profile, with what result.

    ``result`` is the hash of the attached JSON that holds text and findings (too many for facts). ``errors``, ``questions`` and
    ``notes`` count the findings that stand; ``dismissed`` those that were dismissed since. ``new``, ``mended`` and ``remaining``
    compare with ``previous``.
    """

    class State(models.TextChoices):
        OPENED = "opened", _("待审查")
        EXAMINED = "examined", _("已审查")
        VOID = "void", _("作废")

    name = models.CharField(_("报告"), max_length=200)
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("上一版的审查")
    )
    report_date = models.DateField(_("报告日期"), null=True, blank=True, editable=False)
    file = FileHashField(_("报告文件哈希"), editable=False)
    file_name = models.CharField(_("文件名"), max_length=200, blank=True, editable=False)
    result = FileHashField(_("审查结果文件哈希"), editable=False)
    profile = models.CharField(_("审查方案哈希"), max_length=64, blank=True, editable=False)
    release = models.CharField(_("软件版本"), max_length=20, blank=True, editable=False)
    errors = models.IntegerField(_("错误"), null=True, blank=True, editable=False)
    questions = models.IntegerField(_("疑问"), null=True, blank=True, editable=False)
    notes = models.IntegerField(_("提示"), null=True, blank=True, editable=False)
    dismissed = models.IntegerField(_("不计"), null=True, blank=True, editable=False)
    new = models.IntegerField(_("新出现"), null=True, blank=True, editable=False)
    mended = models.IntegerField(_("已改好"), null=True, blank=True, editable=False)
    remaining = models.IntegerField(_("仍在"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("报告审查")

    @property
    def title(self) -> str:
        return f"{self.number} {self.name}".strip()


class Dismissal(Record):
    """A finding that a person looked at and does not count, with the reason: of a kept review, or of a report of our own.

    A question or note is dismissed by one person; an error, which would keep a report from being published, only when another
    person agrees. ``fingerprint`` is that of the finding (check, section, quote), so it holds in a new composition of the same text.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待复核")
        DISMISSED = "dismissed", _("不计")
        WITHDRAWN = "withdrawn", pgettext_lazy("state", "撤回")

    class Severity(models.TextChoices):
        ERROR = "error", _("错误")
        QUESTION = "question", _("疑问")
        NOTE = "note", _("提示")

    review = models.ForeignKey(
        ReportReview, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("报告审查")
    )
    report = models.ForeignKey(
        "report.Report",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("质量诚信报告"),
    )
    rule = models.CharField(_("检查"), max_length=20)
    severity = models.CharField(_("程度"), max_length=10, choices=Severity.choices)
    section = models.CharField(_("章节"), max_length=400, blank=True)
    quote = models.CharField(_("原文"), max_length=200, blank=True)
    message = models.TextField(_("问题"), blank=True)
    fingerprint = models.CharField(_("指纹"), max_length=32)
    grounds = models.TextField(_("不计的理由"))

    class Meta(Record.Meta):
        verbose_name = _("不计的问题")
        indexes = [
            models.Index(fields=["report", "fingerprint"]),
            models.Index(fields=["review", "fingerprint"]),
        ]

    @property
    def title(self) -> str:
        return f"{self.number} {self.rule} {self.quote}".strip()

    def derive(self, today: dt.date) -> None:
        if self.review is not None and self.report is not None:
            raise ValidationError({"report": _("只能属于一次审查或一份报告，不能两者都是。")})
