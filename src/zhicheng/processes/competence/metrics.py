"""How many qualifications lapsed, how often a second signature was needed."""

from django.utils.translation import gettext_noop

from zhicheng.metrics.definition import Measure, Metric

LAPSED = Metric(
    name="qualifications_lapsed",
    title=("到期未换的资质", "Qualifications lapsed"),
    unit=gettext_noop("项"),
    type="competence.qualification",
    states=("valid", "suspended"),
    form="count",
    numerator=Measure(),
    placed_by="valid_until",
    dimensions=("kind",),
    source=(
        "有效期在本期内届满、此后没有换发的资质（K-5.5.10）",
        "Qualifications whose validity ended in the period and that were not renewed since",
    ),
)
SECOND_SIGNATURES = Metric(
    name="second_signatures",
    title=("第二人签字次数", "Second signatures"),
    unit=gettext_noop("次"),
    type="competence.cover",
    states=("signed",),
    form="count",
    numerator=Measure(),
    dimensions=("shift",),
    source=("本期签了字的第二人签字", "Second signatures given in the period"),
)
COVERED_ACTS = Metric(
    name="covered_acts",
    title=("凭第二人签字办理的次数", "Acts by second signature"),
    unit=gettext_noop("次"),
    type="competence.cover",
    states=("signed",),
    form="sum",
    numerator=Measure("sum", "uses"),
    dimensions=("shift",),
    source=("本期凭第二人签字办理的步骤数之和", "Steps that were possible by a second signature alone"),
)
PLANNED = ("approved", "closed")
FULFILMENT = Metric(
    name="training_fulfilment",
    title=("培训计划完成率", "Training plan fulfilment"),
    unit="%",
    type="competence.plan",
    states=PLANNED,
    form="ratio",
    numerator=Measure("sum", "done"),
    denominator=Measure("sum", "planned"),
    placed_by="starts_on",
    scale=100,
    places=2,
    dimensions=("level",),
    source=(
        "已实施的项数 ÷ 已批准的年度计划的项数，按计划年度计（J-3.2.9）",
        "Items held ÷ items of the approved plans, by the year of the plan",
    ),
)
HELD = ("assessed", "verified")


def _trained(
    name: str, title: tuple[str, str], unit: str, fact: str, source: tuple[str, str], places: int = 0
) -> Metric:
    return Metric(
        name=name,
        title=title,
        unit=unit,
        type="competence.session",
        states=HELD,
        form="sum",
        numerator=Measure("sum", fact),
        placed_by="held_on",
        fact_places=places,
        places=places,
        dimensions=("level",),
        source=source,
    )


TRAINED = _trained(
    "persons_trained",
    ("培训人次", "Persons trained"),
    gettext_noop("人次"),
    "present",
    ("本期已评定的培训的实到人数之和（J-4.2.17）", "Sum of those present at the trainings assessed"),
)
HOURS = _trained(
    "training_hours",
    ("培训人学时", "Training hours"),
    gettext_noop("学时"),
    "person_hours",
    ("实到人数乘学时之和", "Sum of those present times the hours"),
    1,
)
PASS_RATE = Metric(
    name="training_pass_rate",
    title=("培训合格率", "Training pass rate"),
    unit="%",
    type="competence.session",
    states=HELD,
    form="ratio",
    numerator=Measure("sum", "passed"),
    denominator=Measure("sum", "present"),
    placed_by="held_on",
    scale=100,
    places=2,
    dimensions=("level",),
    source=(
        "合格人数 ÷ 实到人数，本期已评定的培训（X-2.2.2）",
        "Passed ÷ present, of the trainings assessed",
    ),
)
EFFECTIVE = Metric(
    name="training_effective",
    title=("培训有效率", "Effective trainings"),
    unit="%",
    type="competence.session",
    states=("verified",),
    form="share",
    numerator=Measure(where=(("effect", "is", "effective"),)),
    denominator=Measure(),
    placed_by="held_on",
    scale=100,
    places=2,
    dimensions=("level",),
    source=("效果验证为有效的 ÷ 效果已验证的（X-3.2.1）", "Found effective ÷ effect verified"),
)
METRICS = (
    LAPSED, SECOND_SIGNATURES, COVERED_ACTS, FULFILMENT, TRAINED, HOURS, PASS_RATE, EFFECTIVE,
)  # fmt: skip
