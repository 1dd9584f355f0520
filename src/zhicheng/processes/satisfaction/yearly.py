"""The evaluation's process: read, analysed, confirmed; and its pictures."""

from django.utils.translation import gettext_lazy as _

from zhicheng.core import retention
from zhicheng.core.pictures import Line, Picture, series_chart
from zhicheng.core.process import Missing, Process, transition
from zhicheng.core.roles import Role
from zhicheng.core.writers import Write
from zhicheng.processes.satisfaction.evaluation import SPECS, Evaluation


def drawn(evaluation: Evaluation) -> list[Picture]:
    """The months against both rules, and three years."""
    single = [
        row for row in evaluation.months if row["service_class"] == evaluation.months[0]["service_class"]
    ]
    found = []
    for title, rows, label, lines in (
        (_("各月满意度"), single, "month", ((_("月度下限"), evaluation.month_floor), (_("年度目标"), evaluation.year_target))),
        (_("三年趋势"), evaluation.trend, "year", ((_("年度目标"), evaluation.year_target),)),
    ):  # fmt: skip
        values = [None if row["mean"] is None else row["mean"] / 100 for row in rows]
        option = series_chart(
            [str(row[label]) for row in rows],
            values,
            [Line(str(word), float(at), str(at)) for word, at in lines],
            name=str(_("满意度")),
        )
        counts = "；".join(
            f"{row[label]}：{row['answered']}/{row['invited']}" for row in rows if row["invited"]
        )
        found.append(Picture(str(title), option, str(_("已答复/邀请 %s") % counts) if counts else ""))
    return found


S = Evaluation.State
EVALUATORS = frozenset({Role.SALES.value, Role.QUALITY_MANAGER.value})


def analysed(evaluation: Evaluation) -> Missing | None:
    """T-7.3.1: the report says what follows from the figures."""
    return None if evaluation.analysis else Missing(_("先写分析与改进。"), evaluation)


def read(evaluation: Evaluation, by: Write) -> None:
    """The figures as they are at this moment."""
    evaluation.evaluate(by.today)


@transition(_("更新数字"), S.DRAFT, to=S.DRAFT, roles=EVALUATORS)
def update(evaluation: Evaluation, by: Write) -> None:
    """Read the figures anew: answers came in meanwhile."""
    evaluation.evaluate(by.today)


@transition(
    _("确认评价"), S.DRAFT, to=S.CONFIRMED, roles={Role.GENERAL_MANAGER.value, Role.CHIEF_QUALITY_OFFICER.value},
    requires=(analysed,), four_eyes=("open", "amend"), meaning=_("确认"),
)  # fmt: skip
def confirm(evaluation: Evaluation, by: Write) -> None:
    """The figures stand as they are now read."""
    evaluation.evaluate(by.today)


RULES = (
    "verdict",
    "months_met",
    "month_floor",
    "year_met",
    "year_target",
    "mean",
    "invited",
    "answered",
    "rate",
    "responses",
    "basis",
)
EVALUATION = Process(
    name="satisfaction.evaluation",
    model=Evaluation,
    title=_("满意度评价"),
    series="MP-{year}-{seq:03d}",
    opens=EVALUATORS,
    start=S.DRAFT.value,
    final=frozenset({S.CONFIRMED.value}),
    asks=("year", "stage"),
    transitions=(update, confirm),
    opened=read,
    amendable={S.DRAFT.value: ("analysis",)},
    parameters=SPECS,
    may_open=(
        "occurred_on", "state", "year", "stage", "months", "trend", "month_floor", "year_target", "invited", "answered", "rate",
        "responses", "mean", "months_met", "year_met", "verdict", "provenance",
    ),
    columns=("number", "year", "stage", "mean", "months_met", "year_met", "rate", "state"),
    filters=("state", "year"),
    search=("number",),
    key=("year", "stage"),
    groups=(
        (_("满意度评价"), ("year", "stage", *RULES)),
        (_("各月"), ("months",)),
        (_("三年趋势"), ("trend",)),
        (_("分析与改进"), ("analysis",)),
    ),
    pictures=drawn,
    retention=retention.HOUSE,
    rail="customers",
    working_date="",
    help=_("月度下限与年度目标是两条规则，分开显示：每月 85 分的一年，月度达标而全年不达标。数字由答卷计算，均值旁总有答复数。"),
)  # fmt: skip
