"""Drafted by the quality manager, approved by the general manager."""

from django.utils.translation import gettext_lazy as _

from zhicheng.core import retention
from zhicheng.core.process import Process, transition
from zhicheng.core.roles import Role
from zhicheng.core.writers import Write
from zhicheng.processes.objective.models import Objective

S = Objective.State
PLANNERS = frozenset({Role.QUALITY_MANAGER.value, Role.DEPARTMENT_HEAD.value})


@transition(
    _("批准"),
    S.DRAFT,
    to=S.APPROVED,
    roles={Role.GENERAL_MANAGER.value},
    four_eyes=("open", "amend"),
    meaning=_("批准"),
)
def approve(objective: Objective, by: Write) -> None:
    """The target is in force from now on."""


@transition(_("结束"), S.APPROVED, to=S.CLOSED, roles={Role.QUALITY_MANAGER.value}, reason=True)
def finish(objective: Objective, by: Write) -> None:
    """The year is over or the objective is replaced."""


GIVEN = ("name", "level", "year", "metric", "slice", "operator", "target", "owner", "source", "department")
OBJECTIVE = Process(
    name="objective.objective",
    model=Objective,
    title=_("质量目标"),
    series="MB-{year}-{seq:03d}",
    opens=PLANNERS,
    start=S.DRAFT.value,
    final=frozenset({S.CLOSED.value}),
    asks=("name", "level", "year", "metric", "operator", "target"),
    transitions=(approve, finish),
    amendable={S.DRAFT.value: GIVEN},
    may_open=(
        "occurred_on",
        "state",
        "name",
        "level",
        "year",
        "metric",
        "slice",
        "operator",
        "target",
        "provenance",
    ),
    columns=("number", "year", "level", "name", "metric", "operator", "target", "owner", "state"),
    filters=("state", "year", "level", "metric"),
    search=("number", "name"),
    groups=((_("目标"), GIVEN),),
    importable=frozenset({S.DRAFT.value, S.APPROVED.value}),
    import_columns=(*GIVEN, "occurred_on", "state"),
    owners=("owner",),
    retention=retention.HOUSE,
    rail="objectives",
    working_date="",
)
