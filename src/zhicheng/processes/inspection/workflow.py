"""Receive, judge, release; veto; urgent release. A rejected lot opens its nonconformity."""

import datetime as dt
from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhicheng.core import parameters, retention
from zhicheng.core.definitions import end
from zhicheng.core.language import listed, recorded
from zhicheng.core.organisation import Standing
from zhicheng.core.process import Missing, ParameterSpec, Process, transition
from zhicheng.core.roles import Role
from zhicheng.core.writers import Write
from zhicheng.processes.inspection.charting import chart_measurements, chart_units
from zhicheng.processes.inspection.models import (
    CONCEDED,
    Batch,
    Lot,
    ProductType,
    UrgentRelease,
    Verdict,
    final,
)
from zhicheng.processes.inspection.sampling import count_to_series, follow_plan, propose, sampling_goes_on
from zhicheng.processes.inspection.skipping import inspect_after_all, receive, still_skipping
from zhicheng.processes.nonconformity.models import Disposition, Nonconformity
from zhicheng.processes.nonconformity.workflow import NONCONFORMITY
from zhicheng.processes.supplier.models import Supplier

L, B, U = Lot.State, Batch.State, UrgentRelease.State
INSPECTORS = frozenset({Role.INSPECTOR.value})
RECEIVERS = frozenset({Role.INSPECTOR.value, Role.PURCHASING.value, Role.QUALITY_MANAGER.value})
PRESENTERS = frozenset({Role.PRODUCTION.value, Role.QUALITY_MANAGER.value})
QUALITY = frozenset({Role.QUALITY_MANAGER.value, Role.CHIEF_QUALITY_OFFICER.value})
OFFICER = frozenset({Role.CHIEF_QUALITY_OFFICER.value})
RELEASERS = frozenset(
    {Role.CHIEF_QUALITY_OFFICER.value, Role.GENERAL_MANAGER.value, Role.RELEASE_AUTHORITY.value}
)
AT_ONCE = dt.timedelta(minutes=5)


def from_approved_supplier(lot: Lot) -> Missing | None:
    """J-4.2.7: receiving is blocked unless the supplier is approved and its qualification holds on the day of receipt."""
    until = lot.supplier.qualified_until
    if until and until < lot.occurred_on:
        return Missing(
            _("供方“%(n)s”的资质已于 %(d)s 到期，不能接收来货。") % {"n": lot.supplier.name, "d": until},
            lot.supplier,
        )
    if lot.supplier.state == Supplier.State.APPROVED:
        return None
    return Missing(_("供方“%s”不是合格供方，不能接收来货。") % lot.supplier.name, lot.supplier)


def not_vetoed(record: Lot | Batch) -> Missing | None:
    """J-3.1.7: a veto of the chief quality officer blocks release and shipping until it is lifted."""
    return Missing(_("首席质量官已一票否决：解除前不能放行。"), record) if record.vetoed else None


def vetoed(record: Lot | Batch) -> Missing | None:
    """Only a veto that stands can be lifted."""
    return None if record.vetoed else Missing(_("没有一票否决，无须解除。"), record)


def disposed(lot: Lot) -> Missing | None:
    """A rejected lot leaves only by the closed disposition of its nonconformity."""
    nc = lot.nonconformity
    if nc is None:
        return Missing(_("没有对应的不合格品记录。"), lot)
    if nc.state in (Nonconformity.State.CLOSED, Nonconformity.State.VERIFIED):
        return None
    return Missing(_("不合格品 %(n)s 尚在“%(s)s”：先完成处置。") % {"n": nc.number, "s": nc.state_label}, nc)


def no_open_nonconformity(batch: Batch) -> Missing | None:
    """The nonconformity that a rule opened on this batch must be settled first."""
    nc = batch.nonconformity
    if nc is None or nc.state in (
        Nonconformity.State.CLOSED,
        Nonconformity.State.VERIFIED,
        Nonconformity.State.VOID,
    ):
        return None
    return Missing(_("不合格品 %(n)s 尚在“%(s)s”：先完成处置。") % {"n": nc.number, "s": nc.state_label}, nc)


def no_unit_left_rejected(batch: Batch) -> Missing | None:
    """X-5.2.2: a unit that failed and was not re-inspected never leaves; scrapped units are taken out by their row."""
    left = [u["serial"] for u in batch.units if u["verdict"] == Verdict.REJECTED and not u.get("reverdict")]
    if left:
        return Missing(
            _("%(n)s 台首次不合格尚未返工复检（如 %(s)s）：不能放行。") % {"n": len(left), "s": left[0]},
            batch,
        )
    return None


def judged(batch: Batch) -> Missing | None:
    """J-3.2.4: nothing moves on uninspected."""
    return None if batch.units else Missing(_("尚未检验，不能放行。"), batch)


def uninspected(urgent: UrgentRelease) -> Missing | None:
    """Urgent release is for material not yet inspected: never for a failed or vetoed lot."""
    lot = urgent.lot
    if lot.vetoed:
        return Missing(_("该批已被一票否决，不能紧急放行。"), lot)
    if lot.state != L.RECEIVED:
        return Missing(_("只有待检的来料可以紧急放行，该批为“%s”。") % lot.state_label, lot)
    return None


def lot_decided(urgent: UrgentRelease) -> Missing | None:
    """An urgent release is closed when the lot's verdict is known."""
    if urgent.lot.state == L.RECEIVED:
        return Missing(_("该批尚未检验：先补检再闭环。"), urgent.lot)
    return None


@transition(
    _("检验判定"), L.RECEIVED, roles=INSPECTORS,
    asks=("sample_size", "nonconforming", "defects", "samples", "verdict", "measurements", "defect_code", "note"),
    optional=("sample_size", "nonconforming", "defects", "samples", "verdict", "measurements", "defect_code", "note"),
    requires=(not_vetoed, sampling_goes_on),
)  # fmt: skip
def judge(lot: Lot, by: Write) -> None:
    """Give the verdict, which follows from the counts where there is a sampling plan; a lot that is not accepted, or fails a
    critical characteristic, opens its nonconformity."""
    lot.inspector = by.person
    lot.judged_at_once = by.at - lot.opened_at < AT_ONCE
    follow_plan(lot)
    critical = _measured(lot)
    if critical:
        lot.verdict = Verdict.REJECTED
    if lot.verdict == Verdict.REJECTED:
        nc: Any = by.open(
            NONCONFORMITY,
            source=Nonconformity.Source.INCOMING,
            subject=f"{LOT.name}/{lot.k}",
            subject_number=lot.number,
            product=lot.item.title,
            defect_code=lot.defect_code,
            description=lot.note or recorded(_("进货检验不接收")),
            severity=Nonconformity.Severity.CRITICAL if critical else Nonconformity.Severity.MAJOR,
            quantity=lot.quantity,
            unit=lot.unit,
            rule="critical_characteristic" if critical else "lot_rejected",
        )
        lot.nonconformity = nc
    count_to_series(lot, by)
    chart_measurements(lot, by)


def _measured(lot: Lot) -> bool:
    """Judge each measured value against the item's limits; True if a critical one fails."""
    limits = {c["name"]: c for c in lot.item.characteristics}
    failed = False
    for row in lot.measurements:
        limit = limits.get(row["characteristic"])
        if limit is None:
            continue
        low, high = limit["lower"], limit["upper"]
        row["conforms"] = (low is None or row["value"] >= low) and (high is None or row["value"] <= high)
        failed = failed or bool(limit["critical"] and not row["conforms"])
    return failed


@transition(
    _("放行入库"),
    L.ACCEPTED,
    to=L.RELEASED,
    roles=INSPECTORS | QUALITY,
    requires=(not_vetoed,),
    meaning=_("放行"),
)
def release(lot: Lot, by: Write) -> None:
    """Accepted material goes to the store."""


@transition(
    _("跳批放行"), L.SKIPPED, to=L.RELEASED_SKIPPED, roles=INSPECTORS | QUALITY, requires=(not_vetoed, still_skipping), meaning=_("跳批放行"),
)  # fmt: skip
def release_skipped(lot: Lot, by: Write) -> None:
    """Material of a lot that skip-lot sampling let pass goes to the store: not inspected, and counted nowhere as accepted."""


@transition(_("改为检验"), L.SKIPPED, roles=INSPECTORS | QUALITY, reason=True)
def inspect_skipped(lot: Lot, by: Write) -> None:
    """Anybody who sees a reason may have the lot inspected; nobody may have a drawn one skipped."""
    inspect_after_all(lot, by)


@transition(_("按处置办结"), L.REJECTED, roles=RECEIVERS, requires=(disposed, not_vetoed))
def settle(lot: Lot, by: Write) -> None:
    """The lot goes the way its nonconformity was disposed."""
    nc = lot.nonconformity
    ways = {
        Disposition.CONCESSION: L.CONCEDED, Disposition.SORT: L.SORTED, Disposition.RETURN: L.RETURNED,
        Disposition.SCRAP: L.SCRAPPED,
    }  # fmt: skip
    lot.state = ways.get(nc.disposition, L.RELEASED) if nc else L.RETURNED  # type: ignore[call-overload]


@transition(
    _("一票否决"), L.RECEIVED, L.SKIPPED, L.ACCEPTED, L.REJECTED, roles=OFFICER, requires=(not_vetoed,), reason=True,
    meaning=_("否决"),
)  # fmt: skip
def veto(lot: Lot, by: Write) -> None:
    """The chief quality officer blocks every release of this lot, with the reason."""
    lot.vetoed = True


@transition(
    _("解除否决"),
    L.RECEIVED,
    L.SKIPPED,
    L.ACCEPTED,
    L.REJECTED,
    roles=OFFICER,
    requires=(vetoed,),
    reason=True,
    meaning=_("解除否决"),
)
def lift_veto(lot: Lot, by: Write) -> None:
    """The veto ends, with the reason."""
    lot.vetoed = False


@transition(
    _("作废"),
    L.RECEIVED,
    L.SKIPPED,
    L.ACCEPTED,
    L.REJECTED,
    to=L.VOID,
    roles=QUALITY,
    reason=True,
    four_eyes=("open", "judge"),
)
def void(lot: Lot, by: Write) -> None:
    """Registered in error: stays in the log and counts as withdrawn."""


@transition(
    _("检验判定"),
    B.PRESENTED,
    to=B.JUDGED,
    roles=INSPECTORS,
    asks=("units",),
    requires=(not_vetoed,),
    four_eyes=("open",),
)
def judge_units(batch: Batch, by: Write) -> None:
    """The first verdict of each unit; several units with one defect in a shift open a nonconformity by rule."""
    batch.inspector = by.person
    batch.judged_at_once = by.at - batch.opened_at < AT_ONCE
    limit = parameters.value("inspection.defects_per_shift", batch.site_id)
    counts = Counter(u["defect"] for u in batch.units if u["verdict"] == Verdict.REJECTED and u["defect"])
    defect, n = counts.most_common(1)[0] if counts else ("", 0)
    if n >= limit:
        nc: Any = by.open(
            NONCONFORMITY,
            source=Nonconformity.Source.FINISHED,
            subject=f"{BATCH.name}/{batch.k}",
            subject_number=batch.number,
            product=batch.product.name,
            defect_code=defect,
            description=recorded(_("同一班次同一缺陷 %(n)s 台（规则：%(m)s 台及以上）"))
            % {"n": n, "m": limit},
            quantity=n,
            unit="台",
            rule="defects_per_shift",
        )
        batch.nonconformity = nc
    chart_units(batch, by)


@transition(_("返工复检"), B.JUDGED, to=B.JUDGED, roles=INSPECTORS, asks=("units",))
def reinspect_units(batch: Batch, by: Write) -> None:
    """Write rework and second verdict into the rows of the units; first verdicts and counts stay."""
    fixed = ("serial", "verdict", "defect")
    before = [[u.get(n) for n in fixed] for u in by.before["units"]]
    if before != [[u.get(n) for n in fixed] for u in batch.units]:
        raise ValidationError({"units": _("复检只能填写返工与复检结论：编号、首次结论与缺陷不能再改。")})


@transition(
    _("放行出厂"), B.JUDGED, to=B.RELEASED, roles=INSPECTORS | QUALITY, asks=("released_on",),
    requires=(judged, not_vetoed, no_unit_left_rejected, no_open_nonconformity), meaning=_("放行"),
)  # fmt: skip
def ship(batch: Batch, by: Write) -> None:
    """Conforming units leave the works."""
    batch.count_release()


@transition(_("出厂后发现不合格"), B.RELEASED, to=B.RELEASED, roles=QUALITY, asks=("returned",), reason=True)
def found_after_release(batch: Batch, by: Write) -> None:
    """A unit that left the works turns out not to conform: the count of conforming units falls, a nonconformity is opened."""
    before = [row["serial"] for row in by.before["returned"] or []]
    serials = [row["serial"] for row in batch.returned]
    left = {u["serial"] for u in batch.units if final(u) in (Verdict.ACCEPTED, CONCEDED)}
    if strange := sorted(set(serials) - left):
        raise ValidationError({"returned": _("本批没有放行过编号为%s的台。") % listed(strange[:5])})
    if len(set(serials)) < len(serials) or set(before) - set(serials):
        raise ValidationError(
            {"returned": _("每台写一行，已登记的不能删去：属误报的，在不合格品中作废并写明。")}
        )
    found = [serial for serial in serials if serial not in before]
    if not found:
        raise ValidationError({"returned": _("请加上这次发现不合格的台的编号。")})
    batch.count_release()
    by.open(
        NONCONFORMITY,
        source=Nonconformity.Source.DELIVERY,
        subject=f"{BATCH.name}/{batch.k}",
        subject_number=batch.number,
        product=batch.product.name,
        description=(recorded(_("出厂后发现不合格：%s")) % "、".join(found))[:1000],
        quantity=len(found),
        unit="台",
        found_by_customer=True,
    )


@transition(
    _("一票否决"),
    B.PRESENTED,
    B.JUDGED,
    roles=OFFICER,
    requires=(not_vetoed,),
    reason=True,
    meaning=_("否决"),
)
def veto_batch(batch: Batch, by: Write) -> None:
    """The chief quality officer blocks the release of this batch, with the reason."""
    batch.vetoed = True


@transition(
    _("解除否决"),
    B.PRESENTED,
    B.JUDGED,
    roles=OFFICER,
    requires=(vetoed,),
    reason=True,
    meaning=_("解除否决"),
)
def lift_veto_batch(batch: Batch, by: Write) -> None:
    """The veto ends, with the reason."""
    batch.vetoed = False


@transition(
    _("作废"), B.PRESENTED, B.JUDGED, to=B.VOID, roles=QUALITY, reason=True, four_eyes=("open", "judge_units")
)
def void_batch(batch: Batch, by: Write) -> None:
    """Presented in error: stays in the log and counts as withdrawn."""


@transition(
    _("批准紧急放行"),
    U.REQUESTED,
    to=U.GRANTED,
    roles=RELEASERS,
    requires=(uninspected,),
    four_eyes=("open",),
    meaning=_("批准紧急放行"),
)
def grant(urgent: UrgentRelease, by: Write) -> None:
    """A named authority lets uninspected material into production; it stays on the list until closed."""


@transition(_("不批准"), U.REQUESTED, to=U.REFUSED, roles=RELEASERS, reason=True)
def refuse(urgent: UrgentRelease, by: Write) -> None:
    """The material waits for its inspection."""


@transition(
    _("闭环"),
    U.GRANTED,
    to=U.CLOSED,
    roles=INSPECTORS | QUALITY,
    asks=("follow_up",),
    requires=(lot_decided,),
)
def close_urgent(urgent: UrgentRelease, by: Write) -> None:
    """The lot's verdict is known and the marked units were followed up."""


LOT_GIVEN = ("supplier", "document", "line", "item", "quantity", "unit", "occurred_on")
LOT = Process(
    name="inspection.lot",
    model=Lot,
    title=_("进货检验批"),
    series="LL-{year}-{seq:05d}",
    opens=RECEIVERS,
    opened=receive,
    amended=propose,
    start=L.RECEIVED.value,
    final=frozenset(s.value for s in (L.RELEASED, L.RELEASED_SKIPPED, L.CONCEDED, L.SORTED, L.RETURNED, L.SCRAPPED, L.VOID)),
    asks=("supplier", "document", "line", "item", "quantity", "occurred_on"),
    open_requires=(from_approved_supplier,),
    open_title=_("登记来货"),
    transitions=(judge, release, release_skipped, inspect_skipped, settle, veto, lift_veto, void),
    amends=RECEIVERS,
    amendable={L.RECEIVED.value: ("quantity", "unit", "note"), L.SKIPPED.value: ("quantity", "unit", "note"), L.ACCEPTED.value: ("note",), L.REJECTED.value: ("note", "defect_code")},
    may_open=(
        "occurred_on", "state", "purchase_kind", "risk_class", "submission", "verdict", "first_verdict", "judged_on",
        "judged_at_once", "severity", "provenance", "vetoed", "late", "after_close",
    ),
    key=("supplier", "document", "line"),
    columns=("number", "occurred_on", "supplier", "document", "item", "quantity", "unit", "purchase_kind", "verdict", "state"),
    filters=("state", "purchase_kind", "risk_class", "verdict", "supplier", "occurred_on", "provenance"),
    search=("number", "document"),
    groups=(
        (_("来货"), ("supplier", "document", "line", "submission", "item", "quantity", "unit", "purchase_kind", "risk_class")),
        (_("抽样方案"), ("severity", "aql", "plan", "plan_basis", "plan_stages", "skip", "skip_basis")),
        (_("检验"), ("sample_size", "nonconforming", "defects", "samples", "verdict", "first_verdict", "defect_code", "judged_on", "inspector", "note")),
        (_("测量值"), ("measurements",)),
        (_("控制"), ("vetoed", "nonconformity", "judged_at_once")),
    ),
    importable=frozenset({L.RECEIVED.value, L.ACCEPTED.value, L.REJECTED.value, L.RELEASED.value}),
    import_columns=(*LOT_GIVEN, "sample_size", "nonconforming", "verdict", "judged_on", "inspector", "defect_code", "note", "state"),
    retention=retention.PRODUCT,
    rail="inspection",
)  # fmt: skip
PRODUCT = Process(
    name="inspection.product",
    model=ProductType,
    title=_("产品型号"),
    series="XH-{seq:03d}",
    opens=QUALITY | {Role.PRODUCTION.value},
    start=Standing.ACTIVE.value,
    final=frozenset({Standing.ENDED.value}),
    asks=("code", "name", "family"),
    transitions=(end,),
    amendable={Standing.ACTIVE.value: ("name",)},
    columns=("number", "code", "name", "family", "state"),
    key=("code",),
    filters=("family", "state"),
    search=("number", "code", "name"),
    groups=((_("产品型号"), ("code", "name", "family")),),
    importable=frozenset({Standing.ACTIVE.value}),
    import_columns=("code", "name", "family", "occurred_on"),
    retention=retention.PRODUCT,
    rail="inspection",
    working_date="",
)
BATCH = Process(
    name="inspection.batch",
    model=Batch,
    title=_("成品送检批"),
    series="SJ-{year}-{seq:05d}",
    opens=PRESENTERS,
    start=B.PRESENTED.value,
    final=frozenset({B.RELEASED.value, B.VOID.value}),
    asks=("product", "document", "quantity", "occurred_on"),
    open_title=_("送检"),
    transitions=(judge_units, reinspect_units, ship, found_after_release, veto_batch, lift_veto_batch, void_batch),
    amends=PRESENTERS,
    amendable={B.PRESENTED.value: ("quantity", "shift")},
    parameters=(ParameterSpec("inspection.defects_per_shift", _("同班同缺陷触发不合格品的台数"), 3, int, _("台")),),
    may_open=(
        "occurred_on", "state", "product_type", "family", "submission", "presented", "accepted_first", "rejected_first",
        "judged_at_once", "released_on", "released", "released_conforming", "provenance", "vetoed", "late", "after_close",
    ),
    key=("document",),
    columns=("number", "occurred_on", "product_type", "document", "presented", "accepted_first", "rejected_first", "released", "state"),
    filters=("state", "family", "product_type", "occurred_on", "provenance"),
    search=("number", "document"),
    groups=(
        (_("送检"), ("product", "family", "document", "submission", "shift", "quantity")),
        (_("首次检验"), ("presented", "accepted_first", "rejected_first", "judged_on", "inspector")),
        (_("放行"), ("released_on", "released", "released_conforming", "vetoed", "nonconformity")),
        (_("逐台结果"), ("units", "returned")),
    ),
    importable=frozenset({B.PRESENTED.value, B.JUDGED.value, B.RELEASED.value}),
    import_columns=("product", "document", "shift", "quantity", "units", "inspector", "released_on", "occurred_on", "state"),
    retention=retention.PRODUCT,
    rail="inspection",
)  # fmt: skip
URGENT = Process(
    name="inspection.urgent_release",
    model=UrgentRelease,
    title=_("紧急放行"),
    series="JJ-{year}-{seq:04d}",
    opens=frozenset({Role.PRODUCTION.value, Role.PURCHASING.value, Role.QUALITY_MANAGER.value}),
    start=U.REQUESTED.value,
    final=frozenset({U.REFUSED.value, U.CLOSED.value}),
    asks=("lot", "reason", "quantity", "marking"),
    open_title=_("申请紧急放行"),
    transitions=(grant, refuse, close_urgent),
    columns=("number", "occurred_on", "lot", "quantity", "state"),
    filters=("state", "occurred_on"),
    groups=((_("紧急放行"), ("lot", "reason", "quantity", "marking", "follow_up")),),
    may_open=("occurred_on", "state", "provenance"),
    retention=retention.PRODUCT,
    rail="inspection",
    help=_(
        "未检来料因生产急需投入使用：须授权人批准、标识、可追溯，并在闭环前一直列出。不得用于出厂，也不得用于不合格或被否决的批。"
    ),
)
