"""Loads the example through the public import path: files are written, read, checked and imported as a user would.

``load`` may be called again: what is there is left alone.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from examples.gas_meters import measurements, nonconformities
from examples.gas_meters.year import Presented, batches, lots, table
from zhicheng.core import bulk, files, setup
from zhicheng.core.account import Account
from zhicheng.core.authority import SYSTEM, Actor
from zhicheng.core.calendar import working_days
from zhicheng.core.organisation import Person
from zhicheng.core.process import registry
from zhicheng.core.records import Provenance
from zhicheng.core.roles import Role
from zhicheng.core.writers import open_record, perform
from zhicheng.exchange import imports
from zhicheng.ledger import checkpoints, log
from zhicheng.ledger.models import Head
from zhicheng.metrics.definitions import log_definitions
from zhicheng.reports import publish as publishing

HERE = Path(__file__).parent
FIRST, LAST = dt.date(2017, 1, 1), dt.date(2017, 12, 31)
ENTERPRISE = setup.Enterprise("恒测燃气仪表有限公司（示例）", "91330000HENGCE0017", "一厂")
SOURCE = "重构：符合一份公开报告的合计，单条记录为推定"
ACCOUNTS = [
    *(
        (p["username"], p["password"], f"{p['name']}，{Role(p['roles']).label}")
        for p in table("people")
        if p["username"]
    ),
    ("admin", "demo-admin-2017", f"管理员，{Role.ADMINISTRATOR.label}"),
]
Progress = Callable[[str, int, int], None]


def load(progress: Progress = lambda step, done, total: None) -> None:
    """Load everything that is not there yet: organisation, year, nonconformities, report up to its approval."""
    steps: tuple[tuple[str, Callable[[Progress], None]], ...] = (
        ("组织与人员", _organisation),
        ("供方与物料", _materials),
        ("进货检验批", _lots),
        ("成品送检批", _batches),
        ("台账与目标", _registers),
        ("不合格品", _nonconformities),
        ("控制图", _charts),
        ("报告编制与批准", _report),
    )
    done = len(_steps_done())
    for name, step in steps[done:]:
        progress(name, 0, 1)
        step(progress)
        progress(name, 1, 1)


def _steps_done() -> list[bool]:
    """How far an earlier call came: each step leaves something that only it makes."""
    if not Head.objects.filter(pk=1).exists():
        return []
    marks = (
        Account.objects.filter(example=True),
        registry["inspection.product"].model.objects,
        registry["inspection.lot"].model.objects,
        registry["inspection.batch"].model.objects,
        registry["report.declared"].model.objects,
        registry["nonconformity.nonconformity"].model.objects,
        registry["spc.chart"].model.objects,
        registry["report.report"].model.objects.filter(state__in=("approved", "published", "superseded")),
    )
    done = []
    for mark in marks:
        if not mark.exists():
            break
        done.append(True)
    return done


def actor(role: str) -> Actor:
    """The first person who holds a role, as if just authenticated."""
    number = next(p["staff_number"] for p in table("people") if p["roles"] == role)
    return Actor(Person.objects.get(staff_number=number), "cli", proved_at=log.now())


def publisher() -> Actor:
    """Who publishes the report."""
    return actor("quality_manager")


def workbook(sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """An Excel file of these sheets: heads and rows; dates as date cells."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for name, (heads, rows) in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, heads)
        for i, row in enumerate(rows, 1):
            sheet.write_row(i, 0, row)
    book.close()
    return out.getvalue()


def take_in(process: str, content: bytes, name: str, by: Actor, provenance: str, progress: Progress) -> None:
    """Import one file; a refused row of the example is a fault of the example."""
    defined = registry[process]
    sheet = imports.read(defined, content, name)
    checked = bulk.check(defined, sheet, by=by, provenance=provenance)
    if checked.errors:
        raise RuntimeError("\n".join(sheet.sentence(e) for e in checked.errors[:5]))
    title, total = str(defined.title), len(checked.ready)
    bulk.write(
        checked,
        by=by,
        file_name=name,
        file_sha256=sheet.sha256,
        source=SOURCE,
        progress=lambda n: progress(title, n, total),
    )


def _register(process: str, name: str, by: Actor, progress: Progress, **more: str) -> None:
    rows = table(name)
    own = [name for name in rows[0] if name in registry[process].import_columns]
    content = workbook({name: ([*own, *more], [[*(r[n] for n in own), *more.values()] for r in rows])})
    take_in(process, content, f"{name}.xlsx", by, Provenance.IMPORTED, progress)


def _organisation(progress: Progress) -> None:
    if not Head.objects.filter(pk=1).exists():
        setup.establish(ENTERPRISE, "管理员", "1000")
        log_definitions()
    site = registry["org.site"].model.objects.get()
    duties: dict[str, list[dict[str, str]]] = {}
    for row in table("departments"):
        duty = {k: row[k] for k in ("duty", "evidence", "requirement")}
        duties.setdefault(row["name"], []).append(duty)
    departments = {
        name: open_record(registry["org.department"], {"name": name, "site": site, "duties": rows}, by=SYSTEM)
        for name, rows in duties.items()
    }
    for row in table("people"):
        facts = {"name": row["name"], "staff_number": row["staff_number"], "site": site}
        person = open_record(
            registry["org.person"], {**facts, "department": departments[row["department"]]}, by=SYSTEM
        )
        open_record(registry["org.role"], {"person": person, "role": row["roles"]}, by=SYSTEM)
        if row["username"]:
            Account.objects.make(row["username"], row["password"], person, example=True, pin=row["pin"])
    administrator = Person.objects.get(staff_number="1000")
    Account.objects.make("admin", "demo-admin-2017", administrator, example=True, pin="1000")
    chief = actor("general_manager")
    appointed = {
        "integrity_officer": "1002",
        "chief_quality_officer": "1003",
        "committee_chair": "1001",
        "representative": "1003",
    }
    for kind, number in appointed.items():
        facts = {"kind": kind, "person": Person.objects.get(staff_number=number), "occurred_on": "2017-01-03"}
        open_record(registry["org.appointment"], facts, by=chief)


def _materials(progress: Progress) -> None:
    buyer = actor("purchasing")
    suppliers = table("suppliers")
    heads = (
        "供方名称",
        "供方等级",
        "所供物料类别",
        "资质有效期至",
        "现场审核日期",
        "外协供方",
        "阳光协议签署日期",
        "发生日期",
        "状态",
    )
    rows = [
        (s["name"], s["grade"], s["risk_class"], "2029-12-31", "2016-11-15", "是" if s["kind"] == "outside_processing" else "否",
         "2017-01-03" if s["kind"] == "outside_processing" else "", "2017-01-03", "合格供方")
        for s in suppliers
    ]  # fmt: skip
    take_in(
        "supplier.supplier",
        workbook({"供方": (heads, rows)}),
        "供方.xlsx",
        buyer,
        Provenance.IMPORTED,
        progress,
    )
    _register("supplier.item", "items", buyer, progress, occurred_on="2017-01-03")
    quality = actor("quality_manager")
    product_heads = ("型号代码", "型号名称", "产品族", "发生日期")
    rows_ = [(p["code"], p["name"], p["family"], "2017-01-03") for p in table("products")]
    take_in(
        "inspection.product",
        workbook({"产品型号": (product_heads, rows_)}),
        "产品型号.xlsx",
        quality,
        Provenance.IMPORTED,
        progress,
    )


def _lots(progress: Progress) -> None:
    rows = list(lots(working_days(FIRST, LAST)))
    content = workbook({"进货检验批": (list(rows[0]), [list(r.values()) for r in rows])})
    take_in(
        "inspection.lot",
        content,
        "进货检验批 2017.xlsx",
        actor("inspector"),
        Provenance.RECONSTRUCTED,
        progress,
    )


def _batches(progress: Progress) -> None:
    plan = list(batches(working_days(FIRST, LAST)))
    heads = ("产品型号", "送检单号", "送检数量", "发生日期", "检验员", "放行日期", "状态")
    rows = [(b.product, b.document, len(b.units), b.day, b.inspector, b.released, "已放行") for b in plan]
    units = ("送检单号", "编号", "首次结论", "缺陷代码")
    content = workbook(
        {"成品送检批": (heads, rows), "逐台结果": (units, [u for b in plan for u in _units(b)])}
    )
    take_in(
        "inspection.batch",
        content,
        "成品送检批 2017.xlsx",
        actor("production"),
        Provenance.RECONSTRUCTED,
        progress,
    )
    checkpoints.sign("on_demand")


def _units(batch: Presented) -> Iterable[tuple[str, str, str, str]]:
    for i, defect in enumerate(batch.units, 1):
        yield batch.document, f"{batch.document}-{i:02d}", "不接收" if defect else "接收", defect or ""


def _registers(progress: Progress) -> None:
    quality, chief = actor("quality_manager"), actor("general_manager")
    _register("register.standard", "standards", quality, progress)
    _register("register.certificate", "certificates", quality, progress)
    for product in table("products"):
        facts = {
            "name": f"{product['code']} 一次送检合格率",
            "level": "type",
            "year": 2017,
            "metric": "first_pass",
            "slice": [{"fact": "product_type", "op": "is", "value": product["code"]}],
            "operator": "ge",
            "target": product["target"],
            "source": "公开报告的分型号目标（X-2.2.1）",
            "occurred_on": "2017-01-03",
        }
        objective = open_record(registry["objective.objective"], facts, by=quality)
        perform(objective, "approve", {}, by=chief, version=1)
    evidence = (HERE / "README.md").read_bytes()
    for name, subject, value, unit in (
        ("patents_invention", "发明专利", "5", "项"),
        ("patents_utility", "实用新型专利", "39", "项"),
    ):
        proof = files.store(io.BytesIO(evidence), "来源说明.md", "text/markdown")
        facts = {
            "name": name,
            "subject": subject,
            "value": value,
            "unit": unit,
            "period_from": FIRST,
            "period_to": LAST,
        }
        declared = open_record(registry["report.declared"], facts, by=quality, files=[proof])
        perform(declared, "check", {}, by=chief, version=1)


def _nonconformities(progress: Progress) -> None:
    nonconformities.run(actor, lambda done, total: progress("不合格品", done, total))


def _charts(progress: Progress) -> None:
    days = working_days(dt.date(2017, 10, 9), LAST)
    chart = measurements.begin(actor)
    rows = list(measurements.subgroups(days[:40]))
    heads, child = ("序号", "控制图", "发生日期"), ("序号", "测得值")
    content = workbook(
        {
            "子组": (heads, [(serial, chart.number, day) for serial, day, _values in rows]),
            "测得值": (child, [(serial, value) for serial, _day, values in rows for value in values]),
        }
    )
    take_in("spc.subgroup", content, "内径 2017.xlsx", actor("inspector"), Provenance.RECONSTRUCTED, progress)
    chart = measurements.freeze(chart, actor)
    measurements.go_on(chart, days[40:50], actor)


def _report(progress: Progress) -> None:
    quality, chief = actor("quality_manager"), actor("general_manager")
    text = files.store(io.BytesIO((HERE / "report.md").read_bytes()), "report.md", "text/markdown")
    facts = {
        "name": "质量诚信报告（2017 年度）",
        "house_style": "official_2013",
        "period_from": FIRST,
        "period_to": LAST,
        "edition": "1",
        "template": text.sha256,
    }
    report = open_record(registry["report.report"], facts, by=quality)
    report = perform(report, "sign", {}, by=quality, version=1)
    opened = {"opened_list": publishing.disclosure(report), "small_groups_accepted": True}
    perform(report, "sign", opened, by=chief, version=2)
