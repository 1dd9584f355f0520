"""A survey, who is invited, what they answer."""

import datetime as dt
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core.fields import Column, RowsField, ScaledField
from zhicheng.core.records import Record
from zhicheng.messages.channels import ADDRESS
from zhicheng.processes.customer.models import Customer, CustomerClass, Kind, Region
from zhicheng.processes.satisfaction.choices import Factor, Stage
from zhicheng.processes.satisfaction.scoring import LEAST, MOST, mean

TOKEN_BYTES = 16


class Sending(models.TextChoices):
    """How the customers of a survey get their links."""

    HAND = "hand", _("由我方发送")
    MAIL = "mail", _("由系统发邮件")


class Survey(Record):
    """The questions put to customers in one stage, with their weights, until ``closes_on``. Once it runs they stand."""

    class State(models.TextChoices):
        DRAFT = "draft", _("拟定")
        RUNNING = "running", _("调查中")
        CLOSED = "closed", _("已结束")

    name = models.CharField(_("调查名称"), max_length=120)
    stage = models.CharField(_("阶段"), max_length=20, choices=Stage.choices)
    service_class = models.CharField(_("服务品类"), max_length=40, blank=True)
    introduction = models.CharField(
        _("致顾客的话"),
        max_length=400,
        blank=True,
        help_text=_("显示在答卷的开头：为什么问、多久能答完、答卷作什么用。"),
    )
    questions = RowsField(
        _("问题"),
        columns=(
            Column("question", _("问题"), required=True),
            Column("factor", _("购买因素"), "choice", choices=tuple(Factor.choices)),
            Column("weight", _("权重"), "integer", required=True),
        ),
    )
    closes_on = models.DateField(_("截止日期"))
    sending = models.CharField(
        _("邀请方式"),
        max_length=10,
        choices=Sending.choices,
        default=Sending.HAND,
        blank=True,
        help_text=_("由系统发邮件：每份邀请发到联系人的邮箱，截止前提醒一次；没有邮箱的仍由我方发送。"),
    )

    class Meta(Record.Meta):
        verbose_name = _("满意度调查")

    @property
    def title(self) -> str:
        return self.name

    def derive(self, today: dt.date) -> None:
        self.sending = self.sending or Sending.HAND
        for row in self.questions:
            if not 1 <= row["weight"] <= 100:
                raise ValidationError({"questions": _("权重须在 1 与 100 之间。")})

    def open_on(self, day: dt.date) -> bool:
        """Whether answers are taken on that day."""
        return self.state == self.State.RUNNING and day <= self.closes_on


class Asked(Record):
    """What invitation and response copy of survey and customer, to be counted by."""

    stage = models.CharField(_("阶段"), max_length=20, choices=Stage.choices, editable=False)
    service_class = models.CharField(_("服务品类"), max_length=40, blank=True, editable=False)
    kind = models.CharField(_("顾客性质"), max_length=20, choices=Kind.choices, editable=False)
    customer_class = models.CharField(
        _("顾客分类"), max_length=20, choices=CustomerClass.choices, editable=False
    )
    region = models.CharField(_("区域"), max_length=20, choices=Region.choices, editable=False)

    class Meta(Record.Meta):
        abstract = True

    def copy_from(self, survey: Survey, customer: Customer) -> None:
        """Once, when the record is opened: a customer classed anew later does not change what was counted."""
        self.stage, self.service_class = survey.stage, survey.service_class
        self.kind, self.customer_class, self.region = (
            customer.kind,
            customer.customer_class,
            customer.region,
        )


class Invitation(Asked):
    """A customer's contact is asked once: the link with its own unguessable token is the only way to answer from outside."""

    class State(models.TextChoices):
        INVITED = "invited", _("待答复")
        ANSWERED = "answered", _("已答复")
        WITHDRAWN = "withdrawn", _("已撤回")

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="+", verbose_name=_("满意度调查"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("顾客"))
    line = models.IntegerField(_("序号"), default=1)
    recipient = models.CharField(_("受邀人"), max_length=60, blank=True)
    token = models.CharField(_("链接口令"), max_length=40, unique=True, editable=False)

    class Meta(Asked.Meta):
        verbose_name = _("调查邀请")
        indexes = [models.Index(fields=["survey", "k"])]

    @property
    def title(self) -> str:
        return f"{self.number} {self.customer.name}"

    @property
    def mail(self) -> str:
        """Where the system may write: the recipient's address among the customer's contacts, or, where nobody is named, the first
        that there is. Empty: somebody of us has to hand over the link.
        """
        for row in self.customer.contacts:
            known = ADDRESS.fullmatch(row["mail"] or "")
            if known and (not self.recipient or row["name"].strip() == self.recipient.strip()):
                return str(row["mail"])
        return ""

    @property
    def address(self) -> str:
        """Where the survey is answered, without the host."""
        return f"/s/{self.token}"

    def derive(self, today: dt.date) -> None:
        if not self.token:
            self.token = secrets.token_urlsafe(TOKEN_BYTES)
            self.copy_from(self.survey, self.customer)


def _factor_field(factor: Factor) -> Any:
    return ScaledField(factor.label, places=2, null=True, blank=True, editable=False)


class Response(Asked):
    """The answers to one invitation, once. ``score`` is their weighted mean, ``quality`` to ``brand`` those on one factor.

    ``recorded`` says that one of us wrote it down (telephone, visit); otherwise the customer filled in the page.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("已收到")
        VOID = "void", _("作废")

    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="+", verbose_name=_("调查邀请"))
    survey = models.ForeignKey(
        Survey, models.PROTECT, related_name="+", editable=False, verbose_name=_("满意度调查")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", editable=False, verbose_name=_("顾客")
    )
    answers = RowsField(
        _("答案"),
        columns=(
            Column("no", _("题号"), "integer", required=True),
            Column("score", _("分数"), "integer", required=True),
            Column("question", _("问题")),
        ),
    )
    comment = models.CharField(_("意见与建议"), max_length=1000, blank=True)
    respondent = models.CharField(_("填写人"), max_length=60, blank=True)
    recorded = models.BooleanField(_("由我方记录"), default=False, editable=False)
    follow_up = models.TextField(_("回访与改进"), blank=True)
    score = ScaledField(_("满意度"), places=2, editable=False)
    quality = _factor_field(Factor.QUALITY)
    price = _factor_field(Factor.PRICE)
    technology = _factor_field(Factor.TECHNOLOGY)
    service = _factor_field(Factor.SERVICE)
    delivery = _factor_field(Factor.DELIVERY)
    brand = _factor_field(Factor.BRAND)

    class Meta(Asked.Meta):
        verbose_name = _("调查答卷")
        indexes = [
            models.Index(fields=["occurred_on", "k"]),
            models.Index(fields=["stage", "occurred_on", "k"]),
        ]

    @property
    def title(self) -> str:
        return f"{self.number} {self.customer.name}"

    def derive(self, today: dt.date) -> None:
        if self.version == 0:
            self.survey, self.customer = self.invitation.survey, self.invitation.customer
            self.copy_from(self.survey, self.customer)
        questions = self.survey.questions
        given = {row["no"]: row["score"] for row in self.answers}
        if len(given) != len(self.answers) or set(given) != set(range(1, len(questions) + 1)):
            raise ValidationError({"answers": _("请回答全部 %s 个问题，每题一个分数。") % len(questions)})
        if any(not LEAST <= score <= MOST for score in given.values()):
            raise ValidationError({"answers": _("分数须在 0 与 100 之间。")})
        for row in self.answers:
            row["question"] = questions[row["no"] - 1]["question"]
        asked = [(given[n], q["weight"], q["factor"]) for n, q in enumerate(questions, 1)]
        self.score = mean((score, weight) for score, weight, _factor in asked)
        for factor in Factor.values:
            setattr(self, factor, mean((s, w) for s, w, about in asked if about == factor))
