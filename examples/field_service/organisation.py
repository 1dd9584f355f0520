"""The branches: a site and a department each, a regional quality manager and two engineers, posts with what they demand."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from examples.loading import Example, Progress, Sheets
from zhicheng.core.account import Account
from zhicheng.core.authority import SYSTEM
from zhicheng.core.organisation import Person
from zhicheng.core.records import Provenance

NO_MORE: Sheets = {}
BEGUN = "2025-01-06"
HEADQUARTERS = "质量与安全管理部"
FIELD_ACCOUNTS = (
    ("regional", "demo-regional-2025", "4101", "区域质量经理，只管岚溪分公司"),
    ("lapsed", "demo-lapsed-2025", "4205", "登高工程师，高处作业证已到期"),
)
"""Account, password, staff number and whose it is."""


def department_of(branch: str) -> str:
    """What the department of a branch is called."""
    return f"{branch}服务部"


def take_in(example: Example, progress: Progress) -> None:
    """Sites, departments, skills, posts, people, roles, appointments, accounts."""
    branches, engineers = example.table("branches"), example.table("engineers")
    people = [*branches, *engineers]

    def taken(
        process: str, title: str, heads: Iterable[str], rows: Iterable[Any], more: Sheets = NO_MORE
    ) -> None:
        sheets: Sheets = {title: (tuple(heads), rows), **more}
        example.take_in(process, sheets, f"{title}.xlsx", SYSTEM, progress, Provenance.RECONSTRUCTED)

    taken("org.site", "场所", ("name", "address"), ((b["branch"], b["address"]) for b in branches))
    places = ((department_of(b["branch"]), b["branch"], "服务交付部") for b in branches)
    taken("org.department", "部门", ("name", "site", "parent"), places)
    _posts(example, progress, taken)
    heads = ("name", "staff_number", "post", "site", "department")
    rows = (
        (p["name"], p["staff_number"], p["post"], p["branch"], department_of(p["branch"])) for p in people
    )
    taken("org.person", "人员", heads, rows)
    roles = chain(
        ((b["staff_number"], "quality_manager", BEGUN, b["branch"]) for b in branches),
        ((e["staff_number"], "after_sales", BEGUN, e["branch"]) for e in engineers),
    )
    taken("org.role", "角色分配", ("person", "role", "occurred_on", "site"), roles)
    taken("org.appointment", "任命", *_appointments(branches))
    for username, password, number, _whose in FIELD_ACCOUNTS:
        if not Account.objects.filter(username=username).exists():
            person = Person.objects.get(staff_number=number)
            Account.objects.make(username, password, person, example=True, pin=number)


def _posts(example: Example, progress: Progress, taken: Any) -> None:
    by = example.actor("quality_manager")
    example.take_in_table("competence.skill", "skills", by, progress, Provenance.RECONSTRUCTED)
    posts = example.table("posts")
    rows = ((p["name"], p["duties"], p["conditions"]) for p in posts)
    demanded = (("name", "skill"), [(p["name"], p["required"]) for p in posts])
    taken("org.post", "岗位", ("name", "duties", "conditions"), rows, {"须具备的能力": demanded})


def _appointments(branches: Iterable[dict[str, str]]) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """One notice appoints all regional quality managers, each with a record of his or her own."""
    own = ("education", "years", "certification", "assistants")
    heads = (
        "kind", "person", "occurred_on", "site", "department", "region", "post", "full_time", *own, "assessed_on",
        "notice_number", "issuer",
    )  # fmt: skip
    rows = [
        (
            "quality_manager", b["staff_number"], BEGUN, b["branch"], department_of(b["branch"]), b["branch"],
            b["post"], "是", *(b[name] for name in own), "2024-12-20", "栖衡质〔2025〕1 号", "总经理",
        )
        for b in branches
    ]  # fmt: skip
    return heads, rows
