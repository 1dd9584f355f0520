"""Entering shipments; voiding one entered in error."""

from django.utils.translation import gettext_lazy as _

from zhicheng.core import retention
from zhicheng.core.process import Process, transition
from zhicheng.core.roles import Role
from zhicheng.core.writers import Write
from zhicheng.processes.delivery.models import Shipment

S = Shipment.State
SHIPPERS = frozenset({Role.SALES.value, Role.AFTER_SALES.value, Role.PRODUCTION.value})


@transition(_("作废"), S.SHIPPED, to=S.VOID, roles=SHIPPERS | {Role.QUALITY_MANAGER.value}, reason=True)
def void(shipment: Shipment, by: Write) -> None:
    """It was entered in error; it stays in the log, and its serial numbers lead nowhere."""


FACTS = (
    "document",
    "line",
    "customer",
    "product",
    "batch",
    "quantity",
    "unit",
    "serial_numbers",
    "terms",
    "note",
)
SHIPMENT = Process(
    name="delivery.shipment",
    model=Shipment,
    title=_("发货"),
    series="FH-{year}-{seq:06d}",
    opens=SHIPPERS,
    start=S.SHIPPED.value,
    final=frozenset({S.VOID.value}),
    asks=("document", "line", "customer", "product", "quantity", "unit", "occurred_on"),
    transitions=(void,),
    amendable={S.SHIPPED.value: (*FACTS[2:], "occurred_on")},
    may_open=(
        "occurred_on", "state", "quantity", "unit", "region", "customer_class", "product_type", "family", "provenance",
    ),
    columns=(
        "number", "occurred_on", "document", "line", "customer", "product", "batch", "quantity", "unit", "state",
    ),
    filters=("state", "customer", "product", "region", "family", "occurred_on"),
    search=("number", "document", "batch"),
    key=("document", "line"),
    groups=(
        (_("发货"), FACTS[:7]),
        (_("出厂编号与三包"), ("serial_numbers", "terms", "note")),
        (_("归类"), ("region", "customer_class", "product_type", "family")),
    ),
    importable=frozenset({S.SHIPPED.value}),
    import_columns=(*FACTS, "occurred_on"),
    retention=retention.PRODUCT.ending(S.SHIPPED, S.VOID),
    rail="customers",
    help=_("三包期自发货日期起算。登记了出厂编号的，报修时输入编号即可查到顾客与发货日期；登记了批号的，发现问题时可查到同批的其他顾客。"),
)  # fmt: skip
