"""A year of a gas-meter maker, in memory: the report that the tests of this folder draw and read again."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from zhicheng.reports.document import (
    Chart,
    ChartSpec,
    Column,
    FigureRef,
    Inlines,
    Limit,
    Series,
    Signature,
    SignOff,
    Table,
    Text,
)
from zhicheng.reports.report import Cover, Proof, Report
from zhicheng.reports.template import Unresolved, compose
from zhicheng.reports.values import Declared, Figure, Target, Then

T = TypeVar("T")

TEMPLATE = Path(__file__).with_name("sample_template.md")
ENTERPRISE = "浙江澜衡流量仪表有限公司"
YEAR = (date(2017, 1, 1), date(2017, 12, 31))
CHECKPOINT = (
    "91330000MA00000X0X/quality\n41873\n7mYzq1Zt0s5m9bq4Gm7V0V3m1o4l0xQ0m5c0lq7JtJo=\n\n"
    "— 91330000MA00000X0X/quality tE8f1mC0dQ2xJr5b3oVvK1sZ6uYhN7wPqLaR4iXcTgBe9yUjDkMf0lSzHnWpAoCvEr8Gt2Iq1"
    "Zt0s5m9bq4Gm7V0Q==\n"
)
FINGERPRINT = "3f2a 91c4 77de 0b1a 5c6d 22ef 9a10 4b7c 8d3e f612 0a9b c4d5 e6f7 1829 3a4b 5c6d"

MONTHS = (
    (912, 934), (851, 870), (1003, 1029), (940, 961), (955, 980), (981, 1003),
    (902, 930), (966, 988), (948, 970), (1001, 1021), (931, 950), (929, 949),
)  # fmt: skip
KINDS = (
    ("原材料", "material", 961, 968),
    ("外协件", "outsourced", 3498, 3583),
    ("外购件", "bought", 6860, 7034),
)
DEFECTS = (("外观", 61), ("尺寸超差", 112), ("材质", 38), ("标识", 27), ("性能", 19), ("其他", 9))
FAMILIES = (
    ("旋进", 9231, 9522, 8870, 9204),
    ("涡轮", 12804, 14110, 11963, 13350),
    ("腰轮", 9404, 9672, 9127, 9501),
    ("皮膜", 3196, 3733, 0, 0),
)
STANDARDS = (
    ("气体流量计", "国家标准", "GB/T 32201-2015", "2015-12-10"),
    (
        "使用差压装置测量流体流量 偏离给出的要求和工作条件的影响及其修正方法",
        "国家标准",
        "GB/Z 33902-2017",
        "2017-07-12",
    ),
    ("智能流量仪表 通用技术条件", "国家标准", "GB/T 34049-2017", "2017-07-31"),
    ("物联网总体技术 智能传感器可靠性设计方法与评审", "国家标准", "GB/T 34071-2017", "2017-07-31"),
    ("流量显示仪表", "行业标准", "JB/T 2274-2014", "2014-05-06"),
    ("液体容积式流量计 通用技术条件", "行业标准", "JB/T 9242-2015", "2015-10-10"),
    ("气体腰轮流量计", "行业标准", "JB/T 7385-2015", "2015-10-10"),
)


def share(numerator: int, denominator: int) -> str:
    """A share in percent with two places, half up, as the metrics round it."""
    if denominator == 0:
        return "无记录"
    hundredths = (numerator * 100_00 * 2 + denominator) // (2 * denominator)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def text(words: str) -> Inlines:
    return (Text(words),)


@dataclass
class MemoryResolver:
    """Answers from what was put into it; numbers are given in the order of asking."""

    known: Mapping[str, Figure]
    aims: Mapping[str, Target]
    facts: Mapping[str, Declared]
    tables: Mapping[str, Table]
    charts: Mapping[str, Chart]
    signatures: SignOff
    figures: dict[str, Figure] = field(default_factory=dict)

    def figure(self, name: str, params: Mapping[str, str]) -> str:
        key = " ".join([name, *(f"{key}={value}" for key, value in sorted(params.items()))])
        if key not in self.known:
            raise Unresolved(f"没有指标 {key}", f"no metric {key}")
        return self.known[key].no

    def target(self, name: str, params: Mapping[str, str]) -> str:
        return _found(self.aims, name, "目标", "target").no

    def declared(self, name: str, params: Mapping[str, str]) -> str:
        return _found(self.facts, name, "声明事实", "declared fact").no

    def table(self, name: str, params: Mapping[str, str]) -> Table:
        return _found(self.tables, name, "表", "table")

    register = table

    def chart(self, name: str, params: Mapping[str, str]) -> Chart:
        return _found(self.charts, name, "图", "chart")

    def sign_off(self, name: str, params: Mapping[str, str]) -> SignOff:
        return self.signatures


def _found(known: Mapping[str, T], name: str, zh: str, en: str) -> T:
    if name not in known:
        raise Unresolved(f"没有{zh} {name}", f"no {en} {name}")
    return known[name]


def sample_figures() -> dict[str, Figure]:
    """Every figure of the sample by the words that a template asks for it with."""
    figures: dict[str, Figure] = {}

    def add(
        key: str, name: str, counts: tuple[int, int | None], unit: str, months: int | None = None
    ) -> None:
        numerator, denominator = counts
        value = str(numerator) if denominator is None else share(numerator, denominator)
        period = (
            YEAR
            if months is None
            else (date(2017, months, 1), date(2017, months, monthrange(2017, months)[1]))
        )
        then = Then(numerator, denominator, value, 40112)
        if key == "incoming_month month=7":
            then = Then(905, 930, share(905, 930), 40112)
        figures[key] = Figure(
            f"F{len(figures) + 1}", name, unit, *period, numerator, denominator, value, then
        )

    add("incoming", "进货检验批合格率", (11319, 11585), "%")
    for name, kind, good, lots in KINDS:
        add(f"incoming kind={kind}", f"进货检验批合格率（{name}）", (good, lots), "%")
    for month, counts in enumerate(MONTHS, 1):
        add(f"incoming_month month={month}", "进货检验批合格率", counts, "%", month)
    for name, lots in DEFECTS:
        add(f"defect of={name}", f"不接收批数（{name}）", (lots, None), "批")
    add("final", "成品一次检验合格率", (34635, 37037), "%")
    add("final kind=roots", "成品一次检验合格率（气体腰轮流量计）", (9404, 9672), "%")
    for name, good, made, good_before, made_before in FAMILIES:
        add(f"final_2017 of={name}", f"成品一次检验合格率（{name}，2017 年）", (good, made), "%")
        add(
            f"final_2016 of={name}", f"成品一次检验合格率（{name}，2016 年）", (good_before, made_before), "%"
        )
    add("recall", "产品召回完成率", (0, 0), "%")
    add("complaints", "登记投诉件数", (143, None), "件")
    add("answered", "投诉按期答复率", (139, 143), "%")
    return figures


def sample_notes(figures: Mapping[str, Figure]) -> dict[str, tuple[str, ...]]:
    lots = "定义：首次提交且已有首次结论的进货批中，首次结论为接收的批所占的比例；按检验日期计入期间。"
    meters = "定义：首次送检且已有结论的成品中，首次结论为合格的台数所占的比例；按检验日期计入期间。"
    clean = "更正 0 条，迟录 0 条，作废 0 条；导入 100.00 %，补录重构 0.00 %。"
    notes: dict[str, tuple[str, ...]] = {}
    for key, figure in figures.items():
        if key.startswith("incoming"):
            changed = key == "incoming_month month=7"
            corrected = (
                "更正 3 条，迟录 1 条，作废 0 条；导入 99.68 %，补录重构 0.00 %。" if changed else clean
            )
            notes[figure.no] = (lots, corrected)
        elif key.startswith("final"):
            notes[figure.no] = (meters, "更正 2 条，迟录 0 条，作废 1 条；导入 95.12 %，补录重构 4.88 %。")
        elif key.startswith("defect"):
            notes[figure.no] = ("定义：首次结论为不接收的进货批，按主要不合格原因计数。", clean)
        else:
            notes[figure.no] = (f"定义：{figure.name}，按登记日期计入期间。", clean)
    return notes


def sample_tables(figures: Mapping[str, Figure]) -> dict[str, Table]:
    def counted(name: str, no: str) -> tuple[Inlines, ...]:
        parts = ("denominator", "numerator", "bare")
        return (text(name), *((FigureRef(no, part),) for part in parts))

    rows = [counted(name, figures[f"incoming kind={kind}"].no) for name, kind, _, _ in KINDS]
    rows.append(counted("合计", figures["incoming"].no))
    heads = (
        Column("类别"),
        Column("检验", "right", "批"),
        Column("接收", "right", "批"),
        Column("合格率", "right", "%"),
    )
    standards = tuple(tuple(text(cell) for cell in (str(at), *row)) for at, row in enumerate(STANDARDS, 1))
    certificates = tuple(
        tuple(
            text(cell)
            for cell in (
                f"气体涡轮流量计 G{16 * 2 ** (at % 5)}",
                "1.0 级",
                f"2015F{at:03d}-33",
                "2015-06-03",
                "有效",
            )
        )
        for at in range(1, 48)
    )
    return {
        "incoming": Table(
            heads, tuple(rows), text("进货检验结果"), text("接收以首次结论计，返工后复检不计入。")
        ),
        "standards": Table(
            (
                Column("序号", "center"),
                Column("标准名称"),
                Column("类别", "center"),
                Column("编号"),
                Column("发布日期", "center"),
            ),
            standards,
            text("参加起草并已发布的标准"),
        ),
        "certificates": Table(
            (
                Column("产品与规格"),
                Column("准确度", "center"),
                Column("证书编号"),
                Column("批准日期", "center"),
                Column("状态", "center"),
            ),
            certificates,
            text("计量器具型式批准证书"),
        ),
    }


def sample_charts(figures: Mapping[str, Figure]) -> dict[str, Chart]:
    months = tuple(figures[f"incoming_month month={month}"].no for month in range(1, 13))
    defects = tuple(figures[f"defect of={name}"].no for name, _ in DEFECTS)
    this_year = tuple(figures[f"final_2017 of={name}"].no for name, *_ in FAMILIES)
    last_year = tuple(figures[f"final_2016 of={name}"].no for name, *_ in FAMILIES)
    labels = tuple(f"{month} 月" for month in range(1, 13))
    target = (Limit("目标", target="T1"),)
    return {
        "incoming_by_month": Chart(
            ChartSpec("line", labels, (Series("批合格率", months),), "%", target),
            text("各月进货检验批合格率"),
        ),
        "defects": Chart(
            ChartSpec("pareto", tuple(name for name, _ in DEFECTS), (Series("不接收批数", defects),), "批"),
            text("进货不接收原因"),
        ),
        "final_by_family": Chart(
            ChartSpec(
                "bar",
                tuple(name for name, *_ in FAMILIES),
                (Series("2017 年", this_year), Series("2016 年", last_year)),
                "%",
            ),
            text("各系列成品一次检验合格率"),
        ),
    }


def sample_resolver() -> MemoryResolver:
    figures = sample_figures()
    evidence = "5d0c7f0f9b6a4f3e8c1d2b7a6e5f4c3b2a190807f6e5d4c3b2a1908070605040"
    return MemoryResolver(
        known=figures,
        aims={"incoming": Target("T1", "进货检验批合格率", "%", 9650, 2, "ge", "F1", True)},
        facts={
            "employees": Declared("D1", "在册员工", "386", "人", evidence, "人事部 林岚", "品质部 周衡"),
            "inspectors": Declared("D2", "专职检验人员", "41", "人", None, "人事部 林岚", "品质部 周衡"),
        },
        tables=sample_tables(figures),
        charts=sample_charts(figures),
        signatures=SignOff(
            (
                Signature("编制", "周衡（品质部）", "2018-03-12", "内容与记录一致"),
                Signature("审核", "沈砚（管理者代表）", "2018-03-15", "已核对更正与迟录"),
                Signature("批准", "", "", "对报告的客观性负责"),
            )
        ),
    )


def sample_report(*, source: str | None = None, enterprise: str = ENTERPRISE, draft: bool = False) -> Report:
    """The sample, or another template over the same year."""
    resolver = sample_resolver()
    document = compose(TEMPLATE.read_text("utf-8") if source is None else source, resolver)
    return Report(
        document=document,
        enterprise=enterprise,
        edition="1",
        period_from=YEAR[0],
        period_to=YEAR[1],
        issued_on=date(2018, 3, 20),
        figures=tuple(resolver.known.values()),
        targets=tuple(resolver.aims.values()),
        declared=tuple(resolver.facts.values()),
        notes=sample_notes(resolver.known),
        cover=Cover(
            (("统一社会信用代码", "91330000MA00000X0X"),), foot="本报告可以独立核对，方法见最后一页。"
        ),
        proof=None if draft else Proof(CHECKPOINT, FINGERPRINT),
    )
