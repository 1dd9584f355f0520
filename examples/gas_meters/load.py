"""Loads the example through the public import path: files are written, read, checked and imported as a user would.

``load`` may be called again: what is there is left alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from examples.gas_meters import complaints, measurements, nonconformities
from examples.gas_meters.year import Presented, batches, lots
from examples.loading import Example, Progress, Sheets, Step, run, some
from zhicheng.core import setup
from zhicheng.core.authority import Actor
from zhicheng.core.calendar import working_days
from zhicheng.core.process import registry
from zhicheng.core.records import Provenance
from zhicheng.core.writers import open_record, perform
from zhicheng.ledger import checkpoints

HERE = Path(__file__).parent
FIRST, LAST = dt.date(2017, 1, 1), dt.date(2017, 12, 31)
EXAMPLE = Example(
    HERE,
    setup.Enterprise("恒测燃气仪表有限公司（示例）", "91330000HENGCE0017", "一厂"),
    "重构：符合一份公开报告的合计，单条记录为推定",
    "demo-admin-2017",
)
ACCOUNTS = EXAMPLE.accounts()
actor = EXAMPLE.actor


def load(progress: Progress = lambda step, done, total: None) -> None:
    """Load everything that is not there yet: organisation, year, nonconformities, complaints, report up to its approval."""
    run(
        (
            Step("组织与人员", _organisation, some("org.appointment")),
            Step("供方与物料", _materials, some("inspection.product")),
            Step("进货检验批", _lots, some("inspection.lot")),
            Step("成品送检批", _batches, some("inspection.batch")),
            Step("顾客与发货", _customers, some("delivery.shipment")),
            Step("投诉", _complaints, some("complaint.complaint")),
            Step("台账与目标", _registers, some("report.declared")),
            Step("不合格品", _nonconformities, some("nonconformity.nonconformity")),
            Step("控制图", _charts, some("spc.chart")),
            Step(
                "报告编制与批准",
                _report,
                some("report.report", state__in=("approved", "published", "superseded")),
            ),
        ),
        progress,
    )


def publisher() -> Actor:
    """Who publishes the report."""
    return actor("quality_manager")


def _organisation(progress: Progress) -> None:
    EXAMPLE.organisation(progress)
    EXAMPLE.appoint(
        {
            "integrity_officer": "1002",
            "chief_quality_officer": "1003",
            "committee_chair": "1001",
            "representative": "1003",
        },
        "2017-01-03",
    )


def _materials(progress: Progress) -> None:
    buyer, quality = actor("purchasing"), actor("quality_manager")
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
        for s in EXAMPLE.table("suppliers")
    ]  # fmt: skip
    EXAMPLE.take_in("supplier.supplier", {"供方": (heads, rows)}, "供方.xlsx", buyer, progress)
    EXAMPLE.take_in_table("supplier.item", "items", buyer, progress, occurred_on="2017-01-03")
    product_heads = ("型号代码", "型号名称", "产品族", "发生日期")
    types = [(p["code"], p["name"], p["family"], "2017-01-03") for p in EXAMPLE.table("products")]
    sheets: Sheets = {"产品型号": (product_heads, types)}
    EXAMPLE.take_in("inspection.product", sheets, "产品型号.xlsx", quality, progress)


def _lots(progress: Progress) -> None:
    rows = list(lots(working_days(FIRST, LAST)))
    sheets: Sheets = {"进货检验批": (list(rows[0]), [list(r.values()) for r in rows])}
    by = actor("inspector")
    EXAMPLE.take_in("inspection.lot", sheets, "进货检验批 2017.xlsx", by, progress, Provenance.RECONSTRUCTED)


def _batches(progress: Progress) -> None:
    plan = _presented()
    heads = ("产品型号", "送检单号", "送检数量", "发生日期", "检验员", "放行日期", "状态")
    rows = [(b.product, b.document, len(b.units), b.day, b.inspector, b.released, "已放行") for b in plan]
    units = ("送检单号", "编号", "首次结论", "缺陷代码")
    sheets: Sheets = {
        "成品送检批": (heads, rows),
        "逐台结果": (units, [u for b in plan for u in _units(b)]),
    }
    by = actor("production")
    EXAMPLE.take_in(
        "inspection.batch", sheets, "成品送检批 2017.xlsx", by, progress, Provenance.RECONSTRUCTED
    )


@cache
def _presented() -> tuple[Presented, ...]:
    return tuple(batches(working_days(FIRST, LAST)))


def _units(batch: Presented) -> Iterable[tuple[str, str, str, str]]:
    for i, defect in enumerate(batch.units, 1):
        yield batch.document, batch.serial(i), "不接收" if defect else "接收", defect or ""


def _customers(progress: Progress) -> None:
    EXAMPLE.organisation(
        progress
    )  # whoever sells and serves, where the example was loaded before there were any
    complaints.customers(EXAMPLE, progress)
    complaints.ship(EXAMPLE, _presented(), working_days(FIRST, LAST), progress)


def _complaints(progress: Progress) -> None:
    complaints.promise(EXAMPLE, progress)
    complaints.closed(EXAMPLE, progress)
    complaints.live(EXAMPLE)
    checkpoints.sign("on_demand")


def _registers(progress: Progress) -> None:
    quality, chief = actor("quality_manager"), actor("general_manager")
    EXAMPLE.take_in_table("register.standard", "standards", quality, progress)
    EXAMPLE.take_in_table("register.certificate", "certificates", quality, progress)
    for product in EXAMPLE.table("products"):
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
    patents = (("patents_invention", "发明专利", "5"), ("patents_utility", "实用新型专利", "39"))
    period = {"unit": "项", "period_from": FIRST, "period_to": LAST}
    EXAMPLE.declare({"name": n, "subject": subject, "value": v, **period} for n, subject, v in patents)


def _nonconformities(progress: Progress) -> None:
    nonconformities.run(actor, lambda done, total: progress("不合格品", done, total))


def _charts(progress: Progress) -> None:
    days = working_days(dt.date(2017, 10, 9), LAST)
    chart = measurements.begin(actor)
    rows = list(measurements.subgroups(days[:40]))
    heads, child = ("序号", "控制图", "发生日期"), ("序号", "value")
    sheets: Sheets = {
        "子组": (heads, [(serial, chart.number, day) for serial, day, _values in rows]),
        "测得值": (child, [(serial, value) for serial, _day, values in rows for value in values]),
    }
    EXAMPLE.take_in(
        "spc.subgroup", sheets, "内径 2017.xlsx", actor("inspector"), progress, Provenance.RECONSTRUCTED
    )
    chart = measurements.freeze(chart, actor)
    measurements.go_on(chart, days[40:50], actor)


def _report(progress: Progress) -> None:
    EXAMPLE.report("质量诚信报告（2017 年度）", "official_2013", FIRST, LAST)
