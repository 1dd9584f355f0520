"""How much was heard."""

from django.utils.translation import gettext_noop

from zhicheng.metrics.definition import Measure, Metric

HEARD = Metric(
    name="customer_findings",
    title=("顾客信息数", "Findings from customers"),
    unit=gettext_noop("项"),
    type="listening.finding",
    states=("recorded", "handled", "noted"),
    form="count",
    numerator=Measure(),
    dimensions=("factor",),
    source=("本期登记的顾客信息（J-4.3.1、T-6.3.1）", "Findings from customers recorded in the period"),
)
METRICS = (HEARD,)
