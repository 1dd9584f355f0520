"""The figures of complaints."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from zhicheng.metrics.definition import Condition, Defined, Measure, Metric, Quotient
from zhicheng.processes.complaint.models import OURS, Complaint
from zhicheng.processes.complaint.stages import STAGES

S = Complaint.State
COUNTED = tuple(s.value for s in S if s not in (S.VOID, S.DUPLICATE))
DIMENSIONS = ("category", "channel", "severity", "region", "family", "customer_class")

RECEIVED = Metric(
    name="complaints",
    title=("投诉受理数", "Complaints received"),
    unit=gettext_noop("件"),
    type="complaint.complaint",
    states=COUNTED,
    form="count",
    numerator=Measure(),
    dimensions=DIMENSIONS,
    source=(
        "本期接到的投诉，重复登记和作废的除外（T-6.1.3）",
        "Complaints received, without duplicates and void ones",
    ),
)


PER_THOUSAND = Quotient(
    name="complaints_per_thousand",
    title=("投诉率", "Complaint rate"),
    unit="‰",
    numerator="complaints",
    denominator="shipped_quantity",
    scale=1000,
    places=2,
    dimensions=("family", "region", "customer_class"),
    source=(
        "每千台投诉数：本期投诉受理数 ÷ 本期发货台数 × 1000（T-6.1.3）",
        "Complaints per thousand units: received in the period ÷ units shipped in it × 1000",
    ),
)


PER_DELIVERY = Quotient(
    name="complaints_per_delivery",
    title=("客户投诉率", "Complaints per delivery"),
    unit="%",
    numerator="complaints",
    denominator="deliveries",
    scale=100,
    places=2,
    dimensions=("family", "region", "customer_class"),
    source=(
        "本期投诉受理数 ÷ 本期发货次数（J-2.7.2；来源没有写明分母）",
        "Complaints received in the period ÷ deliveries in it (the source does not give the denominator)",
    ),
)


def _counted(name: str, title: tuple[str, str], source: tuple[str, str], *where: Condition) -> Metric:
    return Metric(
        name=name,
        title=title,
        unit=gettext_noop("件"),
        type="complaint.complaint",
        states=COUNTED,
        form="count",
        where=where,
        numerator=Measure(),
        dimensions=DIMENSIONS,
        source=source,
    )


RECURRING = _counted(
    "complaints_recurring",
    ("重复发生的投诉", "Recurring complaints"),
    (
        "同一产品同一问题在规定月数内再次发生的（C-7.10.1）",
        "The same product and problem again within the months of the parameter",
    ),
    ("recurring", "is", True),
)
RESPONSIBLE = _counted(
    "complaints_ours",
    ("属我方责任的投诉", "Complaints that are ours"),
    ("责任在我方、供方或承运方的（T-6.4.5）", "Caused by us, our supplier or our carrier"),
    ("responsibility", "in", sorted(OURS)),
)
CORRECTED = _counted(
    "complaints_corrected",
    ("采取纠正预防措施的投诉", "Complaints with corrective action"),
    ("已组织实施纠正和预防措施的（J-6.2.3）", "Corrective and preventive action is under way"),
    ("corrective_at", "not_null", None),
)
EFFECTIVE = _counted(
    "complaints_effective",
    ("验证有效的投诉", "Complaints whose action proved effective"),
    ("效果已确认且有效的（J-6.2.3、T-6.4.4）", "The effect was confirmed"),
    ("effective", "is", True),
)
CALLED_BACK = _counted(
    "complaints_called_back",
    ("已电话回访的投诉", "Complaints called back"),
    ("处理后电话回访过的（J-6.2.3、T-6.5.1）", "The customer was rung up afterwards"),
    ("followed_up_at", "not_null", None),
)
IN_TIME = Metric(
    name="complaints_accepted_in_time",
    title=("客诉及时受理率", "Complaints accepted in time"),
    unit="%",
    type="complaint.complaint",
    states=COUNTED,
    form="share",
    where=(("accepted_in_time", "in", ["kept", "missed", "disputed"]),),
    numerator=Measure(where=(("accepted_in_time", "is", "kept"),)),
    denominator=Measure(),
    scale=100,
    places=2,
    dimensions=DIMENSIONS,
    failed=("accepted_in_time", "kept"),
    source=(
        "按时回应、答复或核查的 ÷ 有时限且已有结论的（T-6.1.3）",
        "First answered in time ÷ those with a promise and a verdict",
    ),
)
HANDLED = Metric(
    name="complaints_closed",
    title=("投诉处理率", "Complaints closed"),
    unit="%",
    type="complaint.complaint",
    states=COUNTED,
    form="share",
    numerator=Measure(where=(("state", "is", "closed"),)),
    denominator=Measure(),
    scale=100,
    places=2,
    dimensions=DIMENSIONS,
    source=("已关闭的 ÷ 接到的", "Closed ÷ received"),
)
COST = Metric(
    name="complaint_cost",
    title=("投诉处理费用", "Cost of complaints"),
    unit=gettext_noop("元"),
    type="complaint.complaint",
    states=COUNTED,
    form="sum",
    where=(("cost", "not_null", None),),
    numerator=Measure("sum", "cost"),
    fact_places=2,
    places=2,
    dimensions=DIMENSIONS,
    source=("登记了处理费用的投诉的费用之和", "Sum of the costs entered"),
)


def _kept(stage: str, title: str, english: str) -> Metric:
    fact = f"{stage}_kept"
    return Metric(
        name=f"complaint_{stage}_in_time",
        title=(title, english),
        unit="%",
        type="complaint.complaint",
        states=COUNTED,
        form="share",
        where=((fact, "in", ["kept", "missed", "disputed"]),),
        numerator=Measure(where=((fact, "is", "kept"),)),
        denominator=Measure(),
        scale=100,
        places=2,
        dimensions=DIMENSIONS,
        failed=(fact, "kept"),
        source=("按时完成的 ÷ 有时限且已完成的", "Done in time ÷ done where a promise held"),
    )


STAGE_WORDS = {
    "coordinate": ("协调网点及时率", "Office coordinated in time"),
    "respond": ("回应顾客及时率", "Responded in time"),
    "reply": ("明确答复及时率", "Answered in time"),
    "identify": ("识别核查及时率", "Identified in time"),
    "contain": ("遏制及时率", "Contained in time"),
    "visit": ("到达现场及时率", "On site in time"),
    "plan": ("改善方案及时率", "Plan sent in time"),
    "carry_out": ("处理方案实施及时率", "Carried out in time"),
    "report": ("书面报告及时率", "Report sent in time"),
    "resample": ("重新送样及时率", "Samples sent in time"),
    "corrective": ("纠正预防措施及时率", "Corrective action in time"),
    "close": ("关闭及时率", "Closed in time"),
}
METRICS: tuple[Defined, ...] = (
    RECEIVED,
    PER_THOUSAND,
    PER_DELIVERY,
    RECURRING,
    IN_TIME,
    HANDLED,
    COST,
    RESPONSIBLE,
    CORRECTED,
    EFFECTIVE,
    CALLED_BACK,
    *(_kept(s.name, *STAGE_WORDS[s.name]) for s in STAGES),
)
