"""Receive, answer, contain, find the cause, agree, carry out, confirm, ring up, close (M10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhicheng.core import parameters, retention
from zhicheng.core.definitions import end
from zhicheng.core.fields import moment_text
from zhicheng.core.language import listed
from zhicheng.core.organisation import Standing
from zhicheng.core.process import Clock, Likeness, Missing, ParameterSpec, Process, transition
from zhicheng.core.roles import INTERNAL, PUBLIC, Role
from zhicheng.core.writers import Write, check_dates
from zhicheng.processes.complaint.alike import FACTS, alike
from zhicheng.processes.complaint.models import OURS, Complaint, Promise
from zhicheng.processes.complaint.promises import span
from zhicheng.processes.complaint.stages import STAGES, TITLES
from zhicheng.processes.nonconformity.models import Nonconformity
from zhicheng.processes.nonconformity.workflow import NONCONFORMITY

S = Complaint.State
SERVICE = frozenset({Role.AFTER_SALES.value, Role.SALES.value, Role.QUALITY_MANAGER.value})
QUALITY = frozenset({Role.QUALITY_MANAGER.value, Role.CHIEF_QUALITY_OFFICER.value})
DOERS = SERVICE | {Role.PRODUCTION.value, Role.INSPECTOR.value, Role.DEPARTMENT_HEAD.value}
UNDECIDED = (
    S.RECEIVED,
    S.IDENTIFIED,
    S.CONTAINED,
    S.ANALYSED,
    S.AGREED,
    S.CARRIED_OUT,
    S.CONFIRMED,
    S.FOLLOWED_UP,
)
AT_WORK, AGREED_ON = UNDECIDED[1:], UNDECIDED[4:]


def now_unless_stated(complaint: Complaint, by: Write, name: str) -> None:
    """The moment of a step is the moment of its entry, unless whoever enters it says when it was."""
    if getattr(complaint, name) is None:
        setattr(complaint, name, by.at.replace(microsecond=0))


def somebody(complaint: Complaint) -> Missing | None:
    """A complaint comes from somebody: a customer of ours, or a name or number under which to answer."""
    if complaint.customer_id or complaint.complainant or complaint.contact:
        return None
    return Missing(_("须写明顾客，或投诉人及联系方式：否则无法答复。"))


def not_waiting(complaint: Complaint) -> Missing | None:
    """One pause at a time."""
    if complaint.pauses and dt.datetime.fromisoformat(complaint.pauses[-1]["until"]) > dt.datetime.now(
        dt.UTC
    ):
        return Missing(_("已在等待顾客。"))
    return None


def waiting(complaint: Complaint) -> Missing | None:
    """There is a pause to end."""
    return None if not_waiting(complaint) else Missing(_("现在没有在等待顾客。"))


def not_yet(name: str, sentence: Any) -> Callable[[Complaint], Missing | None]:
    """A step that is taken once: its moment is not stated yet."""

    def requirement(complaint: Complaint) -> Missing | None:
        return Missing(sentence) if getattr(complaint, name) is not None else None

    return requirement


def answered(complaint: Complaint) -> Missing | None:
    """J-6.2.1 to T-6.4.8: what was promised is done before the complaint is closed."""
    open_ones = [
        TITLES[row["stage"]]
        for row in complaint.promises
        if row["amount"] is not None and row["done"] is None and row["stage"] != "close"
    ]
    if open_ones:
        return Missing(_("已承诺而尚未登记完成：%s。") % listed(open_ones), complaint)
    return None


def visit_decided(complaint: Complaint) -> Missing | None:
    """T-6.4.2: somebody goes where it could not be settled by word or letter."""
    if complaint.visit_needed_at is None:
        return Missing(_("尚未确定须到现场。"), complaint)
    return None


def returned_goods_listed(complaint: Complaint) -> Missing | None:
    """T-6.4.5: what comes back is a nonconforming product."""
    if complaint.returns and complaint.nonconformity_id is None:
        return Missing(_("有退货：须先开出不合格品记录。"), complaint)
    return None


def ours_known(complaint: Complaint) -> Missing | None:
    """Without a cause of ours there is nothing to analyse: it is explained to the customer and agreed at once."""
    if complaint.responsibility in OURS:
        return Missing(_("属于我方责任的，先查明原因再商定方案。"), complaint)
    return None


def another(complaint: Complaint) -> Missing | None:
    """A complaint does not repeat itself, nor one that is itself a repetition."""
    twin = complaint.duplicate_of
    if twin is None or twin.k == complaint.k or twin.state in (S.DUPLICATE, S.VOID):
        return Missing(_("须写明与哪一条有效的投诉重复。"), complaint)
    return None


@transition(_("协调网点"), *UNDECIDED, roles=SERVICE, asks=("coordinated_at", "office"), optional=("coordinated_at",),
            requires=(not_yet("coordinated_at", _("已经协调过网点。")),))  # fmt: skip
def coordinate(complaint: Complaint, by: Write) -> None:
    """Tell the office or service centre that will act (X-6.1.5)."""
    now_unless_stated(complaint, by, "coordinated_at")


@transition(_("回应顾客"), *UNDECIDED, roles=SERVICE, asks=("responded_at", "response"), optional=("responded_at",),
            requires=(not_yet("responded_at", _("已经回应过顾客。")),))  # fmt: skip
def respond(complaint: Complaint, by: Write) -> None:
    """Tell the customer that the complaint has arrived and who sees to it (T-6.4.1)."""
    now_unless_stated(complaint, by, "responded_at")


@transition(_("明确答复"), *UNDECIDED, roles=SERVICE, asks=("replied_at", "reply"), optional=("replied_at",),
            requires=(not_yet("replied_at", _("已经明确答复过。")),))  # fmt: skip
def answer(complaint: Complaint, by: Write) -> None:
    """Say clearly what will be done and when (T-6.6.1, T-4.3.1, X-6.1.4, X-6.1.5)."""
    now_unless_stated(complaint, by, "replied_at")
    if complaint.responded_at is None:
        complaint.responded_at, complaint.response = complaint.replied_at, complaint.reply


@transition(_("识别核查"), S.RECEIVED, to=S.IDENTIFIED, roles=SERVICE | {Role.INSPECTOR.value},
            asks=("finding", "responsibility", "category", "severity", "identified_at"), optional=("identified_at",))  # fmt: skip
def identify(complaint: Complaint, by: Write) -> None:
    """Check what is true, how grave it is and whose it is (J-6.2.1, T-6.4.5)."""
    now_unless_stated(complaint, by, "identified_at")
    complaint.recurring = _earlier(complaint) is not None


@transition(
    _("遏制"),
    S.IDENTIFIED,
    to=S.CONTAINED,
    roles=DOERS,
    asks=("containment", "contained_at"),
    optional=("contained_at",),
)
def contain(complaint: Complaint, by: Write) -> None:
    """Stop it from spreading: stock, goods on the way, the other customers who have the batch; or say why nothing need be done."""
    now_unless_stated(complaint, by, "contained_at")


@transition(_("须到现场"), *UNDECIDED, roles=SERVICE, asks=("visit_needed_at",), optional=("visit_needed_at",),
            requires=(not_yet("visit_needed_at", _("已经确定须到现场。")),))  # fmt: skip
def need_visit(complaint: Complaint, by: Write) -> None:
    """It cannot be settled by word or letter (T-6.4.2)."""
    now_unless_stated(complaint, by, "visit_needed_at")


@transition(
    _("不必到现场"),
    *UNDECIDED,
    roles=SERVICE,
    requires=(visit_decided, not_yet("arrived_at", _("已经到过现场。"))),
    reason=True,
)
def call_off_visit(complaint: Complaint, by: Write) -> None:
    """It was settled otherwise before anybody left."""
    complaint.visit_needed_at = None


@transition(_("到达现场"), *UNDECIDED, roles=SERVICE, asks=("visits", "arrived_at"), optional=("arrived_at",),
            requires=(visit_decided,))  # fmt: skip
def arrive(complaint: Complaint, by: Write) -> None:
    """Somebody was there; the first arrival counts (T-6.4.2, X-6.1.4)."""
    first = min(dt.datetime.fromisoformat(row["arrived"]) for row in complaint.visits)
    complaint.arrived_at = complaint.arrived_at or first


@transition(_("查明原因"), S.CONTAINED, to=S.ANALYSED, roles=QUALITY | {Role.DEPARTMENT_HEAD.value},
            asks=("cause", "escape", "team", "cause_confirmed_at"), optional=("escape", "team", "cause_confirmed_at"))  # fmt: skip
def analyse(complaint: Complaint, by: Write) -> None:
    """Why it arose and why it was let out; from here on it is settled whether it was our quality (T-6.4.3)."""
    if complaint.responsibility in OURS:
        now_unless_stated(complaint, by, "cause_confirmed_at")


@transition(_("回复改善方案"), S.ANALYSED, roles=SERVICE, asks=("solution", "plan_sent_at"), optional=("plan_sent_at",),
            requires=(not_yet("plan_sent_at", _("已经回复过改善方案。")),))  # fmt: skip
def send_plan(complaint: Complaint, by: Write) -> None:
    """Send the customer what we propose (T-6.4.3)."""
    now_unless_stated(complaint, by, "plan_sent_at")


@transition(_("商定方案"), S.ANALYSED, to=S.AGREED, roles=SERVICE,
            asks=("solution", "resample_wanted", "report_wanted", "agreed_at"),
            optional=("resample_wanted", "report_wanted", "agreed_at"))  # fmt: skip
def agree(complaint: Complaint, by: Write) -> None:
    """The customer agrees (X-6.1.3), so has the plan: the time to carry it out begins (J-6.2.2, T-6.4.8)."""
    now_unless_stated(complaint, by, "agreed_at")
    complaint.plan_sent_at = complaint.plan_sent_at or complaint.agreed_at


@transition(_("说明并商定"), S.IDENTIFIED, S.CONTAINED, to=S.AGREED, roles=SERVICE, asks=("solution", "agreed_at"), optional=("agreed_at",),
            requires=(ours_known,))  # fmt: skip
def explain(complaint: Complaint, by: Write) -> None:
    """It is not of our making: say why, and what is done all the same."""
    now_unless_stated(complaint, by, "agreed_at")


@transition(_("实施处理方案"), S.AGREED, to=S.CARRIED_OUT, roles=DOERS, asks=("work_done", "cost", "returns", "carried_out_at"),
            optional=("cost", "returns", "carried_out_at"), checks=(returned_goods_listed,))  # fmt: skip
def carry_out(complaint: Complaint, by: Write) -> None:
    """Replace, repair, make up, refund: what was done (J-6.2.2)."""
    now_unless_stated(complaint, by, "carried_out_at")


@transition(_("重新送样"), *AGREED_ON, roles=SERVICE, asks=("resampled_at",), optional=("resampled_at",),
            requires=(not_yet("resampled_at", _("已经重新送样。")),))  # fmt: skip
def resample(complaint: Complaint, by: Write) -> None:
    """New samples go to the customer for confirmation (T-6.4.8)."""
    complaint.resample_wanted = True
    now_unless_stated(complaint, by, "resampled_at")


@transition(_("提交书面报告"), *AT_WORK, roles=SERVICE, asks=("report_sent_at",), optional=("report_sent_at",),
            requires=(not_yet("report_sent_at", _("已经提交书面报告。")),))  # fmt: skip
def send_report(complaint: Complaint, by: Write) -> None:
    """The written report (8D) has gone to the customer (T-6.4.7)."""
    complaint.report_wanted = True
    now_unless_stated(complaint, by, "report_sent_at")


@transition(_("纠正和预防"), *AT_WORK, roles=QUALITY | {Role.DEPARTMENT_HEAD.value},
            asks=("corrective_action", "prevention", "corrective_owner", "corrective_at"), optional=("prevention", "corrective_at"))  # fmt: skip
def correct(complaint: Complaint, by: Write) -> None:
    """Corrective and preventive action is under way, with its owner (T-8.3: within three days)."""
    now_unless_stated(complaint, by, "corrective_at")


def no_nonconformity_yet(complaint: Complaint) -> Missing | None:
    """One nonconformity for one complaint."""
    if complaint.nonconformity is not None:
        return Missing(_("已开出 %s。") % complaint.nonconformity.number, complaint.nonconformity)
    return None


def product_known(complaint: Complaint) -> Missing | None:
    """What is nonconforming, and how much."""
    if complaint.product is None or complaint.quantity is None:
        return Missing(_("须先写明产品型号和涉及数量。"), complaint)
    return None


@transition(
    _("开出不合格品"),
    *AT_WORK,
    roles=SERVICE | {Role.INSPECTOR.value},
    requires=(no_nonconformity_yet, product_known),
)
def open_nonconformity(complaint: Complaint, by: Write) -> None:
    """What the customer found is a nonconforming product, with its batch (T-6.4.5)."""
    complaint.nonconformity = by.open(  # type: ignore[assignment]
        NONCONFORMITY,
        source=Nonconformity.Source.DELIVERY,
        subject=f"complaint.complaint/{complaint.k}",
        subject_number=complaint.number,
        product=str(complaint.product),
        batch=complaint.batch,
        defect_code=complaint.defect_code,
        description=complaint.description,
        severity=complaint.severity,
        quantity=complaint.quantity,
        unit=complaint.unit,
        found_by_customer=True,
        occurred_on=by.today,
    )


@transition(_("确认效果"), S.CARRIED_OUT, roles=QUALITY | {Role.AFTER_SALES.value}, asks=("effective", "effect", "effect_confirmed_at"),
            optional=("effective", "effect_confirmed_at"))  # fmt: skip
def confirm_effect(complaint: Complaint, by: Write) -> None:
    """Whether it worked; if not, the cause is looked for anew (T-6.4.4)."""
    now_unless_stated(complaint, by, "effect_confirmed_at")
    complaint.state = S.CONFIRMED if complaint.effective else S.CONTAINED


@transition(_("电话回访"), S.CONFIRMED, to=S.FOLLOWED_UP, roles=SERVICE, asks=("calls",))
def follow_up(complaint: Complaint, by: Write) -> None:
    """Ring the customer up: is it settled? (T-6.5.1, J-6.2.3)"""
    complaint.followed_up_at = max(dt.datetime.fromisoformat(row["at"]) for row in complaint.calls)


@transition(
    _("关闭投诉"),
    S.FOLLOWED_UP,
    to=S.CLOSED,
    roles=QUALITY,
    asks=("recognition",),
    optional=("recognition",),
    requires=(answered,),
)
def close(complaint: Complaint, by: Write) -> None:
    """The quality department closes what it followed (X-6.1.1)."""
    complaint.closed_at = complaint.ended_at = by.at.replace(microsecond=0)


@transition(
    _("等待顾客"), *UNDECIDED, roles=SERVICE, asks=("pause_message", "pause_until"), requires=(not_waiting,)
)
def wait(complaint: Complaint, by: Write) -> None:
    """Nothing can be done until the customer answers: the message sent, and until when at most; then time runs again by itself."""
    now = by.at.replace(microsecond=0)
    longest = parameters.value("complaint.longest_wait_days", complaint.site_id)
    if not now < complaint.pause_until <= now + dt.timedelta(days=longest):
        raise ValidationError({"pause_until": [_("须在现在之后、%s 天之内。") % longest]})
    row = {
        "since": moment_text(now),
        "until": moment_text(complaint.pause_until),
        "message": complaint.pause_message,
    }
    complaint.pauses = [*complaint.pauses, row]
    complaint.pause_message, complaint.pause_until = "", None


@transition(_("顾客已答复"), *UNDECIDED, roles=SERVICE, requires=(waiting,))
def go_on(complaint: Complaint, by: Write) -> None:
    """The customer answered: time runs again from now."""
    *before, last = complaint.pauses
    complaint.pauses = [*before, {**last, "until": moment_text(by.at.replace(microsecond=0))}]


@transition(
    _("并入另一条"), *UNDECIDED, to=S.DUPLICATE, roles=SERVICE, asks=("duplicate_of",), checks=(another,)
)
def merge(complaint: Complaint, by: Write) -> None:
    """The same complaint was entered twice: this one counts no more."""
    complaint.ended_at = by.at.replace(microsecond=0)


@transition(_("作废"), S.RECEIVED, S.IDENTIFIED, to=S.VOID, roles=QUALITY, reason=True, four_eyes=("open",))
def void(complaint: Complaint, by: Write) -> None:
    """It was entered in error; it stays in the log and counts as withdrawn."""
    complaint.ended_at = by.at.replace(microsecond=0)


def _earlier(complaint: Complaint) -> Any:
    """An earlier complaint of the same product and problem within the months of the parameter (C-7.10.1): it recurs."""
    if complaint.product_id is None:
        return None
    months = parameters.value("complaint.recurring_months", complaint.site_id)
    since = complaint.occurred_on - dt.timedelta(days=30 * months)
    rows = Complaint.objects.filter(product_id=complaint.product_id, category=complaint.category)
    rows = rows.filter(occurred_on__range=(since, complaint.occurred_on)).exclude(
        state__in=(S.VOID, S.DUPLICATE)
    )
    if complaint.defect_code:
        rows = rows.filter(defect_code=complaint.defect_code)
    return rows.exclude(k=complaint.k).order_by("k").first()


def receive(complaint: Complaint, by: Write) -> None:
    """The moment of receipt is now unless stated; a late entry is marked as any other."""
    now_unless_stated(complaint, by, "received_at")
    complaint.place()
    check_dates(complaint, by.today)


INTAKE = (
    "channel", "customer", "complainant", "contact", "description", "product", "batch", "category",
    "serial", "quantity", "unit", "defect_code", "severity", "report_wanted", "region", "office", "received_at",
)  # fmt: skip
"""In the order of a telephone call; what can be filled in later stands last."""
AT_ONCE = 8
"""How many of them stand before the photograph."""
HOW_IT_CAME = frozenset({"channel", "received_at"})
FOLLOWED = ("response", "reply", "finding", "responsibility", "containment", "visits", "cause", "escape", "team", "solution", "work_done",
            "cost", "returns", "corrective_action", "prevention", "corrective_owner", "effect", "calls", "recognition")  # fmt: skip
COMPLAINT = Process(
    name="complaint.complaint",
    model=Complaint,
    title=_("投诉"),
    open_title=_("登记投诉"),
    series="TS-{year}-{seq:04d}",
    opens=INTERNAL | {PUBLIC},
    start=S.RECEIVED.value,
    final=frozenset({S.CLOSED.value, S.DUPLICATE.value, S.VOID.value}),
    asks=("channel", "description"),
    opened=receive,
    open_requires=(somebody,),
    transitions=(
        identify, respond, answer, contain, analyse, send_plan, agree, explain, carry_out, confirm_effect, follow_up, close,
        coordinate, need_visit, call_off_visit, arrive, correct, open_nonconformity, send_report, resample, wait, go_on, merge, void,
    ),
    amends=SERVICE | QUALITY,
    amendable={
        S.RECEIVED.value: (*INTAKE, "late_reason"),
        **{s.value: (*(n for n in INTAKE if n not in HOW_IT_CAME), *FOLLOWED) for s in AT_WORK},
    },
    clocks=tuple(Clock(s.name, s.title, stops=frozenset({s.act}), span=partial(span, stage=s.name)) for s in STAGES),
    parameters=(
        ParameterSpec("complaint.longest_wait_days", _("等待顾客的最长天数"), 10, int, _("天")),
        ParameterSpec("complaint.recurring_months", _("多少个月内再次发生算重复"), 12, int, _("个月"), _("C-7.10.1")),
        ParameterSpec("complaint.public_photos", _("公开投诉页最多几张照片"), 4, int, _("张"), _("0 则不收照片")),
        ParameterSpec("complaint.public_photo_mb", _("公开投诉页每张照片上限"), 10, int, "MB"),
    ),
    may_open=(
        "occurred_on", "state", "channel", "category", "severity", "region", "customer_class", "handled_by", "family", "responsibility",
        "recurring", "provenance", "cost", "accepted_in_time", "corrective_at", "effective", "followed_up_at", *(f"{s.name}_kept" for s in STAGES),
    ),
    personal=frozenset({"complainant", "contact"}),
    columns=("number", "received_at", "customer", "product", "category", "severity", "state"),
    filters=("state", "channel", "category", "severity", "region", "handled_by", "customer", "responsibility", "recurring", "occurred_on"),
    search=("number", "batch", "serial", "description"),
    alike=Likeness(FACTS, alike),
    folded=(_("补充"),),
    groups=(
        (_("投诉"), INTAKE[:AT_ONCE]),
        (_("补充"), (*INTAKE[AT_ONCE:], "customer_class", "handled_by", "recurring", "duplicate_of")),
        (_("时限"), ("promises", "pauses")),
        (_("答复与核查"), ("coordinated_at", "responded_at", "response", "replied_at", "reply", "identified_at", "finding", "responsibility")),
        (_("遏制与现场"), ("contained_at", "containment", "nonconformity", "visit_needed_at", "arrived_at", "visits")),
        (_("原因与方案"), ("team", "cause_confirmed_at", "cause", "escape", "plan_sent_at", "solution", "agreed_at", "resample_wanted", "resampled_at")),
        (_("实施与效果"), ("carried_out_at", "work_done", "cost", "returns", "effect_confirmed_at", "effective", "effect")),
        (_("纠正预防与报告"), ("corrective_at", "corrective_action", "prevention", "corrective_owner", "report_sent_at")),
        (_("回访与关闭"), ("followed_up_at", "calls", "recognition", "closed_at")),
    ),
    importable=frozenset({S.CLOSED.value}),
    import_columns=(
        *INTAKE, "coordinated_at", "responded_at", "response", "replied_at", "reply", "identified_at", "finding", "responsibility",
        "contained_at", "containment", "visit_needed_at", "arrived_at", "cause_confirmed_at", "cause", "plan_sent_at", "solution",
        "agreed_at", "carried_out_at", "work_done", "cost", "report_sent_at", "resample_wanted", "resampled_at", "corrective_at",
        "corrective_action", "effect_confirmed_at", "effective", "effect", "followed_up_at", "closed_at", "recurring", "state",
    ),
    owners=("corrective_owner",),
    retention=retention.PRODUCT,
    rail="customers",
    working_date="received_at",
    help=_("任何人都可登记：渠道、谁、说了什么，一分钟以内。时限按“服务时限”计，每一环节何时完成由经手人登记。"),
)  # fmt: skip
PROMISE_FACTS = ("stage", "scope", "amount", "unit", "since", "public", "source")
PROMISE = Process(
    name="complaint.promise",
    model=Promise,
    title=_("服务时限"),
    series="SX-{seq:03d}",
    opens=QUALITY,
    start=Standing.ACTIVE.value,
    final=frozenset({Standing.ENDED.value}),
    asks=("stage", "scope", "amount", "unit", "since", "source"),
    transitions=(end,),
    amendable={Standing.ACTIVE.value: (*PROMISE_FACTS, "site")},
    may_open=("occurred_on", "state", "stage", "scope", "amount", "unit", "since", "public", "provenance"),
    columns=("number", "stage", "scope", "amount", "unit", "since", "public", "source", "state"),
    filters=("state", "stage", "scope"),
    groups=((_("服务时限"), PROMISE_FACTS),),
    importable=frozenset({Standing.ACTIVE.value}),
    import_columns=(*PROMISE_FACTS, "occurred_on"),
    retention=retention.HOUSE,
    rail="customers",
    working_date="",
    confined=True,
    help=_(
        "企业承诺的投诉处理时限。范围最窄的优先；同一环节同一范围有两个不同的时限，两条都显示，直到终止其中一条。"
    ),
)
