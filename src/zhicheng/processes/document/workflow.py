"""The processes of documents, editions and readings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhicheng.core import retention
from zhicheng.core.process import Clock, Process
from zhicheng.core.roles import INTERNAL
from zhicheng.processes.document import editing as e
from zhicheng.processes.document import force as f
from zhicheng.processes.document import keeping as k
from zhicheng.processes.document import reading as r
from zhicheng.processes.document.models import Document, Edition, Reading
from zhicheng.processes.document.parameters import PARAMETERS

D, E = Document.State, Edition.State
GIVEN = ("code", "name", "level", "category", "place", "department", "scope", "interpreter", "for_audits", "audience")  # fmt: skip
LATER = ("category", "place", "department", "scope", "interpreter", "for_audits", "audience", "clauses")
STANDS = ("edition", "edition_version", "effective_on", "reviewed_on", "review_due_on", "controlled", "copies_out", "successor")  # fmt: skip
DOCUMENT = Process(
    name="document.document",
    model=Document,
    title=pgettext_lazy("document", "文件"),
    series="WJ-{seq:04d}",
    opens=e.AUTHORS,
    start=D.PREPARING.value,
    final=frozenset({D.OBSOLETE.value}),
    asks=("name", "level"),
    open_title=_("登记文件"),
    opened=k.registered,
    transitions=(
        k.enter_force, k.review, k.propose_withdrawal, k.withdraw, k.keep_in_force, k.give_up,
    ),
    amendable={
        D.PREPARING.value: (*GIVEN, "clauses"), D.IN_FORCE.value: LATER, D.WITHDRAWING.value: ("successor",),
    },
    clocks=(Clock("review", _("年度审视"), stops=frozenset({"review"}), span=k.review_span),),
    parameters=PARAMETERS,
    may_open=(
        "occurred_on", "state", "code", "name", "level", "category", "edition", "edition_version", "effective_on", "reviewed_on",
        "confirmed_on", "controlled", "for_audits", "provenance",
    ),
    columns=("number", "code", "name", "level", "category", "department", "edition", "effective_on", "review_due_on", "controlled", "state"),
    filters=("state", "level", "category", "department", "controlled", "review_due_on"),
    search=("number", "code", "name"),
    key=("code", "name"),
    groups=(
        (pgettext_lazy("document", "文件"), GIVEN), (_("现行版本"), STANDS), (_("条款、步骤与记录"), ("clauses",)), (_("年度审视"), ("reviews",)),
    ),
    importable=frozenset({D.PREPARING.value}),
    import_columns=("code", "name", "level", "category", "place", "department", "scope", "interpreter", "for_audits", "occurred_on"),
    retention=retention.HOUSE,
    rail="documents",
    working_date="",
    help=_("一份文件一条；正文写在它的版本里。批准的版本在新版生效之前一直有效。"),
)  # fmt: skip
DRAFTED = (
    "summary", "changes", "whole", "customer_system", "yearly_review", "text", "source", "countersigns", "questions",
)  # fmt: skip
AMENDED = ("copies", "questions")
EDITION = Process(
    name="document.edition",
    model=Edition,
    title=_("文件版本"),
    series="WB-{year}-{seq:04d}",
    opens=e.AUTHORS,
    start=E.DRAFT.value,
    final=frozenset({E.SUPERSEDED.value, E.OBSOLETE.value, E.VOID.value}),
    asks=("document", "summary"),
    open_title=_("编制新版本"),
    open_requires=(e.only_one_open, e.still_used),
    opened=e.drafted,
    amended=e.amended,
    transitions=(
        e.submit, e.countersign, e.sign, e.send_back, e.issue, f.take_effect, f.supersede, f.fall, k.withdraw_copies, e.void,
        e.call_off,
    ),
    amendable={E.DRAFT.value: DRAFTED, E.ISSUED.value: AMENDED, E.IN_FORCE.value: AMENDED},
    may_open=(
        "occurred_on", "state", "document", "edition", "edition_version", "kind", "issued_on", "effective_on", "ended_on", "pdf",
        "docx", "provenance",
    ),
    columns=("number", "document", "edition", "edition_version", "kind", "issued_on", "effective_on", "ended_on", "state"),
    filters=("state", "document", "kind", "effective_on"),
    search=("number", "edition", "order_number"),
    groups=(
        (_("版本"), ("document", "edition", "edition_version", "summary", "kind", "proposed", "proposed_why")),
        (_("变化"), ("changes", "whole", "customer_system", "yearly_review", "present")),
        (_("文件正文"), ("text", "source_name", "source")),
        (_("签署"), ("compiled_by", "compiled_on", "countersigns", "approvals")),
        (_("颁布"), ("order_number", "signatory", "issued_on", "effective_on", "ended_on", "pdf", "docx")),
        (_("分发"), ("copies",)),
        (_("测试题"), ("questions",)),
    ),
    importable=frozenset({E.ISSUED.value, E.SUPERSEDED.value}),
    import_columns=("document", "edition", "summary", "effective_on", "ended_on", "state", "occurred_on"),
    retention=retention.HOUSE,
    rail="documents",
    working_date="",
    help=_("一个版本从草稿到被替代；批准之后不再更改。涉及的流程决定建议大版本还是小版本。"),
)  # fmt: skip
READING = Process(
    name="document.reading",
    model=Reading,
    title=_("阅读确认"),
    series="YD-{year}-{seq:05d}",
    opens=INTERNAL,
    start=Reading.State.CONFIRMED.value,
    final=frozenset(Reading.State.values),
    asks=("edition",),
    open_title=_("确认已阅读"),
    open_requires=(r.readable_now,),
    opened=r.judged,
    amended=r.unchanged,
    amendable={Reading.State.CONFIRMED.value: ("answers",)},
    may_open=("occurred_on", "state", "edition", "asked", "right", "passed", "provenance"),
    columns=("number", "occurred_on", "edition", "person", "asked", "right", "passed"),
    filters=("edition", "person", "passed", "occurred_on"),
    groups=((_("阅读确认"), ("edition", "person", "answers", "asked", "right", "passed")),),
    retention=retention.HOUSE,
    rail="documents",
)  # fmt: skip
DOCUMENTS = (DOCUMENT, EDITION, READING)
