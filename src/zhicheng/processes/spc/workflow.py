"""Collect subgroups, propose limits, approve and freeze them; judge what arrives; find out why a test fired."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhicheng.core import parameters, retention
from zhicheng.core.language import CHINESE, listed, recorded, sentence
from zhicheng.core.process import Clock, Missing, ParameterSpec, Process, transition
from zhicheng.core.roles import Role
from zhicheng.core.writers import Write
from zhicheng.processes.spc import limits, pictures
from zhicheng.processes.spc.models import ControlChart, Signal, Subgroup

C, G, S = ControlChart.State, Subgroup.State, Signal.State
QUALITY = frozenset({Role.QUALITY_MANAGER.value, Role.CHIEF_QUALITY_OFFICER.value})
MEASURERS = frozenset({Role.INSPECTOR.value, Role.PRODUCTION.value, Role.QUALITY_MANAGER.value})
PHASE1 = ParameterSpec(
    "spc.phase1_subgroups",
    _("估计控制限至少需要的子组数"),
    20,
    int,
    _("个"),
    _("GB/T 17989.2：通常 20 至 25（未核对原文）"),
)
ANSWER = ParameterSpec("spc.signal_hours", _("判异信号查明时限"), 24, int, _("小时"))


def in_use(subgroup: Subgroup) -> Missing | None:
    """A chart that ended takes no subgroups."""
    chart = subgroup.chart
    return Missing(_("控制图 %s 已停用。") % chart.number, chart) if chart.state == C.ENDED else None


def keep_subgroups(chart: ControlChart, by: Write) -> None:
    """What was collected must still make sense: measured values are no counts, and subgroups keep their size."""
    before = ControlChart.objects.get(pk=chart.pk)
    sorts = (ControlChart.COUNTED, ControlChart.SINGLE)
    if (before.item_id, before.product_id) != (chart.item_id, chart.product_id):
        raise ValidationError({"item": _("控制图属于哪一物料或产品不能改：请停用后另建。")})
    same = all((before.kind in one) == (chart.kind in one) for one in sorts) and before.size == chart.size
    if not same and Subgroup.objects.filter(chart=chart).exists():
        raise ValidationError(
            {"kind": _("已有子组：不能改成另一种数据或另一子组大小的控制图，请停用后另建。")}
        )


def phase1(chart: ControlChart) -> Any:
    """The subgroups from which limits are estimated, in order: those that count, of the chosen dates."""
    rows = Subgroup.objects.filter(chart=chart, state=G.TAKEN).order_by("k")
    if chart.phase1_from:
        rows = rows.filter(occurred_on__gte=chart.phase1_from)
    if chart.phase1_to:
        rows = rows.filter(occurred_on__lte=chart.phase1_to)
    return rows


def take(subgroup: Subgroup, by: Write) -> None:
    """Judge a new subgroup by the limits that hold; a test that fires opens a signal."""
    from zhicheng.stats import Unusable

    chart = subgroup.chart
    if (
        not chart.limits or len(subgroup.values) != chart.size
    ):  # a wrong size is refused by the record itself, with its sentence
        return
    rows = [*limits.before(chart), limits.measured(subgroup)]
    try:
        with translation.override(CHINESE):  # what a signal says is recorded
            numbers, said = limits.judged_last(chart, rows)
            fired = listed(said)
    except Unusable as error:
        raise ValidationError({"values": sentence(error)}) from error
    subgroup.edition = chart.edition
    subgroup.signals = ",".join(str(n) for n in numbers)
    if numbers:
        by.open(
            SIGNAL, chart=chart, subgroup=subgroup, tests=subgroup.signals,
            description=(recorded(_("%(c)s %(t)s：%(s)s")) % {
                "c": chart.number, "t": chart.characteristic, "s": fired})[:300],
        )  # fmt: skip


@transition(
    _("建议控制限"), C.COLLECTING, C.RUNNING, to=C.PROPOSED, roles=QUALITY, asks=("phase1_from", "phase1_to"),
    optional=("phase1_from", "phase1_to"),
)  # fmt: skip
def propose_limits(chart: ControlChart, by: Write) -> None:
    """Compute limits from the subgroups of the chosen dates (all, if none are given). They are computed, never typed."""
    from zhicheng.stats import Unusable

    rows = [limits.measured(one) for one in phase1(chart)]
    needed = parameters.value(PHASE1.key, chart.site_id)
    if len(rows) < needed:
        raise ValidationError(
            {
                "phase1_from": _("所选日期内计入的子组有 %(n)s 个，估计控制限至少需要 %(m)s 个。")
                % {"n": len(rows), "m": needed}
            }
        )
    try:
        pair = limits.charts(chart, rows)
        with translation.override(CHINESE):
            chart.finding = limits.finding(chart, pair)
    except Unusable as error:
        raise ValidationError({"phase1_from": sentence(error)}) from error
    chart.proposed, chart.proposed_spread = limits.texts(pair)
    chart.proposed_lines = limits.lines(pair)


@transition(
    _("批准并冻结控制限"), C.PROPOSED, to=C.RUNNING, roles=QUALITY, four_eyes=("propose_limits",), meaning=_("批准控制限"),
)  # fmt: skip
def freeze(chart: ControlChart, by: Write) -> None:
    """From now on subgroups are judged by these limits, until others are frozen; the former stay in the history."""
    chart.limits, chart.spread_limits = chart.proposed, chart.proposed_spread
    chart.lines, chart.edition, chart.frozen_on = chart.proposed_lines, chart.edition + 1, by.today
    _forget(chart)


@transition(_("不采用"), C.PROPOSED, roles=QUALITY, reason=True)
def decline(chart: ControlChart, by: Write) -> None:
    """The proposal is not used: the limits that hold stay, or phase I goes on."""
    chart.state = C.RUNNING if chart.limits else C.COLLECTING
    _forget(chart)


def _forget(chart: ControlChart) -> None:
    chart.proposed = chart.proposed_spread = ""
    chart.proposed_lines = []


@transition(_("停用"), C.COLLECTING, C.RUNNING, to=C.ENDED, roles=QUALITY, reason=True)
def end_chart(chart: ControlChart, by: Write) -> None:
    """No more subgroups are taken; what was taken stays."""


@transition(_("不计入估计"), G.TAKEN, to=G.EXCLUDED, roles=QUALITY, reason=True)
def exclude(subgroup: Subgroup, by: Write) -> None:
    """A special cause was found: the subgroup stays in sight and takes no part in limits."""


@transition(
    _("查明"),
    S.OPEN,
    to=S.EXPLAINED,
    roles=MEASURERS,
    asks=("assignable", "cause", "action"),
    optional=("assignable",),
)
def explain(signal: Signal, by: Write) -> None:
    """What happened, and what was done about it; also when nothing special was found."""


@transition(_("关闭"), S.EXPLAINED, to=S.CLOSED, roles=QUALITY, four_eyes=("explain",))
def close_signal(signal: Signal, by: Write) -> None:
    """Somebody else is satisfied with cause and action."""


CHART = Process(
    name="spc.chart",
    model=ControlChart,
    title=_("控制图"),
    series="KZ-{seq:04d}",
    opens=QUALITY,
    start=C.COLLECTING.value,
    final=frozenset({C.ENDED.value}),
    asks=("characteristic", "kind", "size", "from_lots", "rules"),
    amended=keep_subgroups,
    open_title=_("建立控制图"),
    transitions=(propose_limits, freeze, decline, end_chart),
    amends=QUALITY,
    amendable={
        C.COLLECTING.value: ("item", "product", "kind", "size", "from_lots", "rules"),
        C.RUNNING.value: ("rules",),
    },
    parameters=(PHASE1,),
    key=("item", "characteristic", "product"),
    may_open=("occurred_on", "state", "edition", "provenance"),
    columns=("number", "item", "product", "characteristic", "kind", "size", "edition", "state"),
    filters=("state", "item", "product", "kind"),
    search=("number", "characteristic"),
    groups=(
        (_("控制图"), ("item", "product", "characteristic", "unit", "kind", "size", "from_lots", "rules")),
        (_("控制限"), ("edition", "frozen_on", "lines")),
        (_("建议"), ("phase1_from", "phase1_to", "finding", "proposed_lines")),
    ),
    concerns={"from_lots": ("kind", frozenset(kind.value for kind in ControlChart.FED))},
    pictures=pictures.of_chart,
    retention=retention.PRODUCT,
    rail="inspection",
    working_date="",
    help=_(
        "控制限由数据算出，经另一人批准后冻结，不能手填；冻结后到来的子组按它判异，判异即成为待查明的信号。"
    ),
)
SUBGROUP = Process(
    name="spc.subgroup",
    model=Subgroup,
    title=_("子组"),
    series="ZZ-{year}-{seq:05d}",
    opens=MEASURERS,
    start=G.TAKEN.value,
    asks=("chart", "values", "occurred_on"),
    open_requires=(in_use,),
    open_title=_("登记子组"),
    opened=take,
    transitions=(exclude,),
    final=frozenset({G.EXCLUDED.value}),
    importable=frozenset({G.TAKEN.value}),
    import_columns=("chart", "values", "occurred_on"),
    may_open=("occurred_on", "state", "edition", "provenance"),
    columns=("number", "occurred_on", "chart", "location", "spread", "signals", "source_number", "state"),
    filters=("chart", "state", "occurred_on"),
    groups=(
        (_("子组"), ("chart", "values", "location", "spread", "source_number")),
        (_("判异"), ("edition", "signals")),
    ),
    retention=retention.PRODUCT.ending(*G.values),
    rail="inspection",
    help=_("计数的控制图（p、np、c、u、Laney）一个子组填一行：测得值是计数，另填检验数。"),
)
SIGNAL = Process(
    name="spc.signal",
    model=Signal,
    title=_("判异信号"),
    series="XHX-{year}-{seq:04d}",
    opens=MEASURERS,
    start=S.OPEN.value,
    final=frozenset({S.CLOSED.value}),
    asks=("chart", "subgroup", "tests", "description"),
    transitions=(explain, close_signal),
    clocks=(Clock("signal", _("查明判异信号"), "open", frozenset({"explain"}), ANSWER.key),),
    parameters=(ANSWER,),
    may_open=("occurred_on", "state", "provenance"),
    columns=("number", "occurred_on", "chart", "subgroup", "tests", "state"),
    filters=("state", "chart", "occurred_on"),
    groups=(
        (_("信号"), ("chart", "subgroup", "tests", "description")),
        (_("查明"), ("assignable", "cause", "action")),
    ),
    retention=retention.PRODUCT,
    rail="inspection",
)
