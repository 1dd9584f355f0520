"""Give data, compute, submit, have another person approve and sign: the study is then kept."""

from __future__ import annotations

import io

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhicheng.core import retention
from zhicheng.core.files import Stored, path_of, store
from zhicheng.core.language import CHINESE
from zhicheng.core.process import Missing, Process, transition
from zhicheng.core.roles import Role
from zhicheng.core.writers import Write
from zhicheng.processes.study.asked import clear_idle, limits_of_item
from zhicheng.processes.study.computing import computed, kept, pictures, recomputed, results_of
from zhicheng.processes.study.models import PLAYS, Study
from zhicheng.processes.study.table import refused

S = Study.State
STUDENTS = frozenset({Role.QUALITY_MANAGER.value, Role.INSPECTOR.value, Role.PRODUCTION.value})
QUALITY = frozenset({Role.QUALITY_MANAGER.value, Role.CHIEF_QUALITY_OFFICER.value})
ASKED = (
    "item", "characteristic", "unit", "data", "data_file", "sheet", "columns", "size", "lower", "upper", "target", "tolerance", "reference",
    "process_variation", "resolution", "confidence", "method", "distribution", "coverage", "side", "parametric", "positive",
)  # fmt: skip
PASTED_NAME = "data.csv"


def give_data(study: Study, by: Write) -> None:
    """Move pasted text into a file, see that the file came with this record, compute."""
    change = by.changes[by.current]
    if study.data:
        pasted = store(io.BytesIO(study.data.encode()), PASTED_NAME, "text/csv")
        study.data, study.data_file = "", pasted.sha256
        change.files = (*(one for one in change.files if one.sha256 != pasted.sha256), pasted)
    if not study.data_file:
        raise ValidationError({"data": [_("还没有数据：请粘贴，或上传 .xlsx、.csv 文件。")]})
    name = _brought(study, change.files)
    limits_of_item(study)
    clear_idle(study)
    data = path_of(study.data_file).read_bytes()
    try:
        with translation.override(CHINESE):
            finding = computed(study, data, name)
            kept = results_of(finding)
    except ValidationError:
        computed(study, data, name)  # says the same in the language of the page
        raise
    for field, value in kept.items():
        setattr(study, field, value)
    study.results = Study._meta.get_field("results").clean_rows(study.results)


def _brought(study: Study, files: tuple[Stored, ...]) -> str:
    """The name of the data file, given with this write or with an earlier one: a fingerprint alone opens nobody else's file."""
    from zhicheng.core.files import Attachment

    for one in files:
        if one.sha256 == study.data_file:
            return one.name
    earlier = None
    if study.k is not None:
        earlier = Attachment.objects.filter(type="study.study", k=study.k, sha256=study.data_file).first()
    if earlier is None or not path_of(study.data_file).is_file():
        raise refused(str(_("没有收到数据文件：请重新选择文件，或粘贴数据。")), "data_file")
    return earlier.name


def computes_again(study: Study) -> Missing | None:
    """Only what comes out of the data file again is submitted and approved."""
    try:
        again = recomputed(study)
    except ValidationError as error:
        return Missing(" ".join(error.messages), study)
    if again != kept(study):
        return Missing(_("从数据文件重算的结果与记录的不同：请更改后重新计算。"), study)
    return None


@transition(_("提交复核"), S.DRAFT, to=S.SUBMITTED, roles=STUDENTS, checks=(computes_again,))
def submit(study: Study, by: Write) -> None:
    """The study is complete; another person looks at data, method and verdict."""


@transition(
    _("批准"), S.SUBMITTED, to=S.KEPT, roles=QUALITY, checks=(computes_again,), four_eyes=("open", "amend", "submit"),
    meaning=_("批准统计研究"),
)  # fmt: skip
def approve(study: Study, by: Write) -> None:
    """Data, method and verdict are sound; the results are computed once more from the file before they are signed."""


@transition(_("退回"), S.SUBMITTED, to=S.DRAFT, roles=QUALITY, reason=True)
def send_back(study: Study, by: Write) -> None:
    """Something is to be mended before it can be approved."""


@transition(_("作废"), S.DRAFT, S.SUBMITTED, S.KEPT, to=S.VOID, roles=QUALITY, reason=True)
def void_study(study: Study, by: Write) -> None:
    """Entered by mistake or no longer valid; it stays in sight and counts for nothing."""


STUDY = Process(
    name="study.study",
    model=Study,
    title=_("统计研究"),
    series="YJ-{year}-{seq:04d}",
    opens=STUDENTS,
    start=S.DRAFT.value,
    final=frozenset({S.VOID.value}),
    asks=("kind", "subject", "occurred_on"),
    open_title=_("做一项统计研究"),
    opened=give_data,
    amended=give_data,
    transitions=(submit, approve, send_back, void_study),
    amends=STUDENTS,
    amendable={S.DRAFT.value: ("kind", "subject", *ASKED)},
    may_open=("occurred_on", "kind", "outcome", "observations", "state", "provenance"),
    columns=("number", "occurred_on", "kind", "subject", "outcome", "observations", "state"),
    filters=("state", "kind", "outcome", "item", "occurred_on"),
    search=("number", "subject"),
    groups=(
        (_("研究"), ("kind", "subject", "item", "characteristic", "unit")),
        (_("数据"), ("data", "data_file", "sheet", "columns", "size", "observations")),
        (_("要求与方法"), (
            "lower", "upper", "target", "tolerance", "reference", "process_variation", "resolution", "method", "distribution", "coverage", "side",
            "parametric", "positive", "confidence",
        )),
        (_("结论"), ("outcome", "verdict", "criterion", "notes", "results")),
    ),
    pictures=pictures,
    concerns={
        **{name: ("kind", frozenset(str(kind) for kind in kinds)) for name, kinds in PLAYS.items()},
        "distribution": ("method", frozenset({"quantile"})),
    },
    retention=retention.PRODUCT.ending(S.KEPT, S.VOID),
    rail="inspection",
    help=_("粘贴或上传数据，选研究种类，即算出结果、图和结论；经另一人批准后保存。结果都由数据算出，不能手填，可以从数据文件重算。"),
)  # fmt: skip
