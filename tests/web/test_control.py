"""Control limits on the cockpit: drawn where they belong, marked in shape and number, explained in words."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhicheng.core import bulk
from zhicheng.core.clocks import ClockRow
from zhicheng.core.process import registry
from zhicheng.core.writers import open_record
from zhicheng.metrics.definition import metrics
from zhicheng.metrics.evaluate import Counts
from zhicheng.stats import share_chart
from zhicheng.web import charts, cockpit_parts, control

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.house import House

STEADY = [(97, 100)] * 12


def drawn(
    counts: list[tuple[int, int]], target: tuple[str, int] | None = None
) -> tuple[control.Control, Any]:
    """The limits of twelve months and the chart's option with them."""
    months = tuple(Counts(x, n) for x, n in counts)
    found = control.control(charts.Monthly(metrics["incoming_acceptance"], 2017, (), months))
    option = charts.by_month(found.series, target, control.around(found))
    control.draw(option, found, target)
    return found, option


def lots(house: House, plan: dict[int, tuple[int, int]]) -> None:
    """Lots of 2017 by month: so many, of which so many accepted."""
    rows: list[Any] = []
    for month, (accepted, n) in plan.items():
        for i in range(n):
            verdict = "accepted" if i < accepted else "rejected"
            rows.append(
                (
                    len(rows),
                    {
                        "supplier": house.supplier, "document": f"C{month}-{i}", "line": 1,
                        "item": house.items["raw_material"], "quantity": "10", "sample_size": "5",
                        "nonconforming": "0", "verdict": verdict, "occurred_on": dt.date(2017, month, 5),
                    },
                )
            )  # fmt: skip
    by = house.actor("inspector")
    checked = bulk.check(registry["inspection.lot"], rows, by=by, provenance="imported")
    assert checked.errors == []
    bulk.write(checked, by=by, file_name="x.xlsx", file_sha256="0" * 64)


def texts(option: Any) -> list[str]:
    """The labels at the right end, from below."""
    lines = option["series"][0]["markLine"]["data"]
    labels = [(line["yAxis"], line["label"].get("formatter")) for line in lines]
    return [text for _at, text in sorted((at, text) for at, text in labels if text)]


def test_limits_are_steps_of_each_month_with_their_values_at_the_end() -> None:
    counts = [(95, 100), (380, 400), *[(97, 100)] * 9, (192, 200)]
    found, option = drawn(counts, ("ge", 9000))
    chart = share_chart(counts)
    upper, lower = option["series"][1:]
    assert (upper["step"], lower["step"]) == ("middle", "middle")
    assert upper["data"] == pytest.approx([p.upper * 100 for p in chart.points if p])
    assert lower["data"] == pytest.approx([p.lower * 100 for p in chart.points if p])
    last = chart.points[-1]
    assert last is not None
    assert texts(option) == [
        "目标 ≥ 90.00",
        f"下限 {last.lower * 100:.2f}",
        f"中心线 {chart.centre * 100:.2f}",
        f"上限 {last.upper * 100:.2f}",
    ]
    axis = option["yAxis"][0]
    assert axis["min"] <= min(lower["data"])
    assert 100 >= axis["max"] >= max(upper["data"])
    assert found.note()[0] == "没有月份超出控制限。"
    assert "由图中这 12 个月算出（第一阶段）" in found.note()[1]
    assert "未核对原文" in found.note()[1]


def test_a_month_beyond_its_limits_is_marked_in_shape_number_and_words() -> None:
    found, option = drawn([*STEADY[:4], (80, 100), *STEADY[5:9], (1000, 1000), *STEADY[10:]])
    assert found.beyond == (4, 9)
    data = option["series"][0]["data"]
    assert [at for at, point in enumerate(data) if point.get("symbol") == "rect"] == [4, 9]
    assert data[4]["label"]["formatter"] == "80.00\n{rule|1}", "below a low value"
    assert data[9]["label"]["formatter"] == "{rule|1}\n100.00", "above a high one"
    assert found.note()[0] == "超出控制限（图中标 1，判异准则 1）：5月、10月。"
    assert option["yAxis"][0]["min"] <= 74.7, "room for the mark"
    assert option["yAxis"][0]["max"] <= 100


def test_months_without_records_break_the_limits() -> None:
    counts = [*STEADY[:3], (0, 0), *STEADY[:4], *[(0, 0)] * 4]
    found, option = drawn(counts)
    for series in option["series"][1:]:
        assert [at for at, v in enumerate(series["data"]) if v == "-"] == [3, 8, 9, 10, 11]
    assert "由图中这 7 个月算出" in found.note()[1]


def test_five_months_are_too_few_for_limits() -> None:
    found, option = drawn([*STEADY[:5], *[(0, 0)] * 7], ("ge", 9000))
    assert found.chart is None
    assert found.note() == ["有记录的月份：5 个，不足 6 个，不画控制限。"]
    assert len(option["series"]) == 1
    (line,) = option["series"][0]["markLine"]["data"]
    assert line["yAxis"] == 90, "the target stays"


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=6).map(sorted), st.floats(0.1, 12)
)  # more than the axis can hold, too
def test_labels_stand_apart_in_order_and_inside_where_there_is_room(values: list[float], gap: float) -> None:
    placed = control.apart(values, gap, 0, 100)
    assert all(b - a >= gap - 1e-9 for a, b in pairwise(placed))
    if gap * (len(values) - 1) <= 100:
        assert placed[0] >= -1e-9
        assert placed[-1] <= 100 + 1e-9
    if all(b - a >= gap for a, b in pairwise(values)):
        assert placed == pytest.approx(values), "nothing moves that need not"


def test_the_page_shows_the_limits_of_each_month(house: House, enter: Callable[[str], Client]) -> None:
    lots(house, {month: (2 if month == 3 else 9, 10) for month in range(1, 8)})
    client = enter("quality_manager")
    (chart, months), _finished = cockpit_parts.rates(house.actor("quality_manager"), 2017)
    assert [m.name for m in months if m.beyond] == ["3月"]
    text = client.get("/cockpit", {"year": "2017"}).content.decode()
    assert "超出控制限（图中标 1，判异准则 1）：3月。" in text
    limits = months[0].limits
    assert limits is not None
    assert f"控制限 {limits[0]} 至 {limits[1]}" in text
    assert chart.note[0] in text
    assert "这一年没有计入的记录。" in text, "no product was presented: a sentence, not an empty chart"
    assert 'data-chart="first_pass"' not in text
    assert '"key": "first_pass"' not in text


def nonconformity(house: House, code: str, quantity: str, unit: str, **more: Any) -> Any:
    facts = {
        "source": "production", "product": "表", "description": "漏", "quantity": quantity, "unit": unit,
        "defect_code": code, "occurred_on": dt.date(2017, 5, 5), "late_reason": "补", **more,
    }  # fmt: skip
    return open_record(registry["nonconformity.nonconformity"], facts, by=house.actor("inspector"))


def test_defects_count_units_when_all_share_one(house: House) -> None:
    by = house.actor("quality_manager")
    nonconformity(house, "A", "2", "台")
    nonconformity(house, "A", "1", "台")
    nonconformity(house, "B", "40", "台")
    chart = cockpit_parts.defects(by, 2017)
    assert chart is not None
    bars = chart.option["series"][0]["data"]
    assert chart.option["xAxis"]["data"] == ["B", "A"]
    assert [(bar["value"], bar["label"]["formatter"]) for bar in bars] == [(40, "40"), (3, "3")]
    assert chart.option["yAxis"][0]["name"] == "台"
    assert chart.note == ("按数量（台）。",)
    nonconformity(house, "B", "2.5", "千克")
    chart = cockpit_parts.defects(by, 2017)
    assert chart is not None
    assert [bar["value"] for bar in chart.option["series"][0]["data"]] == [2, 2]
    assert chart.option["yAxis"][0]["name"] == "项"
    assert "单位不一" in chart.note[0]


def test_quantities_keep_their_decimals(house: House) -> None:
    nonconformity(house, "A", "2.5", "千克")
    chart = cockpit_parts.defects(house.actor("quality_manager"), 2017)
    assert chart is not None
    (bar,) = chart.option["series"][0]["data"]
    assert (bar["value"], bar["label"]["formatter"]) == (2.5, "2.5")


def test_rare_defects_are_one_bar_at_the_end_and_in_the_running_share(
    house: House, enter: Callable[[str], Client]
) -> None:
    for n in range(9):
        nonconformity(house, f"A{n}", str(20 - n), "台")
    rest = [nonconformity(house, f"B{n}", "9", "台").number for n in range(4)]
    chart = cockpit_parts.defects(house.actor("quality_manager"), 2017)
    assert chart is not None
    bars, shares = chart.option["series"]
    assert chart.option["xAxis"]["data"][-1] == "其余 4 种"
    assert bars["data"][-1]["value"] == 36
    assert chart.option["yAxis"][0]["max"] >= 36
    assert len(bars["data"]) == len(shares["data"]) == len(chart.addresses) == 10
    assert shares["data"][0] == pytest.approx(20 / (144 + 36) * 100, abs=0.001)
    assert shares["data"][-1] == 100
    page = enter("quality_manager").get(chart.addresses[-1])
    assert sorted(record.number for record, _cells in page.context["table"]) == sorted(rest)


def test_clocks_belong_to_the_year_of_the_event(house: House, enter: Callable[[str], Client]) -> None:
    """A record of 2017 that was entered today counts with 2017, as it does in every figure of the page."""
    old = nonconformity(house, "A", "1", "台")
    new = nonconformity(house, "A", "1", "台", occurred_on=house_today())
    by, client = house.actor("quality_manager"), enter("quality_manager")
    assert ClockRow.objects.filter(k=old.k).get().started_at.year == house_today().year
    for record, year in ((old, 2017), (new, house_today().year)):
        (found,) = cockpit_parts.clocks(by, year)
        assert (found.kept, found.late, found.running) == (0, 0, 1)
        address = f"/cockpit/records/clock?type=nonconformity.nonconformity&name=containment&how=running&year={year}"
        shown = client.get(address).context["table"]
        assert [one.number for one, _cells in shown] == [record.number]
    assert cockpit_parts.clocks(by, 2018) == []


def house_today() -> dt.date:
    from tests.house import today

    return today()


def test_clocks_count_what_the_person_may_open(house: House) -> None:
    from zhicheng.core.authority import SYSTEM
    from zhicheng.core.organisation import Site

    away = open_record(registry["org.site"], {"name": "二厂"}, by=SYSTEM)
    open_record(
        registry["org.role"],
        {"person": house.people["stranger"], "role": "quality_manager", "site": away},
        by=SYSTEM,
    )
    nonconformity(house, "A", "1", "台", site=Site.objects.order_by("k").first())
    here = nonconformity(house, "A", "1", "台", site=away)
    (found,) = cockpit_parts.clocks(house.actor("stranger"), 2017)
    assert found.running == 1
    (everywhere,) = cockpit_parts.clocks(house.actor("quality_manager"), 2017)
    assert everywhere.running == 2
    assert here.site_id == away.k
