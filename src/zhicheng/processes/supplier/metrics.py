"""The figures of suppliers: how many were entered as approved ones, and how many of them are of grade A."""

from django.utils.translation import gettext_noop

from zhicheng.metrics.definition import Measure, Metric
from zhicheng.processes.supplier.models import Supplier

APPROVED = Metric(
    name="suppliers_approved",
    title=("本期登记的合格供方", "Approved suppliers entered"),
    unit=gettext_noop("家"),
    type="supplier.supplier",
    states=(Supplier.State.APPROVED.value,),
    form="count",
    numerator=Measure(),
    dimensions=("grade", "risk_class"),
    source=(
        "登记日期在本期、现为合格供方的家数（T-6.1.1）",
        "Suppliers entered in the period that are approved",
    ),
)
GRADE_A = Metric(
    name="supplier_grade_a",
    title=("A 级供方占比", "Share of grade A suppliers"),
    unit="%",
    type="supplier.supplier",
    states=(Supplier.State.APPROVED.value,),
    form="share",
    numerator=Measure(where=(("grade", "is", "A"),)),
    denominator=Measure(),
    scale=100,
    places=2,
    dimensions=("risk_class",),
    source=(
        "A 级的 ÷ 登记日期在本期的合格供方（T-6.1.1）",
        "Of grade A ÷ approved suppliers entered in the period",
    ),
)
METRICS = (APPROVED, GRADE_A)
