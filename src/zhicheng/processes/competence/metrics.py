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
METRICS = (LAPSED, SECOND_SIGNATURES, COVERED_ACTS)
