"""Control charts in use: limits are computed, approved by another and frozen; what arrives is judged; a signal is a task."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError

from tests.house import today
from zhicheng.core.process import registry
from zhicheng.core.writers import Refused, amend, open_record
from zhicheng.ledger import log
from zhicheng.ledger.models import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.house import House

CHART, SUBGROUP, SIGNAL = (registry[f"spc.{name}"] for name in ("chart", "subgroup", "signal"))
CENTRE, SIGMA = 10.0, 0.02


def chart(house: House, kind: str = "xbar_r", size: int = 5, rules: str = "nelson") -> Any:
    facts = {
        "item": house.items["raw_material"],
        "characteristic": "外径",
        "kind": kind,
        "size": size,
        "rules": rules,
    }
    return open_record(CHART, facts, by=house.actor("quality_manager"))


def values(given: list[float]) -> list[dict[str, str]]:
    return [{"value": f"{one:.4f}"} for one in given]


def take(house: House, on: Any, given: list[float]) -> Any:
    facts = {"chart": on, "values": values(given), "occurred_on": today()}
    return open_record(SUBGROUP, facts, by=house.actor("inspector"))


def collect(house: House, on: Any, count: int = 25, seed: int = 5) -> list[list[float]]:
    """In-control subgroups, the same each time."""
    draw = random.Random(seed)
    rows = [[round(draw.gauss(CENTRE, SIGMA), 4) for _ in range(on.size)] for _ in range(count)]
    for row in rows:
        take(house, on, row)
    return rows


def running(house: House, **more: Any) -> Any:
    """A chart with frozen limits."""
    on = chart(house, **more)
    collect(house, on)
    on = house.perform(house.fresh(on), "propose_limits", "quality_manager")
    return house.perform(on, "freeze", "chief_quality_officer")


def test_limits_are_computed_approved_by_another_and_frozen(house: House) -> None:
    from zhicheng.stats import xbar_r

    on = chart(house)
    rows = collect(house, on)
    on = house.perform(house.fresh(on), "propose_limits", "quality_manager")
    assert (on.state, on.limits) == ("proposed", "")
    with pytest.raises(Refused, match="双人复核"):
        house.perform(on, "freeze", "quality_manager")
    on = house.perform(on, "freeze", "chief_quality_officer")
    expected = xbar_r(rows).xbar
    assert (on.state, on.edition, on.proposed) == ("running", 1, "")
    assert on.lines[0]["centre"] / 10**6 == pytest.approx(float(expected.centre.reshape(-1)[0]), abs=1e-6)
    assert on.lines[0]["upper"] / 10**6 == pytest.approx(float(expected.upper.reshape(-1)[0]), abs=1e-6)


def test_no_limit_can_be_typed(house: House) -> None:
    on = running(house)
    size = log.head().size
    for name in ("limits", "lines", "proposed", "edition"):
        with pytest.raises(Refused):
            amend(on, {name: "1"}, by=house.actor("quality_manager"), version=on.version, reason="改")
        with pytest.raises(ValidationError):
            house.perform(on, "propose_limits", "quality_manager", {name: "1"})
    assert log.head().size == size


def test_limits_need_enough_subgroups(house: House) -> None:
    on = chart(house)
    collect(house, on, 19)
    with pytest.raises(ValidationError, match="至少需要 20 个"):
        house.perform(house.fresh(on), "propose_limits", "quality_manager")


def test_a_point_beyond_the_frozen_limits_opens_a_signal_with_its_test(house: House) -> None:
    on = running(house)
    good = take(house, on, [10.0, 10.01, 9.99, 10.0, 10.0])
    assert (good.signals, good.edition) == ("", 1)
    bad = take(house, on, [10.1, 10.09, 10.1, 10.11, 10.1])
    assert "1" in bad.signals.split(",")
    signal = SIGNAL.model.objects.get()
    assert (signal.subgroup, signal.tests) == (bad, bad.signals)
    assert "准则 1" in signal.description
    assert log.versions("spc.signal", signal.k)[0].facts["_cause"] == bad.seq
    signal = house.perform(
        signal, "explain", "inspector", {"cause": "刀具崩刃", "action": "换刀", "assignable": True}
    )
    with pytest.raises(Refused):
        house.perform(signal, "close_signal", "inspector")
    assert house.perform(signal, "close_signal", "quality_manager").state == "closed"


def test_a_run_is_found_over_subgroups_and_a_wide_one_by_its_range(house: House) -> None:
    on = running(house)
    take(house, on, [9.99] * 4 + [9.995])
    found = [take(house, on, [10.008] * 4 + [10.012]).signals for _ in range(9)]
    assert "2" in found[8].split(",")
    assert all("2" not in one.split(",") for one in found[:8])
    assert "0" in take(house, on, [9.9, 10.1, 10.0, 9.95, 10.05]).signals.split(",")


def test_new_limits_are_a_new_edition_and_the_old_judge_until_approved(house: House) -> None:
    on = running(house)
    draw = random.Random(9)
    for _ in range(20):
        take(house, on, [round(draw.gauss(10.01, SIGMA), 4) for _ in range(5)])
    on = house.perform(house.fresh(on), "propose_limits", "quality_manager")
    before = on.limits
    assert take(house, on, [10.0] * 5).edition == 1
    on = house.perform(house.fresh(on), "freeze", "chief_quality_officer")
    assert (on.edition, on.limits == before) == (2, False)
    assert take(house, on, [10.0, 10.01, 10.0, 9.99, 10.0]).edition == 2


def test_a_declined_proposal_leaves_what_holds(house: House) -> None:
    on = chart(house)
    collect(house, on)
    on = house.perform(house.fresh(on), "propose_limits", "quality_manager")
    assert house.perform(on, "decline", "quality_manager", reason="数据不全").state == "collecting"
    assert house.fresh(on).proposed == ""


def test_an_excluded_subgroup_takes_no_part_in_limits(house: House) -> None:
    on = chart(house)
    collect(house, on)
    odd = take(house, on, [10.5] * 5)
    said = house.perform(house.fresh(on), "propose_limits", "quality_manager")
    assert "有判异" in said.finding
    on = house.perform(said, "decline", "quality_manager", reason="有特殊原因")
    house.perform(odd, "exclude", "quality_manager", reason="量具未归零")
    on = house.perform(on, "propose_limits", "quality_manager")
    assert on.proposed_lines[0]["subgroups"] == 25
    assert "没有判异" in on.finding


@pytest.mark.parametrize(("kind", "size"), [("xbar_s", 4), ("i_mr", 1)])
def test_other_charts_work_alike(kind: str, size: int, house: House) -> None:
    on = running(house, kind=kind, size=size)
    assert "1" in take(house, on, [10.2] * size).signals.split(",")


def test_measurements_of_a_lot_arrive_on_its_chart(house: House) -> None:
    on = running(house)
    lot = house.lot("PO-spc")
    measured = [{"characteristic": "外径", "value": v} for v in ("10.09", "10.09", "10.08", "10.09", "10.09")]
    asked = {"sample_size": "5", "nonconforming": "0", "verdict": "accepted", "measurements": measured}
    lot = house.perform(lot, "judge", "inspector", asked)
    taken = SUBGROUP.model.objects.order_by("-k")[0]
    assert (taken.source, taken.source_number) == (f"inspection.lot/{lot.k}", lot.number)
    assert SIGNAL.model.objects.filter(subgroup=taken).exists()
    acts = [e.type for e in Entry.objects.order_by("-seq")[:3]]
    assert acts == ["spc.signal", "spc.subgroup", "inspection.lot"]
    assert on.number in SIGNAL.model.objects.get(subgroup=taken).description


def test_a_lot_with_too_few_values_for_its_chart_says_so(house: House) -> None:
    running(house)
    measured = [{"characteristic": "外径", "value": "10.0"}] * 3
    asked = {"sample_size": "5", "nonconforming": "0", "verdict": "accepted", "measurements": measured}
    with pytest.raises(ValidationError, match="子组大小是 5"):
        house.perform(house.lot("PO-few"), "judge", "inspector", asked)


def test_the_pictures_show_limits_and_marked_points(house: House) -> None:
    on = running(house)
    take(house, on, [10.1] * 5)
    location, spread = CHART.pictures(house.fresh(on))  # type: ignore[misc]
    series, marked = location.option["series"]
    assert len(series["data"]) == 26
    assert [(one["value"][0], "1" in one["label"]["formatter"]) for one in marked["data"]] == [(25, True)]
    assert [line["label"]["formatter"].split()[0] for line in series["markLine"]["data"]] == [
        "UCL",
        "CL",
        "LCL",
    ]
    assert "第 1 版控制限" in location.note
    assert spread.title.startswith("R")


def test_a_chart_that_ended_takes_no_subgroup(house: House) -> None:
    on = house.perform(running(house), "end_chart", "quality_manager", reason="停产")
    with pytest.raises(Refused, match="已停用"):
        take(house, on, [10.0] * 5)


def test_a_chart_is_of_a_characteristic_that_the_item_has(house: House) -> None:
    with pytest.raises(ValidationError, match="没有名为“厚度”"):
        open_record(
            CHART,
            {
                "item": house.items["raw_material"],
                "characteristic": "厚度",
                "kind": "i_mr",
                "size": 1,
                "rules": "nelson",
            },
            by=house.actor("quality_manager"),
        )


def counted(house: House, kind: str, rows: Sequence[tuple[int, int | None]], **more: Any) -> Any:
    """A chart of counts with a subgroup of each (count, number inspected)."""
    facts = {
        "item": house.items["raw_material"],
        "characteristic": f"计数 {kind}",
        "kind": kind,
        "rules": "nelson",
    }
    on = open_record(CHART, {**facts, "size": 5, **more}, by=house.actor("quality_manager"))
    for count, inspected in rows:
        count_in(house, on, count, inspected)
    return on


def count_in(house: House, on: Any, count: object, inspected: int | None) -> Any:
    facts = {"chart": on, "values": [{"value": str(count), "inspected": inspected}], "occurred_on": today()}
    return open_record(SUBGROUP, facts, by=house.actor("inspector"))


SIZED = [(n % 4 + 1, 100 if n % 2 else 120) for n in range(24)]


@pytest.mark.parametrize("kind", ["p", "np", "c", "u", "laney_p", "laney_u"])
def test_counts_have_charts_with_frozen_limits_and_signals(house: House, kind: str) -> None:
    """The limits are those of ``zhicheng.stats`` for the same counts; a point far out opens a signal."""
    from zhicheng import stats

    on = counted(house, kind, SIZED)
    on = house.perform(house.fresh(on), "propose_limits", "quality_manager")
    on = house.perform(on, "freeze", "chief_quality_officer")
    counts, sizes = zip(*SIZED, strict=True)
    made = getattr(stats, kind if kind.startswith("laney") else f"{kind}_chart")
    expected = made(list(counts), *(() if kind == "c" else (list(sizes),)))
    assert on.lines[0]["upper"] == round(float(expected.upper.reshape(-1)[-1]) * 10**6)
    assert len(on.lines) == 1
    assert "1" not in count_in(house, on, 2, 100).signals.split(",")
    assert SIGNAL.model.objects.filter(tests__contains="1").count() == 0
    bad = count_in(house, on, 30, 100)
    assert "1" in bad.signals.split(",")
    assert SIGNAL.model.objects.latest("k").subgroup == bad


def test_limits_of_counts_follow_the_number_inspected_on_the_picture(house: House) -> None:
    on = counted(house, "p", SIZED)
    on = house.perform(house.fresh(on), "propose_limits", "quality_manager")
    (picture,) = CHART.pictures(on)  # type: ignore[misc]
    steps = [one for one in picture.option["series"] if one.get("step")]
    assert [one["name"] for one in steps] == ["UCL"]  # the lower one is 0 and the centre the same for all
    assert len(set(steps[0]["data"])) == 2
    assert picture.option["series"][0]["data"][0] == pytest.approx(1 / 120, abs=1e-6)


def test_a_count_that_cannot_be_is_refused(house: House) -> None:
    on = counted(house, "p", [])
    for count, inspected, said in (
        (1.5, 10, "整数"),
        (-1, 10, "整数"),
        (1, None, "检验数"),
        (11, 10, "大于检验数"),
    ):
        with pytest.raises(ValidationError, match=said):
            count_in(house, on, count, inspected)
    with pytest.raises(ValidationError, match="不能用 c 图"):
        counted(house, "c", [], from_lots=True)


def test_what_was_collected_keeps_its_kind(house: House) -> None:
    on = chart(house)
    take(house, on, [10.0] * 5)
    for changed in ({"kind": "p"}, {"size": 4}, {"kind": "i_mr"}):
        with pytest.raises(ValidationError, match="已有子组"):
            amend(on, changed, by=house.actor("quality_manager"), version=on.version, reason="改")
    assert (
        amend(on, {"kind": "xbar_s"}, by=house.actor("quality_manager"), version=on.version, reason="改").kind
        == "xbar_s"
    )


def test_judged_lots_come_to_the_chart_of_their_item(house: House) -> None:
    item = house.items["raw_material"]
    on = counted(house, "p", [], from_lots=True)
    lot = house.lot("PO-1", item=item)
    house.perform(
        lot, "judge", "inspector", {"sample_size": "20", "nonconforming": "1", "verdict": "rejected"}
    )
    found = SUBGROUP.model.objects.get(chart=on)
    assert (found.values, float(found.location)) == ([{"value": 10_000, "inspected": 20}], 0.05)
    assert found.source_number == lot.number


def test_ewma_finds_a_small_shift_that_single_points_do_not_show(house: House) -> None:
    """Limits and signals are those of ``zhicheng.stats.ewma`` over all that counts, also on the picture."""
    from zhicheng import stats

    on = chart(house, kind="ewma")
    assert (on.size, on.rules) == (1, "limits")
    values = [row[0] for row in collect(house, on, 25)]
    on = house.perform(house.fresh(on), "propose_limits", "quality_manager")
    on = house.perform(on, "freeze", "chief_quality_officer")
    held = stats.ewma(values).chart.limits
    assert on.lines[0]["centre"] == round(float(held.centre) * 10**6)
    for _ in range(12):
        values.append(round(CENTRE + SIGMA * 1.2, 4))
        taken = take(house, on, [values[-1]])
        expected = stats.ewma(values, limits=held).chart
        assert (taken.signals == "1") == bool(expected.beyond.reshape(-1)[-1])
    assert taken.signals == "1"
    assert abs(values[-1] - CENTRE) < 3 * SIGMA
    out = house.perform(
        SUBGROUP.model.objects.get(chart=on, k=taken.k - 1), "exclude", "quality_manager", reason="换刀"
    )
    (picture,) = CHART.pictures(house.fresh(on))  # type: ignore[misc]
    plotted = picture.option["series"][0]["data"]
    again = stats.ewma([*values[:-2], values[-1]], limits=held).chart.statistic.reshape(-1)
    assert (plotted[-2], plotted[-1]) == ("-", pytest.approx(float(again[-1]), abs=1e-6))
    assert out.state == "excluded"


def test_cusum_finds_which_way_the_mean_went_and_begins_anew_behind_a_signal(house: House) -> None:
    """Sums and signals are those of ``zhicheng.stats.cusum`` from the frozen limits on, also on the pictures."""
    from zhicheng import stats

    on = chart(house, kind="cusum")
    assert (on.size, on.rules) == (1, "limits")
    values = [row[0] for row in collect(house, on, 25)]
    on = house.perform(house.fresh(on), "propose_limits", "quality_manager")
    on = house.perform(on, "freeze", "chief_quality_officer")
    held = stats.cusum(values).limits
    assert on.lines[0]["centre"] == round(float(held.centre) * 10**6)
    assert "h = 5, k = 0.5" in on.lines[0]["estimator"]
    run: list[float] = []
    for _ in range(20):
        run.append(round(CENTRE - 1.5 * SIGMA, 4))
        taken = take(house, on, [run[-1]])
        expected = stats.cusum(run, limits=held)
        assert (taken.signals == "0") == bool(expected.lower[-1])
        if taken.signals:
            break
    assert taken.signals == "0"
    signal = SIGNAL.model.objects.get()
    assert "C⁻" in signal.description
    assert f"已连续 {len(run)} 个子组" in signal.description
    after = take(house, on, [round(CENTRE - 1.5 * SIGMA, 4)])
    assert after.signals == ""  # the sum that was found out does not go on
    up, down = CHART.pictures(house.fresh(on))  # type: ignore[misc]
    drawn = down.option["series"][0]["data"]
    assert drawn[-2] == pytest.approx(float(stats.cusum(run, limits=held).negative[-1]), abs=1e-6)
    assert drawn[-1] == pytest.approx(float(stats.cusum(run[-1:], limits=held).negative[-1]), abs=1e-6)
    assert len(up.option["series"][0]["data"]) == 26 + len(run)
    house.perform(house.fresh(taken), "exclude", "quality_manager", reason="换刀")
    again = CHART.pictures(house.fresh(on))[1].option["series"][0]["data"]  # type: ignore[misc]
    assert (again[-2], again[-1]) == ("-", pytest.approx(drawn[-1], abs=1e-6))
    high = [take(house, on, [round(CENTRE + 3 * SIGMA, 4)]).signals for _ in range(3)]
    assert "1" in high


def test_defects_of_judged_lots_come_to_the_u_chart_of_their_item(house: House) -> None:
    item = house.items["raw_material"]
    on = counted(house, "u", [], from_lots=True)
    asked = {"sample_size": "20", "nonconforming": "2", "verdict": "rejected"}
    lot = house.lot("PO-1", item=item)
    with pytest.raises(ValidationError, match="不能少于不合格数量"):
        house.perform(lot, "judge", "inspector", {**asked, "defects": 1})
    house.perform(lot, "judge", "inspector", {**asked, "defects": 5})
    house.perform(house.lot("PO-2", item=item), "judge", "inspector", asked)  # nobody counted defects
    (found,) = SUBGROUP.model.objects.filter(chart=on)
    assert (found.values, float(found.location)) == ([{"value": 50_000, "inspected": 20}], 0.25)
    assert (found.source, found.source_number) == (f"inspection.lot/{lot.k}", lot.number)


def batch(house: House, document: str, rejected: int, quantity: int = 10) -> Any:
    """A batch of the house's product, presented by production and judged by the inspector."""
    facts = {"product": house.product, "document": document, "quantity": quantity, "occurred_on": today()}
    presented = open_record(registry["inspection.batch"], facts, by=house.actor("production"))
    units = [
        {
            "serial": f"{document}-{n}",
            "verdict": "rejected" if n < rejected else "accepted",
            "defect": "漏气" if n < rejected else "",
        }
        for n in range(quantity)
    ]
    return house.perform(presented, "judge_units", "inspector", {"units": units})


def of_product(house: House, kind: str = "p", **more: Any) -> Any:
    facts = {
        "product": house.product,
        "characteristic": "首次检验",
        "kind": kind,
        "size": 1,
        "from_lots": True,
        "rules": "limits",
        **more,
    }
    return open_record(CHART, facts, by=house.actor("quality_manager"))


def test_finished_batches_come_to_the_p_chart_of_their_product_as_they_are_judged(house: House) -> None:
    """Limits and signals are those of ``zhicheng.stats.p_chart`` over the batches."""
    from zhicheng import stats

    on = of_product(house)
    counts = [n % 3 for n in range(20)]
    for n, rejected in enumerate(counts):
        batch(house, f"SJ-{n}", rejected)
    assert SUBGROUP.model.objects.filter(chart=on).count() == 20
    on = house.perform(house.fresh(on), "propose_limits", "quality_manager")
    on = house.perform(on, "freeze", "chief_quality_officer")
    expected = stats.p_chart(counts, [10] * 20)
    assert on.lines[0]["upper"] == round(float(expected.upper.reshape(-1)[-1]) * 10**6)
    bad = batch(house, "SJ-99", 7)
    taken = SUBGROUP.model.objects.latest("k")
    assert (taken.source_number, taken.signals) == (bad.number, "1")
    assert SIGNAL.model.objects.get().subgroup == taken
    assert house.product.name in on.title
    again = [
        {**u, "reworked": True, "reverdict": "accepted"} for u in bad.units if u["verdict"] == "rejected"
    ]
    units = [*again, *(u for u in bad.units if u["verdict"] == "accepted")]
    house.perform(house.fresh(bad), "reinspect_units", "inspector", {"units": units})
    assert SUBGROUP.model.objects.latest("k") == taken  # a first verdict counts, and once


def test_a_chart_is_of_an_item_or_of_a_product_and_stays_so(house: House) -> None:
    for wrong, said in (
        ({"item": house.items["raw_material"]}, "只填一个"),
        ({"product": None}, "须填一个"),
        ({"kind": "u"}, "逐台记结论"),
        ({"kind": "i_mr", "from_lots": False}, "没有测量的特性"),
    ):
        with pytest.raises(ValidationError, match=said):
            of_product(house, **wrong)
    on = of_product(house)
    other = {"item": house.items["raw_material"], "product": None}
    with pytest.raises(ValidationError, match="不能改"):
        amend(on, other, by=house.actor("quality_manager"), version=on.version, reason="改")
    with pytest.raises(Refused, match="已经登记为"):
        of_product(house, kind="np")
