"""The figures of inspection: incoming acceptance, first pass, outgoing."""

from zhicheng.metrics.definition import Measure, Metric
from zhicheng.processes.inspection.models import Batch, Lot

UNINSPECTED = (Lot.State.RECEIVED, Lot.State.SKIPPED, Lot.State.RELEASED_SKIPPED)
"""Lots without a verdict: a skipped one is in no figure of what was accepted."""
DECIDED = tuple(s.value for s in Lot.State if s not in (*UNINSPECTED, Lot.State.VOID))

INCOMING = Metric(
    name="incoming_acceptance",
    title=("进货检验批合格率", "Incoming lot acceptance"),
    unit="%",
    type="inspection.lot",
    states=DECIDED,
    where=(("submission", "is", 1), ("first_verdict", "not_null", None)),
    form="share",
    numerator=Measure(where=(("first_verdict", "is", "accepted"),)),
    denominator=Measure(),
    scale=100,
    places=2,
    dimensions=("purchase_kind",),
    failed=("first_verdict", "accepted"),
    source=(
        "首次提交批的首次检验接收批数 ÷ 首次检验批数（X-5.1.1）",
        "Lots accepted at first inspection ÷ lots inspected",
    ),
)
FIRST_PASS = Metric(
    name="first_pass",
    title=("成品一次检验合格率", "First-pass rate"),
    unit="%",
    type="inspection.batch",
    states=(Batch.State.JUDGED.value, Batch.State.RELEASED.value),
    where=(("submission", "is", 1),),
    form="share",
    numerator=Measure("sum", "accepted_first"),
    denominator=Measure("sum", "presented"),
    scale=100,
    places=2,
    dimensions=("family", "product_type"),
    source=(
        "首次送检首次结论合格台数 ÷ 首次检验台数（X-5.1.2）；返工、让步不计为合格",
        "Units accepted at first verdict ÷ units presented",
    ),
)
OUTGOING = Metric(
    name="outgoing",
    title=("出厂合格率", "Outgoing conformity"),
    unit="%",
    type="inspection.batch",
    placed_by="released_on",
    states=(Batch.State.RELEASED.value,),
    form="share",
    numerator=Measure("sum", "released_conforming"),
    denominator=Measure("sum", "released"),
    scale=100,
    places=2,
    dimensions=("family",),
    source=(
        "放行合格台数 ÷ 放行台数（X-5.1.3）；与一次合格率分开",
        "Conforming units released ÷ units released",
    ),
)
METRICS = (INCOMING, FIRST_PASS, OUTGOING)
