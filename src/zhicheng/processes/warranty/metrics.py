"""The figures of warranty: claims, what they cost, how many were covered."""

from django.utils.translation import gettext_noop

from zhicheng.metrics.definition import Measure, Metric
from zhicheng.processes.warranty.models import Claim

COUNTED = tuple(s.value for s in Claim.State if s != Claim.State.VOID)
DECIDED = ("decided", "carried_out", "closed")

CLAIMS = Metric(
    name="warranty_claims",
    title=("三包报修数", "Warranty claims"),
    unit=gettext_noop("件"),
    type="warranty.claim",
    states=COUNTED,
    form="count",
    numerator=Measure(),
    dimensions=("decision", "family", "product_type", "region"),
    source=(
        "本期报修的三包记录，作废的除外（X-5.3.1 至 X-5.3.4）",
        "Claims reported in the period, void ones excepted",
    ),
)
COVERED = Metric(
    name="warranty_covered",
    title=("三包内处理率", "Claims covered by warranty"),
    unit="%",
    type="warranty.claim",
    states=DECIDED,
    form="share",
    numerator=Measure(where=(("decision", "in", ["refund", "replacement", "repair"]),)),
    denominator=Measure(),
    scale=100,
    places=2,
    dimensions=("family", "region"),
    source=("决定退货、更换或免费维修的 ÷ 已决定的", "Refunded, replaced or repaired free ÷ decided"),
)
COST = Metric(
    name="warranty_cost",
    title=("三包费用", "Cost of warranty"),
    unit=gettext_noop("元"),
    type="warranty.claim",
    states=("carried_out", "closed"),
    where=(("cost", "not_null", None),),
    form="sum",
    numerator=Measure("sum", "cost"),
    fact_places=2,
    places=2,
    dimensions=("decision", "family"),
    source=("已执行的三包记录所写的费用之和", "Sum of the costs stated when claims were carried out"),
)
METRICS = (CLAIMS, COVERED, COST)
