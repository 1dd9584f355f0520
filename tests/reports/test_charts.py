"""Charts: the option is data, says what the figures say, and is drawn the same each time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from zhicheng.reports.assets import PACKAGED
from zhicheng.reports.charts import chart_option, control_option, describe, draw_charts
from zhicheng.reports.document import Chart, ChartSpec, ControlLimit, ControlSpec, Document, Limit, Series
from zhicheng.reports.document_json import DocumentError, from_json, to_json
from zhicheng.reports.drawn import DrawnChart
from zhicheng.reports.layout import lay_out
from zhicheng.reports.report import Report


def spec(report: Report, name: str) -> ChartSpec:
    found = next(one.spec for one in report.document.blocks if isinstance(one, Chart) and one.name == name)
    assert isinstance(found, ChartSpec)
    return found


def option(report: Report, name: str) -> dict[str, Any]:
    return json.loads(json.dumps(chart_option(report, spec(report, name))))  # type: ignore[no-any-return]


def test_labels_carry_the_characters_of_the_figures(report: Report):
    data = option(report, "incoming_by_month")["series"][0]["data"]
    assert [one["label"]["formatter"] for one in data] == [
        report.value(no).shown("bare") for no in spec(report, "incoming_by_month").series[0].figures
    ]
    assert data[10]["label"]["formatter"] == "98.00"


def test_a_limit_is_a_line_with_its_value_at_the_end_and_inside_the_axis(report: Report):
    drawn = option(report, "incoming_by_month")
    (line,) = drawn["series"][0]["markLine"]["data"]
    assert (line["yAxis"], line["label"]["formatter"], line["label"]["position"]) == (
        96.5,
        "目标\n96.50 %",
        "end",
    )
    assert drawn["yAxis"][0]["min"] <= 96.5
    assert drawn["yAxis"][0]["max"] <= 100


def test_bars_begin_at_zero_and_shares_end_at_a_hundred(report: Report):
    axis = option(report, "final_by_family")["yAxis"][0]
    assert (axis["min"], axis["max"]) == (0, 100)


def test_a_figure_without_records_leaves_a_gap(report: Report):
    assert [one["value"] for one in option(report, "final_by_family")["series"][1]["data"]][-1] == "-"


def test_a_pareto_chart_falls_and_its_running_share_ends_at_a_hundred(report: Report):
    drawn = option(report, "defects")
    assert drawn["xAxis"]["data"][:2] == ["尺寸超差", "外观"]
    values = [one["value"] for one in drawn["series"][0]["data"]]
    assert values == sorted(values, reverse=True)
    assert drawn["series"][1]["data"][-1] == 100
    # What is not a figure carries no number.
    assert "label" not in drawn["series"][1]


@pytest.mark.parametrize("value", ["无记录", "0.00", "100.00", "0.01", "12345678"])
def test_a_single_value_of_any_size_can_be_drawn(report: Report, value: str):
    from dataclasses import replace

    one = replace(report.figures[0], value=value, denominator=0 if value == "无记录" else 7)
    alone = replace(report, figures=(one,))
    for kind in ("line", "bar", "pareto"):
        drawn = chart_option(alone, ChartSpec(kind, ("甲",), (Series("甲", ("F1",)),), "%"))
        assert drawn["yAxis"][0]["min"] < drawn["yAxis"][0]["max"]


def test_only_figures_are_plotted_and_only_numbers_are_limits(report: Report):
    with pytest.raises(TypeError, match="T1"):
        chart_option(report, ChartSpec("line", ("甲",), (Series("甲", ("T1",)),)))
    with pytest.raises(TypeError, match="上限"):
        chart_option(
            report, ChartSpec("line", ("甲",), (Series("甲", ("F1",)),), "%", (Limit("上限", figure="F33"),))
        )


def test_drawing_is_repeatable_and_has_no_script(report: Report):
    options = [option(report, name) for name in ("incoming_by_month", "defects")]
    first, second = draw_charts(options, PACKAGED.echarts), draw_charts(options, PACKAGED.echarts)
    assert first == second
    assert all(svg.startswith("<svg") and "<script" not in svg for svg in first)
    assert "尺寸超差" in first[1]
    assert draw_charts([], PACKAGED.echarts) == ()


def test_names_from_data_stay_text_in_the_drawing(report: Report):
    hostile = "</script><script>x</script> {a|b}"
    (svg,) = draw_charts(
        [chart_option(report, ChartSpec("bar", (hostile,), (Series(hostile, ("F1",)),)))], PACKAGED.echarts
    )
    assert "<script" not in svg
    assert "&lt;script" in svg


def test_the_description_names_every_value(report: Report):
    words = describe(report, spec(report, "incoming_by_month"))
    assert "7 月 96.99 %" in words
    assert words.endswith("目标：96.50 %")


CONTROL = ControlSpec(
    name="p 不合格品率",
    x=("ZZ-2026-00001", "ZZ-2026-00002", "ZZ-2026-00003"),
    values=(10_000, 90_000, None),
    places=6,
    edition=2,
    limits=(ControlLimit("UCL", "", (60_000, 50_000, 60_000)), ControlLimit("CL", "0.02", (20_000,))),
    marks=((1, "1"),),
)


def test_a_control_chart_survives_json_and_is_drawn_with_limits_and_marks():
    document = Document("报告", (Chart(CONTROL, name="p"),))
    plain = json.loads(json.dumps(to_json(document)))
    assert from_json(plain) == document
    drawn = control_option(CONTROL)
    assert [one["data"] for one in drawn["series"][:2]] == [[0.01, 0.09, "-"], [0.06, 0.05, 0.06]]
    (svg,) = draw_charts([json.loads(json.dumps(drawn))], PACKAGED.echarts)
    assert "CL 0.02" in svg
    for broken in ([1, 2, 3.5], [1, 2]):
        plain["blocks"][0]["spec"]["values"] = broken
        with pytest.raises(DocumentError):
            from_json(plain)


def test_a_control_chart_says_itself_that_no_bundle_proves_it(report: Report):
    from dataclasses import replace

    blocks = (Chart(CONTROL, name="p"),)
    (piece, *_rest) = lay_out(replace(report, document=replace(report.document, blocks=blocks))).pieces
    assert isinstance(piece, DrawnChart)
    assert "控制限为第 2 版" in piece.notes[0]
    assert "不能由证明包重算" in piece.notes[0]
    assert "ZZ-2026-00002（准则 1）" in piece.alt
