"""The complaint, and the promise: how soon the house does what for whom."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core import working_time
from zhicheng.core.fields import Column, MomentField, RowsField, ScaledField
from zhicheng.core.language import listed
from zhicheng.core.organisation import Standing
from zhicheng.core.records import Record
from zhicheng.core.zones import zone_of
from zhicheng.processes.complaint import promises
from zhicheng.processes.complaint.stages import MOMENTS, SCOPES, STAGES, TITLES
from zhicheng.processes.customer.models import Customer, CustomerClass, Office, Region
from zhicheng.processes.delivery.finding import customers_with_batch
from zhicheng.processes.nonconformity.models import Nonconformity

UNITS = (
    (working_time.HOUR, _("小时")),
    (working_time.WORKING_HOUR, _("工作小时")),
    (working_time.DAY, _("天")),
    (working_time.WORKING_DAY, _("工作日")),
    (working_time.MONTH, _("个月")),
)
STAGE_CHOICES = tuple((s.name, s.title) for s in STAGES)
ROUGH_HOURS = {"hour": 1, "working_hour": 3, "day": 24, "working_day": 34, "month": 730}
"""Which of two limits is stricter, in hours of the calendar on average."""


class Promise(Record):
    """How soon the house does a stage, for whom, from which moment on, and where it says so (``source``)."""

    State = Standing
    stage = models.CharField(_("环节"), max_length=20, choices=STAGE_CHOICES)
    scope = models.CharField(_("适用范围"), max_length=20, choices=tuple(SCOPES.items()), default="all")
    amount = models.IntegerField(_("时限"))
    unit = models.CharField(_("单位"), max_length=20, choices=UNITS, default="hour")
    since = models.CharField(_("起算"), max_length=20, choices=tuple(MOMENTS.items()), default="received_at")
    public = models.BooleanField(
        _("对外承诺"), default=False, help_text=_("对外公开的承诺按毛时间计：等待顾客的时间不扣除。")
    )
    source = models.CharField(_("出处"), max_length=200)

    class Meta(Record.Meta):
        verbose_name = _("服务时限")

    @property
    def title(self) -> str:
        return f"{self.get_stage_display()} {self.get_scope_display()} {self.limit_text}"

    @property
    def limit_text(self) -> str:
        """The limit in words."""
        return f"{self.amount} {self.get_unit_display()}"

    @property
    def strictness(self) -> int:
        """Hours, roughly, for putting the stricter of two first."""
        return self.amount * ROUGH_HOURS[self.unit]

    @property
    def advice(self) -> str:
        """Whether another promise in force contradicts this one."""
        others = Promise.objects.filter(stage=self.stage, scope=self.scope, state=Standing.ACTIVE).exclude(
            k=self.k
        )
        limit = self.amount, self.unit, self.since
        against = [o for o in others if (o.amount, o.unit, o.since) != limit]
        if self.state != Standing.ACTIVE or not against:
            return ""
        said = _("与%(other)s互相矛盾：终止其中一条之前，投诉上两条都显示，按较严的计时。")
        return str(said % {"other": listed(f"{o.limit_text} {o.number}" for o in against)})

    def derive(self, today: dt.date) -> None:
        if not 1 <= self.amount <= 9999:
            raise ValidationError({"amount": _("时限须在 1 与 9999 之间。")})


class Verdict(models.TextChoices):
    """Whether a stage was done as promised."""

    KEPT = promises.KEPT, _("按时")
    MISSED = promises.MISSED, _("逾期")
    DISPUTED = promises.DISPUTED, _("承诺互相矛盾")
    NO_RULE = promises.NO_RULE, _("没有规定")


def _verdict(title: Any) -> Any:
    return models.CharField(title, max_length=10, choices=Verdict.choices, blank=True, editable=False)


def _moment(name: str, *, typed: bool = True) -> Any:
    return MomentField(MOMENTS[name], null=True, blank=True, editable=typed)


class Channel(models.TextChoices):
    """How the complaint reached us (J-6.2.7)."""

    PHONE = "phone", _("电话")
    CALL_CENTRE = "call_centre", _("呼叫中心")
    WECHAT = "wechat", _("微信")
    QQ = "qq", "QQ"
    MAIL = "mail", _("邮件")
    FAX = "fax", _("传真")
    SURVEY = "survey", _("第三方调查")
    PUBLIC = "public", _("公众平台")
    VISIT = "visit", _("上门或来访")


class Category(models.TextChoices):
    """What is complained of: the common problems of the monthly table."""

    PERFORMANCE = "performance", _("性能与精度")
    APPEARANCE = "appearance", _("外观")
    PACKAGING = "packaging", _("包装运输")
    QUANTITY = "quantity", _("数量短缺")
    DELIVERY = "delivery", _("交期")
    DOCUMENTS = "documents", _("标识与文件")
    INSTALLATION = "installation", _("安装使用")
    SERVICE = "service", _("服务")
    OTHER = "other", _("其他")


class Responsibility(models.TextChoices):
    """Whose the cause is (T-6.4.5)."""

    OURS = "ours", _("我方")
    SUPPLIER = "supplier", _("供方")
    CARRIER = "carrier", _("承运方")
    CUSTOMER = "customer", _("顾客使用")
    NONE = "none", _("不成立")


OURS = frozenset({Responsibility.OURS.value, Responsibility.SUPPLIER.value, Responsibility.CARRIER.value})
"""What we answer for towards the customer."""


class Complaint(Record):
    """A customer's report that what we delivered or did is not what was agreed, until its effect is confirmed by telephone."""

    class State(models.TextChoices):
        RECEIVED = "received", _("待核查")
        IDENTIFIED = "identified", _("待遏制")
        CONTAINED = "contained", _("待查明原因")
        ANALYSED = "analysed", _("待商定方案")
        AGREED = "agreed", _("待实施")
        CARRIED_OUT = "carried_out", _("待确认效果")
        CONFIRMED = "confirmed", _("待回访")
        FOLLOWED_UP = "followed_up", _("已回访待关闭")
        CLOSED = "closed", _("投诉已关闭")
        DUPLICATE = "duplicate", _("重复登记")
        VOID = "void", _("作废")

    Channel = Channel

    channel = models.CharField(_("渠道"), max_length=20, choices=Channel.choices, default=Channel.PHONE)
    received_at = _moment("received_at")
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("顾客")
    )
    complainant = models.CharField(_("投诉人"), max_length=60, blank=True)
    contact = models.CharField(_("联系方式"), max_length=120, blank=True)
    region = models.CharField(_("区域"), max_length=20, choices=Region.choices, blank=True)
    customer_class = models.CharField(
        _("顾客分类"), max_length=20, choices=CustomerClass.choices, blank=True, editable=False
    )
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("服务网点")
    )
    handled_by = models.CharField(
        _("受理层级"),
        max_length=10,
        editable=False,
        choices=(("office", _("服务网点")), ("company", _("公司"))),
    )
    product = models.ForeignKey(
        "inspection.ProductType",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("产品型号"),
    )
    family = models.CharField(_("产品族"), max_length=40, blank=True, editable=False)
    batch = models.CharField(_("批号"), max_length=60, blank=True)
    serial = models.CharField(_("出厂编号"), max_length=60, blank=True)
    quantity = ScaledField(_("涉及数量"), places=3, null=True, blank=True)
    unit = models.CharField(_("单位"), max_length=10, default="台")
    category = models.CharField(
        _("问题类别"), max_length=20, choices=Category.choices, default=Category.OTHER
    )
    defect_code = models.CharField(_("缺陷代码"), max_length=30, blank=True)
    description = models.TextField(_("投诉内容"))
    severity = models.CharField(
        _("严重程度"),
        max_length=20,
        choices=Nonconformity.Severity.choices,
        default=Nonconformity.Severity.MAJOR,
    )
    report_wanted = models.BooleanField(_("顾客要求书面报告"), default=False)
    recurring = models.BooleanField(_("重复发生"), default=False, editable=False)
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("与此重复")
    )

    coordinated_at = _moment("coordinated_at")
    responded_at = _moment("responded_at")
    response = models.TextField(_("回应内容"), blank=True)
    replied_at = _moment("replied_at")
    reply = models.TextField(_("答复内容"), blank=True)
    identified_at = _moment("identified_at")
    finding = models.TextField(_("核查结果"), blank=True)
    responsibility = models.CharField(
        _("责任区分"), max_length=20, choices=Responsibility.choices, blank=True
    )
    contained_at = _moment("contained_at")
    containment = models.TextField(_("遏制措施"), blank=True)
    visit_needed_at = _moment("visit_needed_at")
    arrived_at = _moment("arrived_at")
    visits = RowsField(
        _("现场服务"),
        columns=(
            Column("arrived", _("到达"), "moment", required=True),
            Column("engineer", _("服务人员"), required=True),
            Column("done", _("现场处理"), required=True),
            Column("signed", _("顾客签字"), "boolean"),
        ),
    )
    cause_confirmed_at = _moment("cause_confirmed_at")
    cause = models.TextField(_("产生原因"), blank=True)
    escape = models.TextField(_("流出原因"), blank=True)
    team = RowsField(_("小组"), columns=(Column("name", _("姓名"), required=True), Column("part", _("分工"))))
    plan_sent_at = _moment("plan_sent_at")
    solution = models.TextField(_("处理方案"), blank=True)
    agreed_at = _moment("agreed_at")
    resample_wanted = models.BooleanField(_("须重新送样"), default=False)
    resampled_at = _moment("resampled_at")
    carried_out_at = _moment("carried_out_at")
    work_done = models.TextField(_("实施情况"), blank=True)
    cost = ScaledField(_("处理费用"), places=2, unit="元", null=True, blank=True)
    returns = RowsField(
        _("退货"),
        columns=(
            Column("document", _("退货单号"), required=True),
            Column("quantity", _("数量"), "scaled", places=3, required=True),
            Column("received", _("收到日期"), "date"),
        ),
    )
    nonconformity = models.ForeignKey(
        Nonconformity,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("不合格品"),
        editable=False,
    )
    report_sent_at = _moment("report_sent_at")
    corrective_at = _moment("corrective_at")
    corrective_action = models.TextField(_("纠正措施"), blank=True)
    prevention = models.TextField(_("预防措施"), blank=True)
    corrective_owner = models.ForeignKey(
        "core.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任人")
    )
    effect_confirmed_at = _moment("effect_confirmed_at")
    effective = models.BooleanField(_("措施有效"), default=False)
    effect = models.TextField(_("效果验证"), blank=True)
    followed_up_at = _moment("followed_up_at")
    calls = RowsField(
        _("电话回访"),
        columns=(
            Column("at", _("时间"), "moment", required=True),
            Column("satisfied", _("满意"), "boolean", required=True),
            Column("said", _("顾客说"), required=True),
        ),
    )
    recognition = models.TextField(_("总结与表彰"), blank=True)
    closed_at = _moment("closed_at", typed=False)
    ended_at = MomentField(_("办结时间"), null=True, blank=True, editable=False)

    pause_message = models.TextField(_("发给顾客的消息"), blank=True)
    pause_until = MomentField(_("等待至"), null=True, blank=True)
    pauses = RowsField(
        _("等待顾客"),
        columns=(
            Column("since", _("自"), "moment", required=True),
            Column("until", _("至"), "moment", required=True),
            Column("message", _("发给顾客的消息"), required=True),
        ),
        editable=False,
    )
    promises = RowsField(
        _("时限"),
        columns=(
            Column("stage", _("环节"), "choice", choices=STAGE_CHOICES, required=True),
            Column("amount", _("时限"), "integer"),
            Column("unit", _("单位"), "choice", choices=UNITS),
            Column("measured_from", _("起算"), "choice", choices=tuple(MOMENTS.items())),
            Column("due", _("截止"), "moment"),
            Column("done", _("完成"), "moment"),
            Column("gross", _("毛用时（分）"), "integer"),
            Column("net", _("净用时（分）"), "integer"),
            Column("verdict", _("结论"), "choice", choices=tuple(Verdict.choices)),
            Column("rule", _("依据")),
            Column("public", _("对外承诺"), "boolean"),
            Column("other", _("与之矛盾")),
        ),
        editable=False,
    )
    coordinate_kept = _verdict(_("协调及时"))
    respond_kept = _verdict(_("回应及时"))
    reply_kept = _verdict(_("答复及时"))
    identify_kept = _verdict(_("核查及时"))
    contain_kept = _verdict(_("遏制及时"))
    visit_kept = _verdict(_("到场及时"))
    plan_kept = _verdict(_("方案及时"))
    carry_out_kept = _verdict(_("实施及时"))
    report_kept = _verdict(_("报告及时"))
    resample_kept = _verdict(_("送样及时"))
    corrective_kept = _verdict(_("纠正预防及时"))
    close_kept = _verdict(_("关闭及时"))
    accepted_in_time = models.CharField(
        _("受理及时"), max_length=10, choices=Verdict.choices, blank=True, editable=False
    )

    class Meta(Record.Meta):
        verbose_name = _("投诉")
        indexes = [
            models.Index(fields=["occurred_on", "k"]),
            models.Index(fields=["state", "occurred_on", "k"]),
            models.Index(fields=["customer", "occurred_on", "k"]),
            models.Index(fields=["product", "batch"]),
            models.Index(fields=["batch"]),
            models.Index(fields=["serial"]),
            models.Index(fields=["product", "category", "occurred_on", "k"]),
            models.Index(fields=["product", "defect_code", "occurred_on", "k"]),
        ]

    @property
    def title(self) -> str:
        who = self.customer.name if self.customer else self.get_channel_display()
        return f"{self.number} {who} {self.get_category_display()}"

    @property
    def may_be_ours(self) -> bool:
        """Whether there may be something to contain and to correct: until it is found not to be ours."""
        return not self.responsibility or self.responsibility in OURS

    def derive(self, today: dt.date) -> None:
        if self.received_at is None:
            raise ValidationError({"received_at": _("须写明接到投诉的时间。")})
        self.place()
        self._check_moments()
        if self.quantity is not None and self.quantity <= 0:
            raise ValidationError({"quantity": _("涉及数量须大于 0。")})
        if self.cost is not None and self.cost < 0:
            raise ValidationError({"cost": _("处理费用不能为负。")})
        held = models.Q(site=None) | models.Q(site=self.site_id) if self.site_id else models.Q(site=None)
        rules = Promise.objects.filter(held, state=Standing.ACTIVE).order_by("k")
        self.promises = promises.judge(self, rules)
        verdicts = {row["stage"]: row["verdict"] or "" for row in self.promises}
        for stage in STAGES:
            setattr(self, f"{stage.name}_kept", verdicts.get(stage.name, ""))
        first = [verdicts[s] for s in ("respond", "reply", "identify") if verdicts.get(s)]
        self.accepted_in_time = first[0] if first else ""

    def place(self) -> None:
        """Who, where and when, from the customer, the office, the product and the moment of receipt."""
        self.occurred_on = self.received_at.astimezone(zone_of(self.site)).date()
        if self.customer is not None:
            self.region = self.region or self.customer.region
            self.customer_class = self.customer.customer_class
            self.office = self.office or self.customer.office
        self.handled_by = "office" if self.office_id else "company"
        self.family = self.product.family if self.product is not None else ""

    def _check_moments(self) -> None:
        """Nothing is done before the complaint came, or in the future."""
        now = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)  # clocks of devices differ a little
        for name, title in MOMENTS.items():
            moment = getattr(self, name)
            if moment is None:
                continue
            if moment > now:
                raise ValidationError({name: _("“%s”的时间还没有到。") % title})
            if self.received_at is not None and moment < self.received_at:
                raise ValidationError({name: _("“%s”早于接到投诉的时间。") % title})

    @property
    def advice(self) -> str:
        """Promises that contradict each other, stages for which nothing is promised, who else has the batch."""
        said = []
        for row in self.promises:
            stage = TITLES[row["stage"]]
            if row["other"] and row["verdict"] is None:
                given = {
                    "stage": stage,
                    "one": f"{row['amount']} {dict(UNITS)[row['unit']]}",
                    "other": row["other"],
                }
                said.append(
                    _("“%(stage)s”有两个互相矛盾的承诺：%(one)s 与 %(other)s，按较严的计时，请终止其中一条。")
                    % given
                )
            if row["amount"] is None:
                scope = self.get_region_display() or self.get_handled_by_display()
                said.append(_("“%(stage)s”对“%(scope)s”没有规定时限。") % {"stage": stage, "scope": scope})
        return "".join(map(str, [*said, self._others()]))

    def _others(self) -> Any:
        """Other customers who have the same batch."""
        held = [h for h in customers_with_batch(self.batch, self.product) if h.customer.k != self.customer_id]
        if not held or self.state in (self.State.CLOSED, self.State.VOID, self.State.DUPLICATE):
            return ""
        names = listed(f"{h.customer.name} {h.quantity.normalize():f} {h.unit}" for h in held[:5])
        return _("同批产品还发给 %(n)s 家顾客：%(names)s。") % {"n": len(held), "names": names}
