"""A claim from report to close: examined, decided, carried out, agreed by the customer; and the firm's promised terms."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core import retention
from zhicheng.core.organisation import Standing
from zhicheng.core.process import Missing, ParameterSpec, Process, registry, transition
from zhicheng.core.roles import Role
from zhicheng.core.writers import Write
from zhicheng.processes.delivery.finding import shipment_of_serial
from zhicheng.processes.warranty.choices import Remedy, YesNo
from zhicheng.processes.warranty.deciding import EXCLUSIONS, decision_of
from zhicheng.processes.warranty.models import Claim, Term
from zhicheng.warranty.deciding import REMEDIES

S = Claim.State
COMPLAINT = "complaint.complaint"
SERVICE = frozenset({Role.AFTER_SALES.value, Role.QUALITY_MANAGER.value})
REPORTERS = SERVICE | {Role.SALES.value}


# Terms


@transition(
    _("停止承诺"),
    Standing.ACTIVE,
    to=Standing.ENDED,
    roles={Role.QUALITY_MANAGER.value},
    asks=("until",),
    reason=True,
)
def withdraw_term(term: Term, by: Write) -> None:
    """What ships after this day has the term no more; what shipped before keeps it."""


TERM_FACTS = ("kind", "length", "unit", "condition", "family", "clause", "wording", "occurred_on", "until")
TERM = Process(
    name="warranty.term",
    model=Term,
    title=_("三包承诺"),
    series="SB-{seq:03d}",
    opens=frozenset({Role.QUALITY_MANAGER.value}),
    start=Standing.ACTIVE.value,
    final=frozenset({Standing.ENDED.value}),
    asks=("kind", "length", "unit", "condition", "clause", "occurred_on"),
    transitions=(withdraw_term,),
    amendable={Standing.ACTIVE.value: TERM_FACTS},
    may_open=("occurred_on", "state", "kind", "length", "unit", "condition", "family", "clause", "provenance"),
    columns=("number", "kind", "length", "unit", "condition", "family", "clause", "occurred_on", "until", "state"),
    filters=("state", "kind"),
    search=("number", "clause"),
    groups=((_("三包承诺"), TERM_FACTS),),
    importable=frozenset({Standing.ACTIVE.value}),
    import_columns=TERM_FACTS,
    retention=retention.PRODUCT.ending(Standing.ENDED, until="until"),
    rail="customers",
    working_date="",
    parameters=(ParameterSpec(EXCLUSIONS, _("三包除外条款的出处"), "", str, "", "X-5.3.4"),),
    help=_("企业公开承诺的包退、包换、保修期限。发生日期是开始适用的发货日期；发货时的承诺一直有效。合同另有约定的写在发货记录上。"),
)  # fmt: skip


# Claims


def trace(claim: Claim, by: Write) -> None:
    """Find the shipment by the serial number where none was named, and the complaint by its number."""
    claim.subject = _complaint(claim.subject_number)
    if claim.shipment is None and claim.shipped_on is None:
        claim.shipment = shipment_of_serial(claim.serial)


def _complaint(number: str) -> str:
    """How a claim refers to the complaint of that number. Errors: ValidationError."""
    process = registry.get(COMPLAINT)
    if not number or process is None:
        return ""
    found = process.model.objects.filter(number=number.strip()).first()
    if found is None:
        raise ValidationError({"subject_number": _("没有编号为 %s 的投诉。") % number})
    return f"{COMPLAINT}/{found.k}"


def shipping_date_known(claim: Claim) -> Missing | None:
    """Without shipping date no term can be counted."""
    if claim.shipped_on is None:
        return Missing(_("先查明发货：按出厂编号指明发货记录，或写明发货日期与购买凭证。"), claim)
    if claim.shipment is None and not claim.proof_of_purchase:
        return Missing(_("没有发货记录的，须写明购买凭证。"), claim)
    return None


def customer_known(claim: Claim) -> Missing | None:
    """Something is owed to somebody."""
    return None if claim.customer else Missing(_("先写明顾客。"), claim)


def proposal_current(claim: Claim) -> Missing | None:
    """Terms or shipment may have been corrected since the examination."""
    owed = decision_of(claim)
    if owed is not None and owed.remedy != claim.proposal:
        return Missing(
            _("条款或发货已更正，应予的处理变为“%s”：请重新鉴定。") % Remedy(owed.remedy).label, claim
        )
    return None


def not_less_than_owed(claim: Claim) -> Missing | None:
    """X-5.3.1 to X-5.3.3: nobody is given less than promise, contract and law say."""
    if REMEDIES.index(claim.decision) > REMEDIES.index(claim.proposal):
        return Missing(_("决定不能低于应予的“%s”。") % Remedy(claim.proposal).label)
    return None


def goodwill_explained(claim: Claim) -> Missing | None:
    """Whoever gives more than is owed says why."""
    if claim.decision != claim.proposal and not claim.decision_reason:
        return Missing(_("决定优于应予的“%s”，须写明理由。") % Remedy(claim.proposal).label)
    return None


def replaced_unit_named(claim: Claim) -> Missing | None:
    """A replaced unit has a serial number of its own, from which it can be traced."""
    if claim.decision == Remedy.REPLACEMENT and not claim.new_serial:
        return Missing(_("更换的须写明更换后的出厂编号。"))
    return None


def to_be_repaired(claim: Claim) -> Missing | None:
    """Only a repair can fail."""
    if claim.decision not in (Remedy.REPAIR, Remedy.PAID):
        return Missing(_("决定为“%s”，没有修理。") % claim.get_decision_display())
    return None


EXAMINED = ("installed", "repairable", "third_party", "third_party_report", "exclusion", "exclusion_evidence")


@transition(
    _("鉴定"), S.REPORTED, S.EXAMINED, to=S.EXAMINED, roles=SERVICE | {Role.INSPECTOR.value}, asks=EXAMINED,
    optional=EXAMINED[1:],
)  # fmt: skip
def examine(claim: Claim, by: Write) -> None:
    """Find out whether it was installed, can be repaired, or is excluded, with evidence; what is owed follows."""


@transition(
    _("确认三包决定"), S.EXAMINED, to=S.DECIDED, roles=SERVICE, asks=("decision", "decision_reason"),
    optional=("decision_reason",), requires=(shipping_date_known, customer_known, proposal_current),
    checks=(not_less_than_owed, goodwill_explained),
)  # fmt: skip
def confirm(claim: Claim, by: Write) -> None:
    """Decide: what is owed, or more with a reason; never less."""


@transition(
    _("执行三包决定"), S.DECIDED, to=S.CARRIED_OUT, roles=SERVICE, asks=("work_done", "new_serial", "cost"),
    optional=("new_serial", "cost"), checks=(replaced_unit_named,),
)  # fmt: skip
def carry_out(claim: Claim, by: Write) -> None:
    """Taken back, replaced, repaired or served for payment: say what was done and what it cost us."""


@transition(_("修复不合格"), S.DECIDED, to=S.EXAMINED, roles=SERVICE, requires=(to_be_repaired,), reason=True)
def repair_failed(claim: Claim, by: Write) -> None:
    """The repair did not make it conform: it counts as a repair, and what is owed is judged anew."""
    claim.repairable = YesNo.NO
    claim.repairs += 1
    claim.decision = ""


@transition(_("关闭"), S.CARRIED_OUT, to=S.CLOSED, roles=SERVICE, asks=("customer_answer",))
def close(claim: Claim, by: Write) -> None:
    """The customer confirmed, or does not answer any more: say which and when."""


@transition(_("作废"), S.REPORTED, S.EXAMINED, to=S.VOID, roles=SERVICE, reason=True)
def void(claim: Claim, by: Write) -> None:
    """It was reported in error; it stays in the log and is not counted."""


REPORTED = (
    "serial", "shipment", "customer", "product", "shipped_on", "proof_of_purchase", "fault", "consumer", "listed", "repairs",
    "subject_number",
)  # fmt: skip
CLAIM = Process(
    name="warranty.claim",
    model=Claim,
    title=pgettext_lazy("process", "三包"),
    series="BX-{year}-{seq:04d}",
    opens=REPORTERS,
    start=S.REPORTED.value,
    final=frozenset({S.CLOSED.value, S.VOID.value}),
    asks=("serial", "fault", "occurred_on"),
    transitions=(confirm, examine, carry_out, repair_failed, close, void),
    opened=trace,
    amended=trace,
    amends=REPORTERS,
    amendable={S.REPORTED.value: REPORTED, S.EXAMINED.value: (*REPORTED, *EXAMINED)},
    concerns={"third_party": ("installed", frozenset({"no"})), "third_party_report": ("installed", frozenset({"no"}))},
    may_open=(
        "occurred_on", "state", "proposal", "decision", "exclusion", "region", "family", "product_type", "cost", "provenance",
    ),
    columns=("number", "occurred_on", "serial", "customer", "product", "proposal", "decision", "state"),
    filters=("state", "customer", "product", "decision", "exclusion", "occurred_on"),
    search=("number", "serial", "subject_number"),
    groups=(
        (_("报修"), (*REPORTED, "region", "family", "product_type")),
        (_("鉴定"), EXAMINED),
        (_("判定"), ("proposal", "proposal_reason", "proposal_clause", "proposed_until", "decision", "decision_reason")),
        (_("执行与关闭"), ("work_done", "new_serial", "cost", "customer_answer")),
    ),
    retention=retention.PRODUCT,
    rail="customers",
    help=_("输入出厂编号即查到发货与顾客，按发货日期和条款提出应予的处理，一句话说明依据；售后确认后执行。"),
)  # fmt: skip
