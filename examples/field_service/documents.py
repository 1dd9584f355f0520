"""The twenty documents: taken in by their list, bound to the work, distributed, read; and a major edition on its way."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from examples.field_service.organisation import HEADQUARTERS, department_of
from examples.loading import Example, Progress
from zhicheng.core.authority import Actor
from zhicheng.core.organisation import Department, Person
from zhicheng.core.process import registry
from zhicheng.core.records import Provenance
from zhicheng.core.writers import amend, open_record, perform
from zhicheng.ledger import log
from zhicheng.processes.document.importing import take_in as take_in_documents

SPARES = "QES-007-2025"
OWNERS = {SPARES: "备件管理部", "QES-002-2025": "服务交付部", "QES-010-2025": "人力资源部"}
"""Documents that another department than quality sees to."""
READ_BY_BRANCHES = frozenset({SPARES})
COPIES = ("QES-001-2025", SPARES)
WHY_LATE = "示例：按重构补录"
QUESTIONS = [
    {"question": "未用的备件在完工后几天内归还？", "choices": "三天 / 七天 / 十五天", "answer": 1},
    {"question": "换下的坏件怎样存放？", "choices": "与好件同放 / 贴标识单独存放", "answer": 2},
    {"question": "没有工单的紧急领用由谁批准？", "choices": "本人 / 区域质量经理", "answer": 2},
]
READERS = (("3005", (1, 2, 2)), ("4101", (1, 2, 2)), ("4102", (1, 2, 2)), ("4201", (2, 1, 2)))
"""Who confirmed to have read the rules for spare parts, and what they answered."""
SWITCHED = ("派工", "出发登记", "到场登记", "完工登记", "工时审核", "结算对账")


def take_in(example: Example, progress: Progress) -> None:
    """Take in the folder, then what a firm adds on the pages."""
    folder = example.folder / "data"
    taken = take_in_documents(
        folder / "texts", folder / "documents.csv", provenance=Provenance.RECONSTRUCTED, source=example.source
    )
    if taken.faults:
        raise RuntimeError("\n".join(f"{row}: {sentence}" for row, sentence in taken.faults))
    _bind(example)
    for code in COPIES:
        _distribute(example, code)
    _read(example)
    _begin_major(example)


def in_force(code: str) -> Any:
    """The edition of a document that is in force."""
    return registry["document.edition"].model.objects.get(code=code, state="in_force")


def _bind(example: Example) -> None:
    """Who sees to each document, for whom it is written, and which step of the work carries out which clause."""
    by = example.actor("quality_manager")
    departments = {d.name: d for d in Department.objects.all()}
    clauses = defaultdict(list)
    for row in example.table("clauses"):
        clauses[row["document"]].append({k: v or None for k, v in row.items() if k != "document"})
    branches = [department_of(b["branch"]) for b in example.table("branches")]
    for document in registry["document.document"].model.objects.order_by("k"):
        owner = OWNERS.get(document.code, HEADQUARTERS)
        audience = [owner, *branches] if document.code in READ_BY_BRANCHES else []
        facts = {
            "department": departments[owner],
            "scope": "总部各部门和十六个分公司",
            "interpreter": owner,
            "for_audits": True,
            "clauses": clauses[document.code],
            "audience": [{"department": name} for name in audience],
        }
        amend(document, facts, by=by, version=document.version, reason="补充归口、适用范围与条款")


def _distribute(example: Example, code: str) -> None:
    """Headquarters and each branch have a controlled copy of their own number."""
    holders = ["总部", *(b["branch"] for b in example.table("branches"))]
    edition = in_force(code)
    copies = [
        {"number": f"{n:02d}", "holder": holder, "kind": "controlled", "given_on": edition.effective_on.isoformat()}
        for n, holder in enumerate(holders)
    ]  # fmt: skip
    by = example.actor("quality_manager")
    amend(edition, {"copies": copies}, by=by, version=edition.version, reason="登记分发")


def _read(example: Example) -> None:
    edition, by = in_force(SPARES), example.actor("quality_manager")
    edition = amend(edition, {"questions": QUESTIONS}, by=by, version=edition.version, reason="加测试题")
    for number, answers in READERS:
        reader = Actor(Person.objects.get(staff_number=number), "cli", proved_at=log.now())
        given = [{"question": n, "answer": answer} for n, answer in enumerate(answers, 1)]
        facts = {"edition": edition, "answers": given, "occurred_on": "2025-07-10", "late_reason": WHY_LATE}
        open_record(registry["document.reading"], facts, by=reader)


def _begin_major(example: Example) -> None:
    """The customer changes its system: by the rules a major edition, made with every regional quality manager present."""
    document = registry["document.document"].model.objects.get(code="QES-012-2025")
    before = in_force(document.code)
    text = (example.folder / "data" / "texts" / before.source_name).read_text("utf-8")
    by = example.actor("quality_manager")
    facts = {
        "document": document,
        "summary": "顾客的工时系统切换：派工到结算的流程全部更新",
        "changes": [{"process": name, "change": "changed"} for name in SWITCHED],
        "customer_system": True,
        "text": text.replace("写明工单号、", "在顾客的新系统里选工单，写明"),
    }
    edition = open_record(registry["document.edition"], facts, by=by)
    numbers = dict(Person.objects.values_list("staff_number", "number"))
    present = [{"person": numbers[b["staff_number"]]} for b in example.table("branches")]
    perform(edition, "submit", {"kind": "major", "present": present}, by=by, version=edition.version)
