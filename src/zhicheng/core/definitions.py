"""The processes of the core: organisation, roles, appointments, parameters, calendar, month close, imports."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhicheng.core import access, clocks, gone, retention
from zhicheng.core.appointments import APPOINTMENT, appointed
from zhicheng.core.disposal import Disposal, listed_records, still_due
from zhicheng.core.erasure import Erasure, disposable, no_content
from zhicheng.core.handing_over import HANDOVER
from zhicheng.core.handover import owned
from zhicheng.core.imports import ImportRun
from zhicheng.core.organisation import Department, Person, Post, RoleAssignment, Site, Standing
from zhicheng.core.parameters import MonthClose, Parameter, SiteCalendar
from zhicheng.core.process import Missing, Process, registry, transition
from zhicheng.core.roles import Role
from zhicheng.core.writers import Refused, Write

ADMIN = frozenset({Role.ADMINISTRATOR.value})
STAFFING = frozenset({Role.ADMINISTRATOR.value, Role.QUALITY_MANAGER.value})
LEADERS = frozenset({Role.GENERAL_MANAGER.value})


@transition(_("终止"), Standing.ACTIVE, to=Standing.ENDED, roles=STAFFING, reason=True)
def end(record: Any, by: Write) -> None:
    """It is no longer in force; the record stays."""


@transition(_("恢复"), Standing.ENDED, to=Standing.ACTIVE, roles=STAFFING, reason=True)
def resume(record: Any, by: Write) -> None:
    """It is in force again."""


def nothing_left(person: Person) -> Missing | None:
    """What somebody must see to is handed over before that somebody is gone."""
    left = sum(1 for _one in owned(person))
    return Missing(_("还有 %s 条未办结的记录由本人负责：请先登记交接。") % left, person) if left else None


@transition(_("撤销角色"), Standing.ACTIVE, to=Standing.ENDED, roles=ADMIN, reason=True)
def revoke(record: RoleAssignment, by: Write) -> None:
    """The person no longer holds the role."""


def _register(name: str, model: Any, title: Any, series: str, asks: tuple[str, ...], **more: Any) -> Process:
    """A process of a thing that is in force until it ends: opened, amended, ended."""
    fields = (*asks, *more.pop("also", ()))
    settings: dict[str, Any] = {
        "opens": STAFFING,
        "final": frozenset({Standing.ENDED.value}),
        "transitions": (end,),
        "amendable": {Standing.ACTIVE.value: fields},
        "columns": ("number", *asks),
        "groups": ((title, fields),),
        "importable": frozenset({Standing.ACTIVE.value}),
        "import_columns": fields,
        "rail": "people",
        "working_date": "",
        "confined": True,
    }
    return Process(
        name=name,
        model=model,
        title=title,
        series=series,
        start=Standing.ACTIVE.value,
        asks=asks,
        **{**settings, **more},
    )


SITE = _register(
    "org.site",
    Site,
    _("场所"),
    "CS-{seq:02d}",
    ("name",),
    also=("address", "time_zone"),
    opens=ADMIN,
    key=("name",),
    retention=retention.HOUSE,
)
DEPARTMENT = _register(
    "org.department",
    Department,
    _("部门"),
    "BM-{seq:02d}",
    ("name",),
    also=("site", "parent", "duties"),
    key=("name",),
    retention=retention.HOUSE,
)
POST = _register(
    "org.post",
    Post,
    _("岗位"),
    "GW-{seq:03d}",
    ("name",),
    also=("duties", "conditions", "required", "department"),
    key=("name",),
    confined=False,
    retention=retention.HOUSE,
)
PERSON = _register(
    "org.person",
    Person,
    _("人员"),
    "RY-{seq:04d}",
    ("name", "staff_number"),
    also=("post", "site", "department"),
    personal=frozenset({"name", "staff_number"}),
    forgets=access.forget,
    search=("number", "name", "staff_number"),
    key=("staff_number",),
    transitions=(replace(end, requires=(nothing_left,)),),
    retention=retention.STAFF,
)
ROLE = _register(
    "org.role",
    RoleAssignment,
    _("角色分配"),
    "JS-{seq:04d}",
    ("person", "role", "occurred_on"),
    also=("site", "department", "until"),
    key=("person", "role", "site", "department", "occurred_on"),
    opens=ADMIN,
    open_requires=(appointed,),
    transitions=(revoke,),
    help=_("权限只来自这里：谁，在哪个场所或部门，从何时到何时，担任什么角色。"),
    retention=retention.HOUSE.ending(Standing.ENDED, until="until"),
)
PARAMETER = _register(
    "core.parameter",
    Parameter,
    _("参数"),
    "PS-{seq:04d}",
    ("key", "value"),
    also=("site",),
    key=("key", "site"),
    transitions=(end, resume),
    final=frozenset(),
    opens=ADMIN | {Role.QUALITY_MANAGER.value},
    rail="settings",
    retention=retention.always(_("数字依据的限值从何时起改变，须一直可查。")),
)
MONTH_CLOSE = _register(
    "core.month_close",
    MonthClose,
    _("月度关账"),
    "GZ-{year}-{seq:03d}",
    ("month",),
    also=("site",),
    opens=frozenset({Role.QUALITY_MANAGER.value}),
    rail="settings",
    may_open=("occurred_on", "state", "month"),
    help=_("关账后为该月补录的记录会标明，并在报告中列为调整。"),
    retention=retention.always(_("其后为该月补录的记录按它标明，须一直可查。")),
)


def _recount(calendar: SiteCalendar, by: Write) -> None:
    """What runs in working time is counted anew."""
    clocks.calendar_changed(calendar.site_id, calendar.year)


@transition(_("终止"), Standing.ACTIVE, to=Standing.ENDED, roles=ADMIN, reason=True)
def end_calendar(calendar: SiteCalendar, by: Write) -> None:
    """The year's calendar no longer holds; limits are counted without it."""
    _recount(calendar, by)


@transition(_("恢复"), Standing.ENDED, to=Standing.ACTIVE, roles=ADMIN, reason=True)
def resume_calendar(calendar: SiteCalendar, by: Write) -> None:
    """The year's calendar holds again."""
    _recount(calendar, by)


CALENDAR = _register(
    "core.calendar",
    SiteCalendar,
    _("工作日历"),
    "RL-{seq:03d}",
    ("year",),
    also=("exceptions", "shifts", "site", "source"),
    opens=ADMIN,
    key=("year", "site"),
    opened=_recount,
    amended=_recount,
    transitions=(end_calendar, resume_calendar),
    final=frozenset(),
    rail="settings",
    retention=retention.always(_("时限按它计算，须能重算。")),
)
IMPORT = Process(
    name="core.import",
    model=ImportRun,
    title=_("导入"),
    series="DR-{year}-{seq:04d}",
    opens=frozenset(),
    start="done",
    asks=(),
    columns=(
        "number",
        "process",
        "file_name",
        "rows_read",
        "rows_opened",
        "rows_unchanged",
        "rows_refused",
        "occurred_on",
    ),
    groups=(
        (_("文件"), ("process", "file_name", "file_sha256", "source", "reconstructed")),
        (_("行数"), ("rows_read", "rows_opened", "rows_unchanged", "rows_refused")),
    ),
    may_open=(
        "occurred_on",
        "state",
        "process",
        "rows_read",
        "rows_opened",
        "rows_unchanged",
        "rows_refused",
    ),
    retention=retention.always(_("每次导入的行数须与其后的日志条目相符，核对程序每次都要用。")),
    rail="settings",
)


@transition(
    _("批准并删除"),
    Erasure.State.REQUESTED,
    to=Erasure.State.DONE,
    roles=LEADERS,
    four_eyes=("open",),
    requires=(no_content,),
    meaning=_("批准删除"),
)
def erase(request: Erasure, by: Write) -> None:
    """The facts are blanked in every version; who asked, on what ground and who approved stays."""
    names = filter(None, request.names.split(","))
    by.erase(request.record, names, request.ground, files=request.hashes)


@transition(_("不批准"), Erasure.State.REQUESTED, to=Erasure.State.REFUSED, roles=LEADERS, reason=True)
def refuse_erasure(request: Erasure, by: Write) -> None:
    """There is no ground, or the law wants the facts kept."""


ERASURE = Process(
    name="core.erasure",
    model=Erasure,
    title=_("个人信息删除"),
    series="SC-{year}-{seq:03d}",
    opens=STAFFING,
    confined=True,
    start=Erasure.State.REQUESTED.value,
    final=frozenset({Erasure.State.DONE.value, Erasure.State.REFUSED.value}),
    asks=("subject_number", "ground"),
    amendable={Erasure.State.REQUESTED.value: ("names", "ground", "files")},
    transitions=(erase, refuse_erasure),
    columns=("number", "occurred_on", "subject_number", "state"),
    groups=((_("个人信息删除"), ("subject_number", "names", "wording", "ground", "files")),),
    retention=retention.always(_("日志里的空白由谁请求、依什么、由谁批准，只有它能说明。")),
    rail="settings",
    help=_(
        "依法删除一条记录里的个人信息：所有版本中的值都清空，日志与其他证明不受影响。说明的文字与印出的姓名只能整项删除，附件逐份写明。只写编号和依据，不要在这里重复要删除的内容。"
    ),
)


@transition(
    _("批准并处置"),
    Disposal.State.LISTED,
    to=Disposal.State.DONE,
    roles=LEADERS,
    four_eyes=("open",),
    requires=(still_due,),
    meaning=_("批准处置"),
)
def dispose(disposal: Disposal, by: Write) -> None:
    """The listed records, and no others, are blanked but for what figures read."""
    process, rows = registry[disposal.process], listed_records(disposal, lock=True)
    if changed := still_due(disposal):  # while this was being approved
        raise Refused([changed])
    for record in rows:
        by.erase(record, disposable(process), f"{disposal.number} {disposal.period}", act=gone.DISPOSE)


@transition(_("不批准"), Disposal.State.LISTED, to=Disposal.State.REFUSED, roles=LEADERS, reason=True)
def refuse_disposal(disposal: Disposal, by: Write) -> None:
    """The records are kept longer."""


DISPOSAL = Process(
    name="core.disposal",
    model=Disposal,
    title=_("到期处置"),
    series="CZ-{year}-{seq:03d}",
    opens=STAFFING,
    confined=True,
    start=Disposal.State.LISTED.value,
    final=frozenset({Disposal.State.DONE.value, Disposal.State.REFUSED.value}),
    asks=("process", "before"),
    transitions=(dispose, refuse_disposal),
    columns=("number", "occurred_on", "process", "before", "count", "state"),
    groups=((_("到期处置"), ("process", "before", "count", "period", "records")),),
    retention=retention.always(_("哪些记录依什么、由谁批准处置，只有它能说明。")),
    rail="settings",
    help=_(
        "保存期限见参数“保存期限”，从记录结束算起。登记时列出到期的记录，一次最多 2000 条；批准只处置所列的这些，其后有一条改动或期限改长，就须另列。处置后只留下数字所需的内容；期限的依据未核对原文的，先核对。"
    ),
)
CORE = (
    SITE, DEPARTMENT, POST, PERSON, ROLE, APPOINTMENT, HANDOVER, PARAMETER, MONTH_CLOSE, CALENDAR, IMPORT, ERASURE, DISPOSAL,
)  # fmt: skip
