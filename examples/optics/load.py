"""Loads the example through the public import path. ``load`` may be called again: what is there is left alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from examples.loading import Example, Progress, Sheets, Step, run, some
from examples.optics.inspection import Presented, batches, lots
from zhicheng.core import setup
from zhicheng.core.authority import Actor
from zhicheng.core.calendar import working_days
from zhicheng.core.process import registry
from zhicheng.core.records import Provenance
from zhicheng.core.writers import open_record, perform
from zhicheng.ledger import checkpoints

HERE = Path(__file__).parent
YEARS = (2019, 2020, 2021)
FIRST, LAST = dt.date(YEARS[0], 1, 1), dt.date(YEARS[-1], 12, 31)
BEGUN = "2019-01-02"
EXAMPLE = Example(
    HERE,
    setup.Enterprise("明岚光学仪器有限公司（示例）", "91330700MINGLA0021", "一厂"),
    "重构：符合一份公开报告所印的比率，检验数与单条记录为推定",
    "demo-admin-2021",
)
ACCOUNTS = EXAMPLE.accounts()
OBJECTIVES = (
    ("产品出厂合格率", "outgoing", "T-3.3.1"),
    ("产品投诉处理率", "complaints_closed", "T-3.3.7"),
)


def load(progress: Progress = lambda step, done, total: None) -> None:
    """Load everything that is not there yet, up to the approval of the report."""
    run(
        (
            Step("组织与人员", _organisation, some("org.appointment")),
            Step("供方、物料与产品", _materials, some("inspection.product")),
            Step("进货检验批", _lots, some("inspection.lot")),
            Step("成品送检批", _batches, some("inspection.batch")),
            Step("顾客与发货", _customers, some("delivery.shipment")),
            Step("投诉", _complaints, some("complaint.complaint")),
            Step("台账、目标与声明", _registers, some("report.declared")),
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
    return EXAMPLE.actor("quality_manager")


def days_of(year: int) -> list[dt.date]:
    """The working days of a year."""
    return list(working_days(dt.date(year, 1, 1), dt.date(year, 12, 31)))


def presented() -> list[Presented]:
    """The batches of all years."""
    return [b for year in YEARS for b in batches(EXAMPLE, year, days_of(year))]


def _organisation(progress: Progress) -> None:
    EXAMPLE.organisation(progress)
    EXAMPLE.appoint({"integrity_officer": "2002", "committee_chair": "2001", "representative": "2002"}, BEGUN)


def _materials(progress: Progress) -> None:
    buyer = EXAMPLE.actor("purchasing")
    heads = ("name", "grade", "risk_class", "qualified_until", "audited_on", "outsourcing", "agreement_on", "occurred_on", "state")  # fmt: skip
    rows = [
        (s["name"], s["grade"], s["risk_class"], "2029-12-31", "2018-11-20", "是" if s["kind"] == "outside_processing" else "否",
         BEGUN if s["kind"] == "outside_processing" else "", BEGUN, "合格供方")
        for s in EXAMPLE.table("suppliers")
    ]  # fmt: skip
    EXAMPLE.take_in("supplier.supplier", {"供方": (heads, rows)}, "供方.xlsx", buyer, progress)
    EXAMPLE.take_in_table("supplier.item", "items", buyer, progress, occurred_on=BEGUN)
    quality = EXAMPLE.actor("quality_manager")
    EXAMPLE.take_in_table("inspection.product", "products", quality, progress, occurred_on=BEGUN)


def _lots(progress: Progress) -> None:
    rows = [row for year in YEARS for row in lots(EXAMPLE, year, days_of(year))]
    sheets: Sheets = {"进货检验批": (list(rows[0]), [list(r.values()) for r in rows])}
    by = EXAMPLE.actor("inspector")
    EXAMPLE.take_in(
        "inspection.lot", sheets, "进货检验批 2019—2021.xlsx", by, progress, Provenance.RECONSTRUCTED
    )


def _batches(progress: Progress) -> None:
    plan = presented()
    heads = ("产品型号", "送检单号", "送检数量", "发生日期", "检验员", "放行日期", "状态")
    rows = [(b.product, b.document, len(b.units), b.day, b.inspector, b.released, "已放行") for b in plan]
    units = ("送检单号", "编号", "首次结论", "缺陷代码")
    sheets: Sheets = {
        "成品送检批": (heads, rows),
        "逐台结果": (units, [u for b in plan for u in _units(b)]),
    }
    by = EXAMPLE.actor("production")
    EXAMPLE.take_in(
        "inspection.batch", sheets, "成品送检批 2019—2021.xlsx", by, progress, Provenance.RECONSTRUCTED
    )


def _units(batch: Presented) -> Iterable[tuple[str, str, str, str]]:
    for i, defect in enumerate(batch.units, 1):
        yield batch.document, batch.serial(i), "不接收" if defect else "接收", defect or ""


def _customers(progress: Progress) -> None:
    by, plan = EXAMPLE.actor("sales"), presented()
    EXAMPLE.take_in_table("customer.customer", "customers", by, progress)
    EXAMPLE.take_in_table("listening.channel", "channels", by, progress)
    heads = ("document", "line", "customer", "product", "batch", "quantity", "unit", "occurred_on")
    rows = [
        (f"FH-{b.document}", 1, b.customer, b.product, b.document, b.units.count(None), "台", b.shipped)
        for b in plan
    ]
    ranges = [(f"FH-{b.document}", 1, b.serial(a), b.serial(z)) for b in plan for a, z in b.accepted()]
    sheets: Sheets = {
        "发货": (heads, rows),
        "出厂编号": (("发货单号", "行号", "编号或起号", "止号"), ranges),
    }
    EXAMPLE.take_in(
        "delivery.shipment", sheets, "发货 2019—2021.xlsx", by, progress, Provenance.RECONSTRUCTED
    )


def _complaints(progress: Progress) -> None:
    quality, service = EXAMPLE.actor("quality_manager"), EXAMPLE.actor("after_sales")
    EXAMPLE.take_in_table("complaint.promise", "promises", quality, progress)
    EXAMPLE.take_in_table("complaint.complaint", "complaints", service, progress, Provenance.RECONSTRUCTED)
    checkpoints.sign("on_demand")


def _registers(progress: Progress) -> None:
    quality, chief = EXAMPLE.actor("quality_manager"), EXAMPLE.actor("general_manager")
    for register in ("standard", "certificate", "honour"):
        EXAMPLE.take_in_table(f"register.{register}", f"{register}s", quality, progress)
    for name, metric, source in OBJECTIVES:
        facts = {
            "name": name,
            "level": "company",
            "year": YEARS[-1],
            "metric": metric,
            "operator": "ge",
            "target": "100",
            "source": f"公开报告的质量目标（{source}）",
            "occurred_on": "2021-01-04",
        }
        objective = open_record(registry["objective.objective"], facts, by=quality)
        perform(objective, "approve", {}, by=chief, version=1)
    EXAMPLE.declare(_declared())


def _declared() -> Iterable[dict[str, object]]:
    """What has no records: a value for each year, and the patents at the end of the last."""
    for row in EXAMPLE.table("declared"):
        for year in YEARS:
            yield {
                "name": f"{row['name']}_{year}",
                "subject": f"{year} 年{row['subject']}",
                "value": row[str(year)],
                "unit": row["unit"],
                "period_from": dt.date(year, 1, 1),
                "period_to": dt.date(year, 12, 31),
            }
    period = {"unit": "项", "period_from": FIRST, "period_to": LAST}
    yield {"name": "patents", "subject": "专利", "value": "60", **period}
    yield {"name": "patents_invention", "subject": "其中发明专利", "value": "1", **period}


def _report(progress: Progress) -> None:
    EXAMPLE.report("质量诚信报告（2019—2021）", "gbt29467_eight", FIRST, LAST)
