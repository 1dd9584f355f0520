"""Approving a supplier by the risk class of what it supplies; keeping items."""

from django.utils.translation import gettext_lazy as _

from zhicheng.core import retention
from zhicheng.core.definitions import end
from zhicheng.core.organisation import Standing
from zhicheng.core.process import Missing, Process, transition
from zhicheng.core.roles import Role
from zhicheng.core.writers import Write, today_of
from zhicheng.processes.supplier.models import Grade, Item, Supplier

S = Supplier.State
BUYERS = frozenset({Role.PURCHASING.value, Role.QUALITY_MANAGER.value})
QUALITY = frozenset({Role.QUALITY_MANAGER.value, Role.CHIEF_QUALITY_OFFICER.value})


def qualified(supplier: Supplier) -> Missing | None:
    """J-4.2.6: every class needs qualification papers that still hold."""
    if not supplier.qualified_until:
        return Missing(_("尚无资质有效期：A、B、C 类供方都须先登记资质。"), supplier)
    if supplier.qualified_until < today_of(supplier):
        return Missing(_("资质已于 %s 到期：先更新资质。") % supplier.qualified_until, supplier)
    return None


def audited(supplier: Supplier) -> Missing | None:
    """J-4.2.6: class A needs an audit on site; class B a risk analysis that decides."""
    if supplier.risk_class == Grade.A and not supplier.audited_on:
        return Missing(_("A 类物料的供方须有现场审核日期。"), supplier)
    if supplier.risk_class == Grade.B and not (supplier.risk_analysis or supplier.audited_on):
        return Missing(_("B 类物料的供方须有风险分析，由其决定是否现场审核。"), supplier)
    return None


def agreement_signed(supplier: Supplier) -> Missing | None:
    """J-4.2.11: outsourcing suppliers sign the sunshine agreement."""
    if supplier.outsourcing and not supplier.agreement_on:
        return Missing(_("外协供方须先签署采购阳光协议。"), supplier)
    return None


@transition(
    _("批准为合格供方"), S.CANDIDATE, S.SUSPENDED, to=S.APPROVED, roles=QUALITY, asks=("grade",),
    requires=(qualified, audited, agreement_signed), four_eyes=("open",),
)  # fmt: skip
def approve(supplier: Supplier, by: Write) -> None:
    """The supplier's file is complete: lots may be received from it."""


@transition(_("暂停供货"), S.APPROVED, to=S.SUSPENDED, roles=QUALITY, reason=True)
def suspend(supplier: Supplier, by: Write) -> None:
    """No lot may be received until it is approved again."""


@transition(_("终止供方"), S.CANDIDATE, S.APPROVED, S.SUSPENDED, to=S.ENDED, roles=QUALITY, reason=True)
def drop(supplier: Supplier, by: Write) -> None:
    """The supplier leaves the list for good."""


FACTS = (
    "name",
    "grade",
    "risk_class",
    "qualified_until",
    "audited_on",
    "risk_analysis",
    "outsourcing",
    "agreement_on",
)
SUPPLIER = Process(
    name="supplier.supplier",
    model=Supplier,
    title=_("供方"),
    series="GF-{seq:04d}",
    opens=BUYERS,
    start=S.CANDIDATE.value,
    final=frozenset({S.ENDED.value}),
    asks=("name", "risk_class"),
    transitions=(approve, suspend, drop),
    amendable={
        s.value: tuple(f for f in FACTS if f != "grade") for s in (S.CANDIDATE, S.APPROVED, S.SUSPENDED)
    },
    columns=("number", "name", "grade", "risk_class", "qualified_until", "audited_on", "state"),
    filters=("state", "grade", "risk_class"),
    key=("name",),
    search=("number", "name"),
    groups=((_("供方"), FACTS[:3]), (_("资质与审核"), FACTS[3:])),
    may_open=("occurred_on", "state", "grade", "risk_class", "provenance"),
    importable=frozenset({S.APPROVED.value, S.CANDIDATE.value}),
    import_columns=(*FACTS, "occurred_on", "state"),
    retention=retention.PRODUCT,
    rail="suppliers",
    working_date="",
)
ITEM = Process(
    name="supplier.item",
    model=Item,
    title=_("物料"),
    series="WL-{seq:05d}",
    opens=BUYERS,
    start=Standing.ACTIVE.value,
    final=frozenset({Standing.ENDED.value}),
    asks=("code", "name", "purchase_kind", "risk_class", "unit", "ruling"),
    transitions=(end,),
    amendable={
        Standing.ACTIVE.value: (
            "name",
            "risk_class",
            "unit",
            "ruling",
            "aql",
            "level",
            "plan_type",
            "characteristics",
        )
    },
    columns=("number", "code", "name", "purchase_kind", "risk_class", "ruling", "unit", "state"),
    filters=("purchase_kind", "risk_class", "state"),
    key=("code",),
    search=("number", "code", "name"),
    groups=(
        (_("物料"), ("code", "name", "purchase_kind", "risk_class", "unit")),
        (_("检验方式"), ("ruling", "aql", "level", "plan_type")),
        (_("特性"), ("characteristics",)),
    ),
    importable=frozenset({Standing.ACTIVE.value}),
    import_columns=(
        "code",
        "name",
        "purchase_kind",
        "risk_class",
        "unit",
        "ruling",
        "aql",
        "level",
        "plan_type",
        "characteristics",
        "occurred_on",
    ),
    retention=retention.PRODUCT,
    rail="suppliers",
    working_date="",
)
