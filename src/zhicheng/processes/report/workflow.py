"""Written, signed in the order that a parameter gives, published once, superseded by the next edition."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core import parameters, retention
from zhicheng.core.fields import moment_text
from zhicheng.core.language import recorded
from zhicheng.core.process import Missing, ParameterSpec, Process, transition
from zhicheng.core.roles import INTERNAL, Role
from zhicheng.core.writers import Write
from zhicheng.processes.report.models import DeclaredFact, Report

S, D = Report.State, DeclaredFact.State
AUTHORS = frozenset({Role.QUALITY_MANAGER.value})
PUBLISHERS = frozenset({Role.QUALITY_MANAGER.value, Role.GENERAL_MANAGER.value})
SMALLEST = 5


def approvers(report: Report) -> list[str]:
    """The roles that sign, in order (parameter ``report.approvers``)."""
    return list(parameters.value("report.approvers", report.site_id))


def next_approver(report: Report) -> frozenset[str]:
    """The role whose turn it is to sign."""
    order = approvers(report)
    return frozenset({order[min(len(report.approvals), len(order) - 1)]})


def disclosure_accepted(report: Report) -> Missing | None:
    """The last signer sees and approves what the public bundle discloses; groups under five need an explicit tick."""
    if len(report.approvals) < len(approvers(report)) - 1:
        return None
    if not report.opened_list:
        return Missing(_("须先确认公开证明包披露哪些事实。"), report)
    smallest = min(
        (row["smallest"] for row in report.opened_list if row["smallest"] is not None), default=SMALLEST
    )
    if smallest < SMALLEST and not report.small_groups_accepted:
        return Missing(
            _("公开的事实会形成不足 %s 条的分组：须勾选同意，或改用较粗的事实。") % SMALLEST, report
        )
    return None


@transition(
    _("审核签署"), S.DRAFT, S.REVIEWED, roles=next_approver, asks=("opened_list", "small_groups_accepted"),
    optional=("opened_list", "small_groups_accepted"), checks=(disclosure_accepted,), four_eyes=("sign",),
    meaning=_("审核批准"),
)  # fmt: skip
def sign(report: Report, by: Write) -> None:
    """Sign in turn; with the last signature the report is approved."""
    order = approvers(report)
    role = order[len(report.approvals)]
    last = len(report.approvals) + 1 == len(order)
    meaning = recorded(_("批准") if last else _("审核"))
    row = {
        "role": role,
        "person": by.actor.ref,
        "name": by.person.name if by.person else "",
        "meaning": meaning,
    }
    row |= {"on": by.today.isoformat(), "at": moment_text(by.at)}
    report.approvals = [*report.approvals, row]
    report.state = S.APPROVED if last else S.REVIEWED


@transition(_("退回修改"), S.REVIEWED, S.APPROVED, to=S.DRAFT, roles=PUBLISHERS, reason=True)
def send_back(report: Report, by: Write) -> None:
    """The signatures fall; the report goes back to its author."""
    report.approvals = []


@transition(
    _("发布"), S.APPROVED, to=S.PUBLISHED, roles=PUBLISHERS,
    asks=("issued_on", "a_size", "a_root", "pdf", "docx", "html", "report_json", "definitions"),
    meaning=_("发布"), through="publication",
)  # fmt: skip
def publish(report: Report, by: Write) -> None:
    """Freeze it with the hashes of what was published."""
    if report.supersedes:
        by.perform(report.supersedes, "supersede")


@transition(_("被新版替代"), S.PUBLISHED, to=S.SUPERSEDED, roles=(), through="publication")
def supersede(report: Report, by: Write) -> None:
    """A new edition was published; this one stays as it was."""


@transition(_("作废"), S.DRAFT, S.REVIEWED, S.APPROVED, to=S.VOID, roles=AUTHORS, reason=True)
def void(report: Report, by: Write) -> None:
    """It will not be published."""


def evidenced(fact: DeclaredFact) -> Missing | None:
    """A declared fact needs its evidence file."""
    return None if fact.evidence else Missing(_("尚未附证据文件：声明的事实须有证据。"), fact)


@transition(
    pgettext_lazy("act", "核对"),
    D.DECLARED,
    to=D.CHECKED,
    roles=PUBLISHERS,
    requires=(evidenced,),
    four_eyes=("open", "amend"),
)
def check(fact: DeclaredFact, by: Write) -> None:
    """Somebody else than who declared it compared it with its evidence."""


@transition(_("撤回"), D.DECLARED, D.CHECKED, to=D.WITHDRAWN, roles=PUBLISHERS, reason=True)
def withdraw(fact: DeclaredFact, by: Write) -> None:
    """It is no longer declared."""


def _evidence(fact: DeclaredFact, by: Write) -> None:
    files = by.changes[by.current].files
    if files:
        fact.evidence = files[0].sha256


FACT = ("name", "subject", "value", "unit", "sample_size", "period_from", "period_to")
DECLARED = Process(
    name="report.declared",
    model=DeclaredFact,
    title=_("声明的事实"),
    series="SM-{year}-{seq:03d}",
    opens=AUTHORS | {Role.DEPARTMENT_HEAD.value},
    start=D.DECLARED.value,
    final=frozenset({D.WITHDRAWN.value}),
    asks=("name", "subject", "value", "period_from", "period_to"),
    opened=_evidence,
    amended=_evidence,
    transitions=(check, withdraw),
    amendable={D.DECLARED.value: FACT},
    may_open=("occurred_on", "state", "evidence", "provenance", *FACT),
    columns=("number", "subject", "value", "unit", "period_from", "period_to", "state"),
    filters=("state",),
    search=("number", "name", "subject"),
    groups=((_("声明"), FACT), (_("证据"), ("evidence",))),
    retention=retention.HOUSE.ending(D.CHECKED, D.WITHDRAWN),
    rail="reports",
    working_date="",
    help=_("没有记录可计算的数字才在这里声明；有指标的数字不能声明。"),
)
GIVEN = ("name", "house_style", "period_from", "period_to", "edition", "supersedes", "template", "issued_on")
REPORT = Process(
    name="report.report",
    model=Report,
    title=_("质量诚信报告"),
    series="BG-{year}-{seq:02d}",
    opens=AUTHORS,
    start=S.DRAFT.value,
    final=frozenset({S.PUBLISHED.value, S.SUPERSEDED.value, S.VOID.value}),
    asks=("name", "house_style", "period_from", "period_to", "edition"),
    transitions=(sign, send_back, publish, void, supersede),
    amendable={S.DRAFT.value: GIVEN},
    parameters=(
        ParameterSpec("report.approvers", _("报告签署的角色与次序"), ["quality_manager", "general_manager"], list),
    ),
    may_open=(
        "occurred_on", "state", "name", "edition", "period_from", "period_to", "issued_on", "a_size", "a_root", "pdf", "docx",
        "html", "report_json", "definitions", "opened_list", "provenance",
    ),
    readers=INTERNAL | {Role.READER.value},
    columns=("number", "name", "edition", "period_from", "period_to", "issued_on", "state"),
    filters=("state",),
    search=("number", "name"),
    groups=((_("报告"), GIVEN), (_("签署"), ("approvals", "opened_list")), (_("发布"), ("a_size", "a_root", "pdf", "docx", "html"))),
    retention=retention.HOUSE,
    rail="reports",
    working_date="",
)  # fmt: skip
