"""A file is examined by the page that can read it and kept; single findings are dismissed with a reason."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhicheng.core import retention
from zhicheng.core.process import Missing, Process, transition
from zhicheng.core.roles import Role
from zhicheng.core.writers import Write
from zhicheng.processes.review.fingerprint import fingerprint, fingerprints, result_of
from zhicheng.processes.review.models import Dismissal, ReportReview

R, D = ReportReview.State, Dismissal.State
REVIEWERS = frozenset(
    {
        Role.QUALITY_MANAGER.value,
        Role.CHIEF_QUALITY_OFFICER.value,
        Role.GENERAL_MANAGER.value,
        Role.DEPARTMENT_HEAD.value,
    }
)
SERVICE = "review"
COUNTS = {"error": "errors", "question": "questions", "note": "notes"}
RESULT = (
    "file", "file_name", "result", "report_date", "profile", "release", "errors", "questions", "notes", "dismissed", "new", "mended",
    "remaining",
)  # fmt: skip
GIVEN_LATER = frozenset({"report_date", "new", "mended", "remaining"})


@transition(
    _("登记审查结果"),
    R.OPENED,
    to=R.EXAMINED,
    roles=REVIEWERS,
    asks=RESULT,
    optional=GIVEN_LATER,
    through=SERVICE,
)
def examine(review: ReportReview, by: Write) -> None:
    """What the checks found in the file, as computed; nobody types it."""


@transition(_("作废"), R.OPENED, R.EXAMINED, to=R.VOID, roles=REVIEWERS, reason=True)
def void(review: ReportReview, by: Write) -> None:
    """The review does not count: another file was meant, or it was made again."""


def report_open(dismissal: Dismissal) -> Missing | None:
    """A report that is out is not judged again."""
    report = dismissal.report
    if report is not None and report.state in ("published", "superseded", "void"):
        return Missing(
            _("报告 %(n)s 为“%(s)s”，不能再处理审查问题。") % {"n": report.number, "s": report.state_label},
            report,
        )
    return None


def not_yet(dismissal: Dismissal) -> Missing | None:
    """A finding is dismissed once."""
    twin = (
        Dismissal.objects.filter(
            review=dismissal.review, report=dismissal.report, fingerprint=dismissal.fingerprint
        )
        .exclude(state=D.WITHDRAWN)
        .first()
    )
    return Missing(_("这个问题已由 %s 处理。") % twin.number, twin) if twin else None


def found(dismissal: Dismissal) -> Missing | None:
    """Only what the review found can be dismissed, and as grave as it was found."""
    review = dismissal.review
    if review is None:
        return None
    if review.state != R.EXAMINED:
        return Missing(_("审查 %(n)s 为“%(s)s”。") % {"n": review.number, "s": review.state_label}, review)
    if fingerprints(result_of(review)).get(dismissal.fingerprint) != dismissal.severity:
        return Missing(_("审查 %s 的结果里没有这个问题。") % review.number, review)
    return None


def judge(dismissal: Dismissal, by: Write) -> None:
    """A question or a note needs no second person."""
    if dismissal.severity != Dismissal.Severity.ERROR:
        dismissal.state = D.DISMISSED
        _count(dismissal, by, -1)


@transition(_("同意不计"), D.PROPOSED, to=D.DISMISSED, roles=REVIEWERS, four_eyes=("open",))
def confirm(dismissal: Dismissal, by: Write) -> None:
    """Somebody else agrees that the error is none."""
    _count(dismissal, by, -1)


@transition(_("撤回"), D.PROPOSED, D.DISMISSED, to=D.WITHDRAWN, roles=REVIEWERS, reason=True)
def withdraw(dismissal: Dismissal, by: Write) -> None:
    """The finding counts again."""
    if by.before["state"] == D.DISMISSED:
        _count(dismissal, by, 1)


def _count(dismissal: Dismissal, by: Write, more: int) -> None:
    """Take one finding out of the counts of its review, or put it back."""
    review = dismissal.review
    if review is None or review.errors is None:
        return
    review = ReportReview.objects.get(pk=review.pk)
    counted = COUNTS[dismissal.severity]
    same = [one for one in result_of(review)["findings"] if fingerprint(one) == dismissal.fingerprint]
    more *= sum(one["severity"] == dismissal.severity for one in same)
    facts = {counted: getattr(review, counted) + more, "dismissed": (review.dismissed or 0) - more}
    by.change(review, "recount", **facts)


REVIEW = Process(
    name="review.review",
    model=ReportReview,
    title=_("报告审查"),
    series="BSC-{year}-{seq:03d}",
    opens=REVIEWERS,
    start=R.OPENED.value,
    final=frozenset({R.VOID.value}),
    asks=("name",),
    transitions=(examine, void),
    amendable={R.OPENED.value: ("name", "previous"), R.EXAMINED.value: ("name",)},
    may_open=("occurred_on", "state", "file", "result", "report_date", "profile", "release", "provenance"),
    columns=(
        "number",
        "occurred_on",
        "name",
        "report_date",
        "errors",
        "questions",
        "notes",
        "dismissed",
        "state",
    ),
    filters=("state", "occurred_on"),
    search=("number", "name", "file_name"),
    groups=(
        (_("报告"), ("name", "file_name", "report_date", "previous", "file")),
        (_("结果"), ("errors", "questions", "notes", "dismissed", "new", "mended", "remaining", "result")),
        (_("依据"), ("profile", "release")),
    ),
    retention=retention.HOUSE.ending(R.EXAMINED, R.VOID),
    rail="reports",
    working_date="",
    help=_("在“审查报告”页放入文件并保存，就成为一条记录：文件、结果和当时的审查方案都有哈希值。"),
)
DISMISSAL = Process(
    name="review.dismissal",
    model=Dismissal,
    title=_("不计的问题"),
    series="BSX-{year}-{seq:04d}",
    opens=REVIEWERS,
    start=D.PROPOSED.value,
    final=frozenset({D.WITHDRAWN.value}),
    asks=("rule", "severity", "fingerprint", "grounds"),
    open_requires=(report_open, found, not_yet),
    opened=judge,
    transitions=(confirm, withdraw),
    amendable={D.PROPOSED.value: ("review", "report", "section", "quote", "message", "grounds")},
    may_open=("occurred_on", "state", "rule", "severity", "fingerprint", "provenance"),
    columns=("number", "occurred_on", "rule", "severity", "quote", "grounds", "state"),
    filters=("state", "severity", "occurred_on"),
    search=("number", "rule", "quote", "grounds"),
    groups=(
        (_("问题"), ("review", "report", "rule", "severity", "section", "quote", "message")),
        (_("处理"), ("grounds",)),
    ),
    retention=retention.HOUSE.ending(D.DISMISSED, D.WITHDRAWN),
    rail="reports",
    working_date="",
    help=_("审查发现的问题经人看过、不算问题的，写明理由后不计。错误须另一人同意，疑问和提示一人即可。"),
)
