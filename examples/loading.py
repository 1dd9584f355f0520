"""How an example loads: files are written, read, checked and imported as a user would; single records are opened and
signed by the person whose step it is."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import xlsxwriter  # type: ignore[import-untyped]

from zhicheng.core import bulk, files, setup
from zhicheng.core.account import Account
from zhicheng.core.authority import SYSTEM, Actor
from zhicheng.core.organisation import Person
from zhicheng.core.process import registry
from zhicheng.core.records import Provenance
from zhicheng.core.roles import Role
from zhicheng.core.writers import open_record, perform
from zhicheng.exchange import imports
from zhicheng.ledger import log
from zhicheng.ledger.models import Head
from zhicheng.metrics.definitions import log_definitions
from zhicheng.reports import publish as publishing

Progress: TypeAlias = Callable[[str, int, int], None]
Sheets: TypeAlias = Mapping[str, tuple[Sequence[str], Iterable[Sequence[Any]]]]
"""Worksheets by name: heads and rows."""
ADMINISTRATOR = "1000"
"""Staff number of the administrator."""


@dataclass(frozen=True)
class Step:
    """A part of an example: its name for the person who waits, what it does, and whether it was done before."""

    name: str
    run: Callable[[Progress], None]
    done: Callable[[], bool]


def run(steps: Iterable[Step], progress: Progress) -> None:
    """Do what was not done yet."""
    for step in steps:
        if not step.done():
            progress(step.name, 0, 1)
            step.run(progress)
            progress(step.name, 1, 1)


def some(process: str, **conditions: Any) -> Callable[[], bool]:
    """Whether there are records of a process: the mark of the step that makes them."""
    return lambda: (
        Head.objects.filter(pk=1).exists()
        and bool(registry[process].model.objects.filter(**conditions).exists())
    )


def workbook(sheets: Sheets) -> bytes:
    """An Excel file of these sheets; days and moments as date cells."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    for name, (heads, rows) in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, heads)
        for i, row in enumerate(rows, 1):
            sheet.write_row(i, 0, row)
    book.close()
    return out.getvalue()


@dataclass(frozen=True)
class Example:
    """An example: the folder of its small files, the enterprise, what its imports say of where the records come from, and the
    administrator's password, as public as those of its people."""

    folder: Path
    enterprise: setup.Enterprise
    source: str
    administrators_password: str

    def table(self, name: str) -> list[dict[str, str]]:
        """The rows of one of the example's small CSV files."""
        with (self.folder / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def accounts(self) -> list[tuple[str, str, str]]:
        """Name, password and whose it is, of every account of the example."""
        people = (p for p in self.table("people") if p["username"])
        return [
            *((p["username"], p["password"], f"{p['name']}，{Role(p['roles']).label}") for p in people),
            ("admin", self.administrators_password, f"管理员，{Role.ADMINISTRATOR.label}"),
        ]

    def actor(self, role: str) -> Actor:
        """The first person who holds a role, as if just authenticated."""
        number = next(p["staff_number"] for p in self.table("people") if p["roles"] == role)
        return Actor(Person.objects.get(staff_number=number), "cli", proved_at=log.now())

    def take_in(
        self,
        process: str,
        sheets: Sheets,
        name: str,
        by: Actor,
        progress: Progress,
        provenance: str = Provenance.IMPORTED,
    ) -> None:
        """Import one file; a refused row of the example is a fault of the example."""
        defined = registry[process]
        sheet = imports.read(defined, workbook(sheets), name)
        checked = bulk.check(defined, sheet, by=by, provenance=provenance)
        if checked.errors:
            raise RuntimeError("\n".join(sheet.sentence(e) for e in checked.errors[:5]))
        title, total = str(defined.title), len(checked.ready)
        bulk.write(
            checked,
            by=by,
            file_name=name,
            file_sha256=sheet.sha256,
            source=self.source,
            progress=lambda n: progress(title, n, total),
        )

    def take_in_table(
        self,
        process: str,
        name: str,
        by: Actor,
        progress: Progress,
        provenance: str = Provenance.IMPORTED,
        **more: str,
    ) -> None:
        """Import one of the small files: the columns that the process imports, and ``more`` alike for every row."""
        rows = self.table(name)
        own = [n for n in rows[0] if n in registry[process].import_columns]
        sheet = ([*own, *more], [[*(r[n] for n in own), *more.values()] for r in rows])
        self.take_in(process, {name: sheet}, f"{name}.xlsx", by, progress, provenance)

    def organisation(self, progress: Progress) -> None:
        """The enterprise with its departments, people, roles and accounts, as far as they are not there."""
        if not Head.objects.filter(pk=1).exists():
            setup.establish(self.enterprise, "管理员", ADMINISTRATOR)
            log_definitions()
        site = registry["org.site"].model.objects.get()
        departments = self._departments(site)
        for row in self.table("people"):
            if not Person.objects.filter(staff_number=row["staff_number"]).exists():
                self._person(row, site, departments[row["department"]])
        if not Account.objects.filter(username="admin").exists():
            person = Person.objects.get(staff_number=ADMINISTRATOR)
            Account.objects.make(
                "admin", self.administrators_password, person, example=True, pin=ADMINISTRATOR
            )

    def _departments(self, site: Any) -> dict[str, Any]:
        process = registry["org.department"]
        known = {d.name: d for d in process.model.objects.all()}
        duties: dict[str, list[dict[str, str]]] = {}
        for row in self.table("departments"):
            duty = {k: row[k] for k in ("duty", "evidence", "requirement")}
            duties.setdefault(row["name"], []).append(duty)
        new = {name: rows for name, rows in duties.items() if name not in known}
        opened = {
            name: open_record(process, {"name": name, "site": site, "duties": rows}, by=SYSTEM)
            for name, rows in new.items()
        }
        return {**known, **opened}

    @staticmethod
    def _person(row: Mapping[str, str], site: Any, department: Any) -> None:
        facts = {"name": row["name"], "staff_number": row["staff_number"], "site": site}
        person = open_record(registry["org.person"], {**facts, "department": department}, by=SYSTEM)
        open_record(registry["org.role"], {"person": person, "role": row["roles"]}, by=SYSTEM)
        if row["username"]:
            Account.objects.make(row["username"], row["password"], person, example=True, pin=row["pin"])

    def appoint(self, appointed: Mapping[str, str], on: str) -> None:
        """Appointments by the general manager: kind and staff number."""
        for kind, number in appointed.items():
            facts = {"kind": kind, "person": Person.objects.get(staff_number=number), "occurred_on": on}
            open_record(registry["org.appointment"], facts, by=self.actor("general_manager"))

    def declare(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Declared facts with the example's README as evidence, declared by one and checked by another."""
        evidence = (self.folder / "README.md").read_bytes()
        for facts in rows:
            proof = files.store(io.BytesIO(evidence), "来源说明.md", "text/markdown")
            by = self.actor("quality_manager")
            declared = open_record(registry["report.declared"], facts, by=by, files=[proof])
            perform(declared, "check", {}, by=self.actor("general_manager"), version=1)

    def report(self, name: str, house_style: str, first: dt.date, last: dt.date) -> None:
        """The report from ``report.md``, signed by those who sign."""
        quality, chief = self.actor("quality_manager"), self.actor("general_manager")
        content = (self.folder / "report.md").read_bytes()
        text = files.store(io.BytesIO(content), "report.md", "text/markdown")
        facts = {
            "name": name,
            "house_style": house_style,
            "period_from": first,
            "period_to": last,
            "edition": "1",
            "template": text.sha256,
        }
        report = open_record(registry["report.report"], facts, by=quality)
        report = perform(report, "sign", {}, by=quality, version=1)
        opened = {"opened_list": publishing.disclosure(report), "small_groups_accepted": True}
        perform(report, "sign", opened, by=chief, version=2)
