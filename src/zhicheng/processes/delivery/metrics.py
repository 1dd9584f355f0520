"""What was delivered: the denominator of complaints per thousand."""

from django.utils.translation import gettext_noop

from zhicheng.metrics.definition import Measure, Metric

SHIPPED = Metric(
    name="shipped_quantity",
    title=("发货数量", "Quantity shipped"),
    unit=gettext_noop("台"),
    type="delivery.shipment",
    states=("shipped",),
    where=(("unit", "is", "台"),),
    form="sum",
    numerator=Measure("sum", "quantity"),
    fact_places=3,
    dimensions=("family", "product_type", "region", "customer_class"),
    source=(
        "本期发货且未作废的数量，按台计的",
        "Units shipped in the period and not voided, counted in pieces (台)",
    ),
)
DELIVERIES = Metric(
    name="deliveries",
    title=("发货次数", "Deliveries"),
    unit=gettext_noop("次"),
    type="delivery.shipment",
    states=("shipped",),
    form="count",
    numerator=Measure(),
    dimensions=("family", "product_type", "region", "customer_class"),
    source=("本期发货且未作废的发货单行数", "Lines of delivery documents of the period that were not voided"),
)
METRICS = (SHIPPED, DELIVERIES)
