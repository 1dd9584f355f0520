"""Registers of channels and needs; findings handled or filed; negotiations settled or not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core import retention
from zhicheng.core.definitions import end
from zhicheng.core.organisation import Standing
from zhicheng.core.process import Process, transition
from zhicheng.core.roles import Role
from zhicheng.core.writers import Write
from zhicheng.processes.listening.models import Channel, Finding, Need, Negotiation

ACTIVE, ENDED = Standing.ACTIVE.value, Standing.ENDED.value
LISTENERS = frozenset({Role.SALES.value, Role.AFTER_SALES.value, Role.QUALITY_MANAGER.value})
LEADING = LISTENERS | {Role.GENERAL_MANAGER.value, Role.DEPARTMENT_HEAD.value}
F, N = Finding.State, Negotiation.State

CHANNEL_FACTS = ("method", "way", "target", "purpose", "frequency", "department")
CHANNEL = Process(
    name="listening.channel",
    model=Channel,
    title=_("了解顾客的渠道"),
    series="QD-{seq:03d}",
    opens=LISTENERS,
    start=ACTIVE,
    final=frozenset({ENDED}),
    asks=("method", "target", "purpose", "frequency"),
    transitions=(end,),
    amendable={ACTIVE: (*CHANNEL_FACTS, "evaluations")},
    may_open=("occurred_on", "state", "method", "way", "target", "purpose", "frequency", "provenance"),
    columns=("number", *CHANNEL_FACTS, "state"),
    filters=("state", "department"),
    search=("number", "method", "way"),
    key=("method", "way", "target"),
    groups=((_("了解顾客的渠道"), CHANNEL_FACTS), (_("年度评价"), ("evaluations",))),
    importable=frozenset({ACTIVE}),
    import_columns=(*CHANNEL_FACTS, "occurred_on"),
    retention=retention.HOUSE,
    rail="customers",
    working_date="",
    help=_("每次走访、会议、电话了解到的情况登记为顾客信息，在本页的相关记录里查到。"),
)


@transition(_("写明处理情况"), F.RECORDED, to=F.HANDLED, roles=LEADING, asks=("action",))
def handle(finding: Finding, by: Write) -> None:
    """Something was done about it: say what, and who was told."""


@transition(_("存档"), F.RECORDED, to=F.NOTED, roles=LEADING, reason=True)
def file_away(finding: Finding, by: Write) -> None:
    """Nothing needs to be done; it is kept for the next planning."""


FOUND = ("channel", "customer", "factor", "learned", "person", "department")
FINDING = Process(
    name="listening.finding",
    model=Finding,
    title=_("顾客信息"),
    series="XX-{year}-{seq:04d}",
    opens=LEADING,
    start=F.RECORDED.value,
    final=frozenset({F.HANDLED.value, F.NOTED.value}),
    asks=("channel", "learned", "occurred_on"),
    transitions=(handle, file_away),
    amends=LISTENERS,
    amendable={F.RECORDED.value: FOUND},
    may_open=("occurred_on", "state", "factor", "provenance"),
    columns=("number", "occurred_on", "channel", "customer", "factor", "department", "state"),
    filters=("state", "channel", "customer", "factor", "occurred_on"),
    search=("number",),
    groups=((_("顾客信息"), FOUND), (_("处理"), ("action",))),
    retention=retention.HOUSE,
    rail="customers",
)
NEED_FACTS = ("segment", "kind", "customer_class", "needs", "factors", "used_in")
NEED = Process(
    name="listening.need",
    model=Need,
    title=_("需求与期望"),
    series="XQ-{seq:03d}",
    opens=LISTENERS,
    start=ACTIVE,
    final=frozenset({ENDED}),
    asks=("segment", "needs"),
    transitions=(end,),
    amendable={ACTIVE: NEED_FACTS},
    may_open=("occurred_on", "state", "segment", "customer_class", "provenance"),
    columns=("number", "segment", "customer_class", "kind", "used_in", "state"),
    filters=("state", "customer_class", "kind"),
    search=("number", "segment"),
    key=("segment",),
    groups=((_("需求与期望"), NEED_FACTS),),
    importable=frozenset({ACTIVE}),
    import_columns=(*NEED_FACTS, "occurred_on"),
    retention=retention.HOUSE,
    rail="customers",
    working_date="",
    help=_("按顾客群登记需求与期望，并写明用于哪一项策划、设计或控制。"),
)


@transition(_("达成一致"), N.OPEN, to=N.SETTLED, roles=LEADING, asks=("offer", "outcome"))
def settle(negotiation: Negotiation, by: Write) -> None:
    """Customer and house agree on something that we can do."""


@transition(_("没有达成"), N.OPEN, to=N.DECLINED, roles=LEADING, asks=("outcome",))
def decline(negotiation: Negotiation, by: Write) -> None:
    """Nothing is promised that we cannot do."""


TALKED = ("customer", "requirement", "limit", "offer", "department")
NEGOTIATION = Process(
    name="listening.negotiation",
    model=Negotiation,
    title=pgettext_lazy("process", "要求协商"),
    series="XS-{year}-{seq:03d}",
    opens=LEADING,
    start=N.OPEN.value,
    final=frozenset({N.SETTLED.value, N.DECLINED.value}),
    asks=("customer", "requirement", "limit", "occurred_on"),
    transitions=(settle, decline),
    amendable={N.OPEN.value: TALKED},
    may_open=("occurred_on", "state", "provenance"),
    columns=("number", "occurred_on", "customer", "department", "state"),
    filters=("state", "customer", "occurred_on"),
    search=("number",),
    groups=((pgettext_lazy("process", "要求协商"), (*TALKED, "outcome")),),
    retention=retention.HOUSE,
    rail="customers",
    help=_("顾客的要求超出我方能力的，先沟通化解，再签约。"),
)
LISTENING = (CHANNEL, FINDING, NEED, NEGOTIATION)
