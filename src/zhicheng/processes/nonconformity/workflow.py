"""From found to closed: mark and isolate, decide, work, re-inspect, verify, close."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhicheng.core import retention
from zhicheng.core.process import Clock, Likeness, Missing, ParameterSpec, Process, transition
from zhicheng.core.roles import Role
from zhicheng.core.writers import Write
from zhicheng.processes.nonconformity.models import Disposition, Nonconformity

S = Nonconformity.State
FINDERS = frozenset(
    r.value
    for r in (Role.INSPECTOR, Role.QUALITY_MANAGER, Role.PRODUCTION, Role.DEPARTMENT_HEAD, Role.PURCHASING)
)
QUALITY = frozenset({Role.QUALITY_MANAGER.value, Role.CHIEF_QUALITY_OFFICER.value})
WORKERS = frozenset({Role.PRODUCTION.value, Role.PURCHASING.value, Role.DEPARTMENT_HEAD.value})
WORKED = (Disposition.REWORK, Disposition.REPAIR, Disposition.SORT)


def not_a_concession(nc: Nonconformity) -> Missing | None:
    """A concession is signed: it has a step of its own."""
    if nc.disposition == Disposition.CONCESSION:
        return Missing(_("让步接收须由质量负责人签署：请用“让步接收”这一步。"))
    return None


def to_be_worked(nc: Nonconformity) -> Missing | None:
    """Only rework, repair and sorting are carried out and re-inspected."""
    if nc.disposition in WORKED:
        return None
    return Missing(_("处置为“%s”，不需要返工、返修或挑选。") % nc.get_disposition_display())


def needs_no_work(nc: Nonconformity) -> Missing | None:
    """J-3.2.5: what is reworked, repaired or sorted must be re-inspected before it is closed."""
    if nc.disposition in WORKED:
        return Missing(_("处置为“%s”：须先完成并复检合格。") % nc.get_disposition_display(), nc)
    return None


def all_reinspected(nc: Nonconformity) -> Missing | None:
    """Sorting may leave a rest; rework and repair must present the whole quantity again."""
    if nc.disposition != Disposition.SORT and nc.reinspected != nc.quantity:
        return Missing(_("须复检全部 %(q)s %(u)s。") % {"q": nc.quantity, "u": nc.unit})
    return None


@transition(_("标识隔离"), S.OPEN, to=S.CONTAINED, roles=FINDERS, asks=("containment",))
def contain(nc: Nonconformity, by: Write) -> None:
    """Mark and isolate it so that nobody uses it before the decision."""


@transition(
    _("处置"), S.CONTAINED, to=S.DISPOSED, roles=QUALITY, asks=("disposition", "disposition_reason", "responsible"),
    optional=("responsible",), checks=(not_a_concession,), reason=False,
)  # fmt: skip
def dispose(nc: Nonconformity, by: Write) -> None:
    """Decide what is done with it; the quality department has the last word (X-2.1.2)."""


@transition(
    _("让步接收"), S.CONTAINED, to=S.DISPOSED, roles=QUALITY, asks=("disposition_reason",), four_eyes=("open",),
    meaning=_("批准让步接收"),
)  # fmt: skip
def concede(nc: Nonconformity, by: Write) -> None:
    """Accept it although it does not conform: signed, with the reason; it never counts as accepted."""
    nc.disposition = Disposition.CONCESSION


@transition(
    _("完成返工返修"), S.DISPOSED, to=S.REWORKED, roles=WORKERS, asks=("work_done",), requires=(to_be_worked,)
)
def rework(nc: Nonconformity, by: Write) -> None:
    """The work is done: it goes back to inspection."""


@transition(
    _("复检"), S.REWORKED, roles={Role.INSPECTOR.value}, asks=("reinspected", "reinspected_conforming"),
    checks=(all_reinspected,), four_eyes=("rework",),
)  # fmt: skip
def reinspect(nc: Nonconformity, by: Write) -> None:
    """Inspect again; what fails goes back to the decision."""
    passed = nc.reinspected == nc.reinspected_conforming or nc.disposition == Disposition.SORT
    nc.state = S.VERIFIED if passed else S.CONTAINED


@transition(
    _("处置已执行"),
    S.DISPOSED,
    to=S.VERIFIED,
    roles=WORKERS | QUALITY,
    asks=("work_done",),
    requires=(needs_no_work,),
)
def carry_out(nc: Nonconformity, by: Write) -> None:
    """Scrapped, returned, regraded or used under concession: say what was done and where it went."""


@transition(_("关闭"), S.VERIFIED, to=S.CLOSED, roles=QUALITY, asks=("cause", "effect"))
def close(nc: Nonconformity, by: Write) -> None:
    """Close with the cause and how the effect was verified (J-3.2.6)."""


@transition(
    _("作废"), S.OPEN, S.CONTAINED, to=S.VOID, roles=QUALITY, reason=True, four_eyes=("open", "contain")
)
def void(nc: Nonconformity, by: Write) -> None:
    """It was opened in error; it stays in the log and counts as withdrawn."""


FOUND = (
    "source",
    "subject_number",
    "product",
    "batch",
    "defect_code",
    "description",
    "severity",
    "quantity",
    "unit",
    "found_by_customer",
)


def same_product(given: Mapping[str, Any], rows: QuerySet[Any]) -> Iterable[tuple[Any, Any]]:
    """What is still open of the same product, of the same batch or with the same defect."""
    same = Q()
    for name in ("batch", "defect_code"):
        if value := given.get(name):
            same |= Q(**{name: value})
    if not same or not given.get("product"):
        return
    rows = rows.filter(
        same, product=given["product"], state__in=[s for s in S if s not in (S.CLOSED, S.VOID)]
    )
    for record in rows.order_by("-k")[:5]:
        batch = given.get("batch") and record.batch == given["batch"]
        yield record, _("同批未关闭") if batch else _("同一缺陷未关闭")


NONCONFORMITY = Process(
    name="nonconformity.nonconformity",
    model=Nonconformity,
    title=_("不合格品"),
    series="BHG-{year}-{seq:04d}",
    opens=FINDERS,
    start=S.OPEN.value,
    final=frozenset({S.CLOSED.value, S.VOID.value}),
    asks=("source", "product", "description", "quantity", "occurred_on"),
    transitions=(contain, dispose, concede, rework, reinspect, carry_out, close, void),
    amends=FINDERS,
    amendable={S.OPEN.value: FOUND, S.CONTAINED.value: ("description", "severity", "defect_code")},
    clocks=(
        Clock("containment", _("标识隔离"), "open", frozenset({"contain", "void"}), "nonconformity.containment_hours"),
        Clock(
            "disposition", _("处置"), "contain", frozenset({"dispose", "concede", "void"}),
            "nonconformity.disposition_days", working_time=True,
        ),
    ),
    parameters=(
        ParameterSpec("nonconformity.containment_hours", _("不合格品标识隔离时限"), 2, int, _("小时")),
        ParameterSpec("nonconformity.disposition_days", _("不合格品处置时限"), 1, int, _("工作日")),
    ),
    may_open=("occurred_on", "state", "source", "severity", "disposition", "provenance", "found_by_customer"),
    columns=("number", "occurred_on", "source", "product", "quantity", "severity", "disposition", "state"),
    filters=("state", "source", "severity", "disposition", "occurred_on"),
    search=("number", "product", "batch", "subject_number"),
    alike=Likeness(("product", "batch", "defect_code"), same_product),
    groups=(
        (_("发现"), (*FOUND, "rule")),
        (_("隔离与处置"), ("containment", "disposition", "disposition_reason", "responsible")),
        (_("复检与关闭"), ("work_done", "reinspected", "reinspected_conforming", "cause", "effect")),
    ),
    importable=frozenset({S.CLOSED.value}),
    import_columns=(*FOUND, "disposition", "occurred_on", "state"),
    retention=retention.PRODUCT,
    rail="nonconformity",
)  # fmt: skip
