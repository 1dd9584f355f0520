"""Keeping customers and service offices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhicheng.core import retention
from zhicheng.core.definitions import end
from zhicheng.core.organisation import Standing
from zhicheng.core.process import Likeness, Process, transition
from zhicheng.core.roles import Role
from zhicheng.core.writers import Write
from zhicheng.processes.customer.models import Customer, Office

KEEPERS = frozenset({Role.SALES.value, Role.AFTER_SALES.value, Role.QUALITY_MANAGER.value})
ACTIVE, ENDED = Standing.ACTIVE.value, Standing.ENDED.value


@transition(_("终止往来"), ACTIVE, to=ENDED, roles=KEEPERS, reason=True)
def part(record: Any, by: Write) -> None:
    """The customer no longer buys from us; its service file stays."""


@transition(_("恢复往来"), ENDED, to=ACTIVE, roles=KEEPERS, reason=True)
def return_to_us(record: Any, by: Write) -> None:
    """The customer buys from us again."""


EVERYWHERE = re.compile(
    r"股份有限公司|有限责任公司|有限公司|集团|公司|\b(?:co|ltd|inc|llc|corp)\b\.?|[（(].*?[)）]|[\s.,，。]",
    re.IGNORECASE,
)
"""What many names of firms have in common."""
CORE, HEAD = 2, 4


def like_names(given: Mapping[str, Any], rows: QuerySet[Any]) -> Iterable[tuple[Any, Any]]:
    """Customers whose name holds the distinctive part of this one, or begins like it."""
    name = str(given.get("name") or "")
    core = EVERYWHERE.sub("", name)
    if len(core) < CORE:
        return
    like = Q(name__icontains=core)
    if len(core) > HEAD:
        like |= Q(name__startswith=core[:HEAD])
    for record in rows.filter(like).order_by("name")[:5]:
        yield record, _("名称相同") if record.name == name else _("名称相近")


OFFICE_FACTS = ("name", "region", "address", "hotline", "hours")
OFFICE = Process(
    name="customer.office",
    model=Office,
    title=_("服务网点"),
    series="WD-{seq:03d}",
    opens=KEEPERS,
    start=ACTIVE,
    final=frozenset({ENDED}),
    asks=("name", "region", "hotline"),
    transitions=(end,),
    amendable={ACTIVE: OFFICE_FACTS},
    may_open=("occurred_on", "state", "name", "region", "provenance"),
    columns=("number", "name", "region", "hotline", "hours", "state"),
    filters=("state", "region"),
    search=("number", "name"),
    key=("name",),
    groups=((_("服务网点"), OFFICE_FACTS),),
    importable=frozenset({ACTIVE}),
    import_columns=(*OFFICE_FACTS, "occurred_on"),
    retention=retention.HOUSE,
    rail="customers",
    working_date="",
)
FACTS = ("name", "kind", "customer_class", "region", "product_segment", "sales_channel", "office", "note")
CUSTOMER = Process(
    name="customer.customer",
    model=Customer,
    title=_("顾客"),
    series="KH-{seq:05d}",
    opens=KEEPERS,
    start=ACTIVE,
    asks=("name", "kind", "customer_class", "region"),
    transitions=(part, return_to_us),
    amendable={ACTIVE: (*FACTS, "assessment", "contacts")},
    may_open=("occurred_on", "state", "kind", "customer_class", "region", "provenance"),
    personal=frozenset({"contacts"}),
    columns=("number", "name", "kind", "customer_class", "region", "office", "state"),
    filters=("state", "kind", "customer_class", "region", "office"),
    search=("number", "name"),
    alike=Likeness(("name",), like_names),
    folded=(_("分类评定"),),
    key=("name",),
    groups=((_("顾客"), FACTS), (_("分类评定"), ("assessment",)), (_("联系人"), ("contacts",))),
    importable=frozenset({ACTIVE}),
    import_columns=(*FACTS, "assessment", "contacts", "occurred_on"),
    retention=retention.PRODUCT.ending(ENDED),
    rail="customers",
    working_date="",
    help=_("顾客的服务档案：发货、投诉、三包、回访与调查都指向顾客，在本页的相关记录里查到。"),
)
