"""An edition on its way: drafted, countersigned, signed in order, issued."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhicheng.core import parameters
from zhicheng.core.authority import ASSIGNMENT, held_today
from zhicheng.core.language import listed, recorded
from zhicheng.core.organisation import Person, RoleAssignment, Standing
from zhicheng.core.process import Missing, transition
from zhicheng.core.roles import INTERNAL, Role
from zhicheng.core.writers import Refused, Write
from zhicheng.processes.document import rendering
from zhicheng.processes.document.deciding import decide, signers
from zhicheng.processes.document.force import come_into_force
from zhicheng.processes.document.models import Document, Edition
from zhicheng.processes.document.parameters import ORDERS
from zhicheng.processes.document.telling import tell
from zhicheng.processes.document.text import take_text

E = Edition.State
OPEN = (E.DRAFT, E.SUBMITTED, E.REVIEWED, E.APPROVED, E.ISSUED)
AUTHORS = frozenset(
    {Role.QUALITY_MANAGER.value, Role.DEPARTMENT_HEAD.value, Role.CHIEF_QUALITY_OFFICER.value}
)
LEADERS = frozenset({Role.GENERAL_MANAGER.value})


def only_one_open(edition: Edition) -> Missing | None:
    """The next edition is begun when the one before is in force or given up."""
    other = Edition.objects.filter(document=edition.document_id, state__in=[s.value for s in OPEN]).first()
    if other is None or other.pk == edition.pk:
        return None
    said = _("这份文件已有在编的版本 %(e)s（%(n)s）：请在那一份上修改，或先作废。")
    return Missing(said % {"e": other.edition, "n": other.number}, other)


def still_used(edition: Edition) -> Missing | None:
    """No edition of a document that is obsolete or about to be."""
    if edition.document.state in (Document.State.OBSOLETE, Document.State.WITHDRAWING):
        return Missing(
            _("文件“%s”已作废或正在申请作废，不能再编新版。") % edition.document.title, edition.document
        )
    return None


def drafted(edition: Edition, by: Write) -> None:
    """Keep the text, and who wrote it."""
    take_text(edition, by)
    edition.compiled_by = by.person.name if by.person else edition.compiled_by
    edition.compiled_on = by.today


def amended(edition: Edition, by: Write) -> None:
    """A draft's text is read anew; of what is in force only copies and questions change."""
    if edition.state == E.DRAFT:
        drafted(edition, by)


def has_text(edition: Edition) -> Missing | None:
    """What is signed is there to be read."""
    return None if edition.plain else Missing(_("还没有正文：请在“更改”里粘贴或上传。"), edition)


def can_be_drawn(edition: Edition) -> Missing | None:
    """What is signed can be set as PDF and DOCX."""
    found = rendering.faults(edition)
    return Missing(_("正文不能排版：%s") % " ".join(found[:5]), edition) if found else None


def kind_confirmed(edition: Edition) -> Missing | None:
    """The program proposes, a person confirms."""
    return None if edition.kind else Missing(_("须确认版本类型。%s") % edition.proposed_why, edition)


def regional_managers(edition: Edition) -> list[Any]:
    """The people who today hold the role of quality manager for one site or department only."""
    rows = RoleAssignment.objects.filter(role=Role.QUALITY_MANAGER, state=Standing.ACTIVE).order_by("k")
    limited = [(a, who) for *a, who in rows.values_list(*ASSIGNMENT, "person_id")]
    held = [who for a, who in limited for h in held_today([tuple(a)]) if h.site or h.department]
    return list(Person.objects.filter(pk__in=held, state=Standing.ACTIVE).order_by("k"))


def all_present(edition: Edition) -> Missing | None:
    """A major edition is made with every regional quality manager present (K-0.1)."""
    if edition.kind != "major":
        return None
    there = {row["person"] for row in edition.present}
    absent = [p for p in regional_managers(edition) if p.number not in there]
    if not absent:
        return None
    names = listed(f"{p.name} {p.number}" for p in absent)
    return Missing(_("大版本须所有区域质量经理到场，“到场人员”里还没有：%s。") % names, edition)


@transition(
    _("提交审核"), E.DRAFT, to=E.SUBMITTED, roles=AUTHORS, asks=("kind", "present"), optional=("present",),
    requires=(has_text, can_be_drawn), checks=(kind_confirmed,),
)  # fmt: skip
def submit(edition: Edition, by: Write) -> None:
    """Confirm the kind that the rules propose; a major one names who was there."""
    decide(edition)
    edition.present = [_known(row) for row in edition.present]
    if missing := all_present(edition):
        raise Refused([missing])
    edition.countersigns = [_unsigned(row) for row in edition.countersigns]


def _known(row: dict[str, Any]) -> dict[str, Any]:
    text = row["person"].split()[0]
    people = list(Person.objects.filter(number=text)) or list(Person.objects.filter(name=row["person"])[:2])
    if len(people) != 1:
        said = _("“%s”不是一位已登记人员的编号或姓名（同名的请写编号）。")
        raise ValidationError({"present": [said % row["person"]]})
    return {"person": people[0].number, "name": people[0].name}


def _unsigned(row: dict[str, Any]) -> dict[str, Any]:
    return {"department": row["department"], "person": None, "name": None, "on": None}


@transition(_("会签"), E.SUBMITTED, to=E.SUBMITTED, roles=INTERNAL, four_eyes=("submit",))
def countersign(edition: Edition, by: Write) -> None:
    """Somebody of a department concerned agrees, for it."""
    own = by.person.department.name if by.person and by.person.department else None
    rows = [dict(row) for row in edition.countersigns]
    mine = next((row for row in rows if row["department"] == own and not row["on"]), None)
    if mine is None:
        waiting = listed(row["department"] for row in rows if not row["on"]) or _("（没有）")
        raise Refused(
            [Missing(_("您所在的部门不用会签，或已会签。还没有会签的部门：%s。") % waiting, edition)]
        )
    mine.update(person=by.actor.ref, name=by.person.name, on=by.today.isoformat())
    edition.countersigns = rows


def countersigned(edition: Edition) -> Missing | None:
    """Every department concerned agreed before the first signature."""
    waiting = [row["department"] for row in edition.countersigns if not row["on"]]
    return Missing(_("还没有会签：%s。") % listed(waiting), edition) if waiting else None


def next_signer(edition: Edition) -> frozenset[str]:
    """The role whose turn it is to sign."""
    order = signers(edition)
    return frozenset({order[min(len(edition.approvals), len(order) - 1)]})


@transition(
    _("审核签署"), E.SUBMITTED, E.REVIEWED, roles=next_signer, requires=(countersigned,), four_eyes=("submit", "sign"),
    meaning=_("审核批准"), confined=True,
)  # fmt: skip
def sign(edition: Edition, by: Write) -> None:
    """Sign in turn; with the last signature the edition is approved."""
    order = signers(edition)
    last = len(edition.approvals) + 1 == len(order)
    row = {
        "role": order[len(edition.approvals)],
        "person": by.actor.ref,
        "name": by.person.name if by.person else "",
        "meaning": recorded(_("批准") if last else _("审核")),
        "on": by.today.isoformat(),
    }
    edition.approvals = [*edition.approvals, row]
    edition.state = E.APPROVED if last else E.REVIEWED


@transition(
    _("退回修改"), E.SUBMITTED, E.REVIEWED, E.APPROVED, to=E.DRAFT, roles=AUTHORS | LEADERS, reason=True
)
def send_back(edition: Edition, by: Write) -> None:
    """The signatures fall; the edition goes back to its author."""
    edition.approvals = []
    edition.countersigns = [_unsigned(row) for row in edition.countersigns]


@transition(
    _("颁布"), E.APPROVED, roles=LEADERS, asks=("effective_on", "order_number"), optional=("order_number",),
    meaning=_("颁布"), confined=True,
)  # fmt: skip
def issue(edition: Edition, by: Write) -> None:
    """The issue order: number, edition, day of effect, signatory. What is issued is drawn and kept as it is."""
    if edition.effective_on is None or edition.effective_on < by.today:
        raise ValidationError({"effective_on": [_("生效日期不能早于今天。")]})
    taken = Edition.objects.exclude(order_number="").values_list("order_number", flat=True)
    if not edition.order_number:
        series = parameters.value(ORDERS, edition.site_id)
        edition.order_number = series.next(by.today.year, taken)
    elif edition.order_number in taken:
        raise ValidationError({"order_number": [_("实施令编号“%s”已经用过。") % edition.order_number]})
    due = edition.effective_on <= by.today
    edition.issued_on, edition.signatory = by.today, by.person.name if by.person else ""
    edition.state = E.ISSUED
    if drawn := rendering.draw(edition):
        edition.pdf, edition.docx = (one.sha256 for one in drawn)
        change = by.changes[by.current]
        change.files = (*change.files, *drawn)
    tell(edition)
    if due:
        come_into_force(edition, by)


@transition(_("作废"), *(s for s in OPEN if s is not E.ISSUED), to=E.VOID, roles=AUTHORS, reason=True)
def void(edition: Edition, by: Write) -> None:
    """It will not be issued; the edition in force stays."""


@transition(_("撤回颁布"), E.ISSUED, to=E.VOID, roles=LEADERS, reason=True, confined=True)
def call_off(edition: Edition, by: Write) -> None:
    """It was issued and is called off before its day: the edition in force stays."""
