"""Statistical studies: computed from a file that is kept, never typed, recomputed before they are signed."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError

from tests.house import today
from tests.stats.published import PISTON_RINGS
from tests.stats.test_gauge_rr import AIAG
from zhicheng.core.files import Stored, path_of, store
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, amend, open_record
from zhicheng.ledger import log
from zhicheng.processes.study.computing import kept, recomputed

if TYPE_CHECKING:
    from tests.house import House

STUDY = registry["study.study"]


def tsv(head: str, rows: Any) -> str:
    """As Excel copies it."""
    lines = [head.replace(" ", "\t")] if head else []
    return "\n".join([*lines, *("\t".join(str(c) for c in row) for row in rows)])


def long(head: str, layers: Any) -> str:
    """Operators × parts × trials as one row a reading."""
    return tsv(
        head,
        [
            (f"P{p}", f"测量员{o}", v)
            for o, parts in enumerate(layers, 1)
            for p, trials in enumerate(parts, 1)
            for v in trials
        ],
    )


def drawn(n: int, centre: float = 10.0, sd: float = 0.02, seed: int = 3) -> list[tuple[str]]:
    draw = random.Random(seed)
    return [(f"{draw.gauss(centre, sd):.3f}",) for _ in range(n)]


def agreement_rows() -> str:
    """20 parts, 2 appraisers, 2 trials; B errs once."""
    rows = []
    for part in range(1, 21):
        truth = "不合格" if part % 3 == 0 else "合格"
        for who in ("甲", "乙"):
            for trial in (1, 2):
                wrong = who == "乙" and part == 3 and trial == 2
                rows.append((part, who, trial, truth, "合格" if wrong else truth))
    return tsv("零件 评价者 次数 基准 评级", rows)


CASES: dict[str, tuple[dict[str, Any], str]] = {
    "capability": (
        {"lower": "73.95", "upper": "74.05"},
        tsv("x1 x2 x3 x4 x5", PISTON_RINGS[:25].tolist()),
    ),
    "gauge_crossed": ({"tolerance": "8"}, long("零件 操作者 测量值", AIAG)),
    "gauge_range": ({}, long("零件 操作者 测量值", AIAG)),
    "gauge_nested": ({}, long("零件 操作者 测量值", AIAG)),
    "type1": ({"reference": "10", "tolerance": "1", "resolution": "0.001"}, tsv("值", drawn(50))),
    "bias": ({"reference": "6"}, tsv("值", [(v,) for v in (5.8, 5.7, 5.9, 5.9, 6.0, 6.1, 6.0, 6.1, 6.4, 6.3, 6.0, 6.1, 6.2, 5.6, 6.0)])),
    "linearity": ({}, tsv("参考值 读数1 读数2", [(2, 2.7, 2.5), (4, 5.1, 3.9), (6, 5.8, 5.7), (8, 7.6, 7.7), (10, 9.1, 9.3)])),
    "stability": ({"reference": "10"}, tsv("日期 a b c", [(f"第{i}周", 10.0 + i % 2 / 100, 10.01, 9.99) for i in range(1, 9)])),
    "agreement": ({"positive": "不合格"}, agreement_rows()),
    "tolerance": ({"coverage": "95"}, tsv("", drawn(30))),
    "histogram": ({"lower": "9.9"}, tsv("直径", drawn(80))),
    "correlation": ({}, tsv("温度 尺寸", [(i, f"{2 * i + (-1) ** i * 0.3:.1f}") for i in range(5, 25)])),
    "pareto": ({}, tsv("缺陷 频数", [("price code", 80), ("schedule date", 27), ("supplier code", 66), ("contact num.", 94), ("part num.", 33)])),
    "run_chart": ({}, tsv("值", [(i,) for i in range(1, 15)])),
    "record_truth": ({"resolution": "0.001", "upper": "10.05"}, tsv("读数", drawn(120))),
}  # fmt: skip


def study(
    house: House, kind: str, data: str | None = None, role: str = "inspector", files: Any = (), **more: Any
) -> Any:
    given, table = CASES[kind]
    facts = {"kind": kind, "subject": "外径，三号车床", "occurred_on": today(), **given, **more}
    if "data_file" not in facts:
        facts["data"] = table if data is None else data
    return open_record(STUDY, facts, by=house.actor(role), files=files)


def value(record: Any, name: str) -> str:
    return next(str(row["value"]) for row in record.results if row["name"] == name)


def uploaded(content: bytes, name: str) -> Stored:
    return store(io.BytesIO(content), name)


def workbook(rows: Any, sheet: str = "数据") -> bytes:
    import xlsxwriter  # type: ignore[import-untyped]

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    page = book.add_worksheet(sheet)
    for at, row in enumerate(rows):
        page.write_row(at, 0, row)
    book.close()
    return stream.getvalue()


@pytest.mark.parametrize("kind", CASES)
def test_every_kind_is_computed_kept_drawn_and_recomputed(kind: str, house: House) -> None:
    record = house.fresh(study(house, kind))
    assert record.state == "draft"
    assert record.results
    assert record.verdict
    assert record.criterion
    assert record.data == ""
    assert path_of(record.data_file).is_file()
    assert recomputed(record) == kept(record)
    pictures = STUDY.pictures(record)  # type: ignore[misc]
    assert pictures
    assert all(one.option["series"][0]["data"] for one in pictures)


def test_every_kind_has_a_case() -> None:
    assert set(CASES) == {kind for kind, _word in STUDY.model._meta.get_field("kind").choices}


def test_figures_are_those_that_were_published(house: House) -> None:
    rings = study(house, "capability")
    assert float(value(rings, "Pp")) == pytest.approx(1.6550863376768, rel=1e-5)  # R qcc 3.0, pistonrings
    assert float(value(rings, "Ppk")) == pytest.approx(1.61615870701507, rel=1e-5)
    form = study(house, "gauge_range")
    assert float(value(form, "GRR 标准差")) == pytest.approx(0.30575, abs=1e-4)  # AIAG MSA, figure III-B 16
    assert float(value(form, "重复性（EV） 占研究变差")) == pytest.approx(17.62, abs=0.02)
    assert value(form, "可区分类别数 ndc") == "5"
    assert form.outcome == "conditional"
    bias = study(house, "bias")
    assert float(value(bias, "偏倚")) == pytest.approx(0.0067, abs=1e-4)  # AIAG MSA, bias example
    assert bias.outcome == "met"
    ranked = study(house, "pareto")
    assert [row["name"] for row in ranked.results][:2] == ["contact num.", "price code"]  # R qcc 2.7
    assert ranked.results[1]["unit"] == "占 26.67%，累计 58%"


def test_beside_a_capability_index_stand_distribution_and_stability(house: House) -> None:
    record = study(house, "capability")
    names = [row["name"] for row in record.results]
    assert {"原数据正态检验 p 值", "稳定性"} <= set(names)
    assert "过程稳定" in record.verdict
    drifting = [(f"{10 + i * 0.004 + (-1) ** i * 0.002:.4f}",) for i in range(60)]
    loose = study(house, "capability", tsv("d", drifting), lower="8", upper="12")
    assert "不能称为能力" in loose.verdict
    assert loose.verdict.startswith("Ppk")
    assert loose.outcome == "conditional"


@pytest.mark.parametrize(
    ("method", "more"), [("box-cox", {}), ("johnson", {}), ("quantile", {"distribution": "lognormal"})]
)
def test_data_that_are_not_normal(method: str, more: dict[str, str], house: House) -> None:
    draw = random.Random(8)
    rows = [(f"{draw.lognormvariate(0.5, 0.35):.4f}",) for _ in range(150)]
    plain = study(house, "capability", tsv("d", rows), lower=None, upper="6")
    assert "不可信" in plain.verdict
    record = study(house, "capability", tsv("d", rows), lower=None, upper="6", method=method, **more)
    assert "没有显出与所用分布不符" in record.verdict
    assert recomputed(house.fresh(record)) == kept(house.fresh(record))


def test_results_cannot_be_typed(house: House) -> None:
    size = log.head().size
    for name in ("results", "verdict", "outcome", "observations", "criterion", "notes"):
        with pytest.raises(ValidationError):
            study(house, "bias", **{name: "1"})
    record = study(house, "bias")
    with pytest.raises(Refused):
        amend(record, {"verdict": "好"}, by=house.actor("inspector"), version=1, reason="改")
    assert log.head().size == size + 1


def test_another_person_approves_and_signs(house: House) -> None:
    record = house.perform(study(house, "bias", role="quality_manager"), "submit", "quality_manager")
    with pytest.raises(Refused, match="双人复核"):
        house.perform(record, "approve", "quality_manager")
    record = house.perform(record, "approve", "chief_quality_officer")
    assert record.state == "kept"
    signed = log.versions("study.study", record.k)[-1].facts["_signed"]
    assert signed[0]["meaning"] == "批准统计研究"
    with pytest.raises(Refused):
        amend(record, {"reference": "7"}, by=house.actor("inspector"), version=record.version, reason="改")
    assert house.perform(record, "void_study", "quality_manager", reason="样件错了").state == "void"


def test_a_changed_data_file_is_found_before_it_is_approved(house: House) -> None:
    record = house.perform(study(house, "bias"), "submit", "inspector")
    path = path_of(record.data_file)
    before = path.read_bytes()
    path.write_bytes(before.replace(b"5.8", b"5.9"))
    with pytest.raises(Refused, match="指纹不符"):
        house.perform(record, "approve", "quality_manager")
    path.write_bytes(before)
    assert house.perform(record, "approve", "quality_manager").state == "kept"


def test_amending_computes_anew(house: House) -> None:
    record = study(house, "bias")
    with pytest.raises(ValidationError, match="须说明原因"):
        amend(record, {"reference": "5"}, by=house.actor("inspector"), version=1)
    record = amend(record, {"reference": "5"}, by=house.actor("inspector"), version=1, reason="参考值抄错")
    assert float(value(record, "偏倚")) == pytest.approx(1.0067, abs=1e-4)
    assert record.outcome == "unmet"


def test_a_workbook_gives_the_same_as_pasting(house: House) -> None:
    rows = [line.split("\t") for line in CASES["gauge_crossed"][1].split("\n")]
    typed = [rows[0], *([p, o, float(v)] for p, o, v in rows[1:])]
    file = uploaded(workbook(typed), "量具.xlsx")
    pasted = study(house, "gauge_crossed")
    taken = study(house, "gauge_crossed", data_file=file.sha256, files=[file])
    assert taken.results == pasted.results
    assert [f["name"] for f in log.versions("study.study", taken.k)[0].facts["_files"]] == ["量具.xlsx"]


def test_a_fingerprint_alone_opens_no_other_record_s_file(house: House) -> None:
    other = study(house, "bias")
    with pytest.raises(ValidationError, match="没有收到数据文件"):
        study(house, "bias", data_file=other.data_file)


@pytest.mark.parametrize(
    ("kind", "missing", "said"),
    [
        ("capability", {"lower": None, "upper": None}, "没有规格限"),
        ("bias", {"reference": None}, "参考值"),
        ("type1", {"tolerance": None}, "公差"),
        ("record_truth", {"resolution": None}, "分辨力"),
        ("tolerance", {"coverage": "100"}, "0 与 100 之间"),
        ("capability", {"lower": "75", "upper": "74"}, "大于规格下限"),
    ],
)
def test_what_is_missing_is_asked_for(kind: str, missing: dict[str, Any], said: str, house: House) -> None:
    with pytest.raises(ValidationError) as caught:
        study(house, kind, **missing)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("bias", "值\n1.0\nabc\n1.1", "第 3 行“值”列不是数"),
        ("bias", "值\n1.0\n\n1.1\n5 5", "没有全是数的列"),
        ("capability", "a\tb\n1\t2\n3\t", "第 3 行“b”列是空的"),
        ("bias", "值", "只有列名，没有数据"),
        ("gauge_crossed", "甲\t乙\t丙\t丁\n1\t2\t3\t4", "认不出"),
        ("gauge_crossed", "零件\t操作者\t值\n1\tA\t1\n1\tA\t2\n2\tA\t1", "不均衡"),
        ("bias", "值\n5\n5\n5", "相同"),
        ("correlation", "a\tb\tc\n1.5\t2\t3\n2\t3\t5", "正好两列"),
        ("agreement", "零件\t评价者\t评级\n1\t甲\t好\n1\t乙\t好\n2\t甲\t坏", "没有评零件"),
    ],
)
def test_bad_data_are_refused_with_their_place(kind: str, data: str, said: str, house: House) -> None:
    size = log.head().size
    columns = {"columns": "值"} if "abc" in data else {}
    with pytest.raises(ValidationError) as caught:
        study(house, kind, data, **({"positive": ""} if kind == "agreement" else {}), **columns)
    assert said in str(caught.value)
    assert log.head().size == size


def test_bad_files_are_refused_with_a_sentence(house: House) -> None:
    for content, name, said in (
        (b"%PDF-1.7", "a.pdf", "PDF"),
        (b"PK\x03\x04broken", "a.xlsx", "损坏"),
        (workbook([["值"], [1.0], ["x"], [2.0]]), "b.xlsx", "工作表“数据”第 3 行“值”列"),
    ):
        file = uploaded(content, name)
        with pytest.raises(ValidationError) as caught:
            study(
                house, "bias", data_file=file.sha256, files=[file], columns="值" if name == "b.xlsx" else ""
            )
        assert said in str(caught.value)


def test_no_data_no_study(house: House) -> None:
    with pytest.raises(ValidationError, match="还没有数据"):
        study(house, "bias", "")


def test_pasted_data_longer_than_a_fact_go_into_the_file(house: House) -> None:
    text = tsv("d", drawn(2000))
    assert len(text.encode()) > 4096
    record = study(house, "histogram", text)
    assert record.observations == 2000
    facts = log.versions("study.study", record.k)[0].facts
    assert facts["data"] == ""
    assert path_of(facts["data_file"]).read_text() == text


def test_limits_come_from_the_item_s_characteristic(house: House) -> None:
    record = study(
        house, "capability", tsv("d", drawn(60)), lower=None, upper=None, item=house.items["raw_material"],
        characteristic="外径",
    )  # fmt: skip
    assert (str(record.lower), str(record.upper), record.unit) == ("9.9000", "10.1000", "mm")


def test_what_plays_no_part_is_not_kept(house: House) -> None:
    record = house.fresh(study(house, "run_chart", reference="7", lower="1", positive="坏"))
    assert (record.reference, record.lower, record.positive, record.confidence) == (None, None, "", None)


def test_one_column_is_cut_into_subgroups(house: House) -> None:
    rows = [(v,) for row in PISTON_RINGS[:25].tolist() for v in row]
    cut = study(house, "capability", tsv("d", rows), size=5)
    assert cut.results == study(house, "capability").results
    with pytest.raises(ValidationError, match="多出 1 个"):
        study(house, "capability", tsv("d", rows[:101]), size=5)


def test_a_file_without_heads_loses_no_row(house: House) -> None:
    """A first row of labels and a number is data, not the names of columns."""
    body = CASES["gauge_crossed"][1].split("\n", 1)[1]
    assert study(house, "gauge_crossed", body).results == study(house, "gauge_crossed").results


def test_records_that_end_in_five_give_a_signal(house: House) -> None:
    draw = random.Random(4)
    rows = [(f"{round(draw.gauss(20, 0.5) * 20) / 20:.2f}",) for _ in range(200)]
    record = study(house, "record_truth", tsv("读数", rows), resolution="0.01", upper=None)
    assert value(record, "末位数字偏好") == "有信号"
    assert "不是造假的证明" in record.verdict
    fair = study(house, "record_truth")
    assert value(fair, "末位数字偏好") == "无信号"


def test_a_limit_line_is_drawn_at_its_own_value(house: House) -> None:
    """ECharts would round it to two decimals: the limits of piston rings, 73.988 and 74.014, would stand at 73.99 and 74.01."""
    import re

    from zhicheng.reports.assets import PACKAGED
    from zhicheng.reports.charts import draw_charts

    chart = STUDY.pictures(study(house, "capability"))[1]  # type: ignore[misc]
    lines = chart.option["series"][0]["markLine"]["data"]
    upper, _centre, lower = (one["yAxis"] for one in lines)
    (svg,) = draw_charts([chart.option], PACKAGED.echarts)
    across = re.findall(r'<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"[^>]*stroke-dasharray', svg)
    heights = sorted({float(y) for _x, y, _x2, y2 in across if y == y2})
    axis = chart.option["yAxis"]
    scale = (heights[-1] - heights[0]) / (upper - lower)
    plot = 270 - 34 - 8
    assert scale == pytest.approx((plot - 20) / (axis["max"] - axis["min"]), rel=0.06)
