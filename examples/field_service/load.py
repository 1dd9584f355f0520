"""Loads the example through the public import path. ``load`` may be called again: what is there is left alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.db import transaction

from examples.field_service import documents, organisation, people
from examples.loading import Example, Progress, Step, run, some
from zhicheng.core import setup
from zhicheng.core.authority import Actor
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record, perform
from zhicheng.ledger import checkpoints

HERE = Path(__file__).parent
FIRST, LAST = dt.date(2025, 1, 1), dt.date(2025, 12, 31)
EXAMPLE = Example(
    HERE,
    setup.Enterprise("栖衡通信服务有限公司（示例）", "91330100QIHENG0016", "总部"),
    "重构：文件的编号、版次与类别依一家服务企业的体系文件，人员与正文为虚构",
    "demo-admin-2025",
)
ACCOUNTS = [
    *EXAMPLE.accounts(),
    *(
        (name, password, f"{number}，{whose}")
        for name, password, number, whose in organisation.FIELD_ACCOUNTS
    ),
]


def load(progress: Progress = lambda step, done, total: None) -> None:
    """Load everything that is not there yet."""
    run(
        (
            Step("总部", _headquarters, some("org.role", role="quality_manager", site=None)),
            Step("分公司、岗位与任命", _branches, some("org.appointment", kind="quality_manager")),
            Step("资质与培训", _people, some("competence.session")),
            Step("体系文件", _documents, some("document.reading")),
            Step("目标", _objectives, some("objective.objective")),
        ),
        progress,
    )
    checkpoints.sign_if_due(every=dt.timedelta())


def publisher() -> Actor:
    """Who would publish a report."""
    return EXAMPLE.actor("quality_manager")


def _headquarters(progress: Progress) -> None:
    EXAMPLE.organisation(progress)
    EXAMPLE.appoint({"chief_quality_officer": "3003", "representative": "3002"}, organisation.BEGUN)


def _branches(progress: Progress) -> None:
    organisation.take_in(EXAMPLE, progress)


@transaction.atomic
def _people(progress: Progress) -> None:
    people.take_in(EXAMPLE, progress)


@transaction.atomic
def _documents(progress: Progress) -> None:
    documents.take_in(EXAMPLE, progress)


@transaction.atomic
def _objectives(progress: Progress) -> None:
    """The goals that a figure of the system carries; the README lists the others."""
    quality, chief = EXAMPLE.actor("quality_manager"), EXAMPLE.actor("general_manager")
    operators = {">=": "ge", "<=": "le", "=": "le"}
    for goal in EXAMPLE.table("goals"):
        if goal["metric"]:
            facts = {
                "name": goal["goal"],
                "level": "company",
                "year": FIRST.year,
                "metric": goal["metric"],
                "operator": operators[goal["operator"]],
                "target": goal["target"],
                "source": f"质量目标（{goal['class']}）",
                "occurred_on": "2025-01-15",
            }
            objective = open_record(registry["objective.objective"], facts, by=quality)
            perform(objective, "approve", {}, by=chief, version=1)
