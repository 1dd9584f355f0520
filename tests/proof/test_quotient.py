"""A metric divided by another: proved from the two figures that stand beside it, by both verifiers (format §4, §6)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.proof.build import LOT, PDF, Case, House, fingerprint, metric, quotient
from zhicheng.proof import verify as v

SHIPMENT = "delivery.shipment"
REJECTED = metric(
    name="rejected",
    unit="批",
    form="count",
    numerator={"of": "count", "fact": None, "where": [["first_verdict", "is", "rejected"]]},
    denominator=None,
    scale=1,
    places=0,
    failed=None,
)
SHIPPED = metric(
    name="shipped",
    unit="台",
    type=SHIPMENT,
    states=["shipped"],
    where=[],
    form="sum",
    numerator={"of": "sum", "fact": "quantity", "where": []},
    denominator=None,
    scale=1,
    fact_places=3,
    places=0,
    failed=None,
    labels={},
)
METRICS = {"rejected": REJECTED, "shipped": SHIPPED, "rejected_per_thousand": quotient()}
PARTS = [{"metric": "rejected", "slice": []}, {"metric": "shipped", "slice": []}]
RATE = {"metric": "rejected_per_thousand", "slice": []}


def shipped_house(*shipments: tuple[str, int]) -> House:
    """A log of two lots of 2017, one of them rejected, and shipments in thousandths of a unit; a checkpoint after the year."""
    house = House(day="2016-12-01")
    graph = {"may_open": ["occurred_on", "state"], "graph": [["open", "accepted"]]}
    house.define(METRICS, {LOT: graph, SHIPMENT: graph})
    house.lot("2017-01-01", "accepted")
    house.lot("2017-12-31", "rejected")
    for on, quantity in shipments:
        facts = {"state": "shipped", "occurred_on": on, "purchase_kind": "raw", "provenance": "entered"}
        house.write(SHIPMENT, "open", None, quantity=quantity, **facts)
    house.day = "2018-02-01"
    house.checkpoint()
    return house


def rated(**more: Any) -> Case:
    """A report with the quotient and its two figures: one rejected lot, 3,000 units shipped in 2017."""
    house = shipped_house(("2017-03-01", 1_250_000), ("2017-12-31", 1_750_000), ("2018-01-01", 9_000_000))
    given_ = {"house": house, "metrics": METRICS, "figures": [*PARTS, RATE], "document": [{"figure": "F3"}]}
    return Case(**{**given_, **more})


def verdict(case: Case, folder: Path) -> v.Verdict:
    return v.verify_bundle(case.bundle(folder), PDF, fingerprint())


def statuses(found: v.Verdict) -> list[str]:
    return [one["status"] for one in found.data["figures"]]


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1], [1, 2, 0]])
def test_a_quotient_is_proved_from_its_two_figures(tmp_path, order):
    figures = [[*PARTS, RATE][at] for at in order]
    found = verdict(rated(figures=figures, document=[]), tmp_path)
    assert found.exit == 0, found.text("en")
    rate = next(one for one in found.data["figures"] if one["metric"] == "rejected_per_thousand")
    assert rate["recomputed"] == {"numerator": 1, "denominator": 3_000_000, "value": "0.33"}
    assert rate["parts"] == [f"F{order.index(0) + 1}", f"F{order.index(1) + 1}"]
    said = found.text("zh")
    assert f"{rate['parts'][0]} (1) ÷ {rate['parts'][1]} (3000.000) × 1000 = 「0.33」" in said
    assert "rejected (「进货检验批合格率」) ÷ (shipped (「进货检验批合格率」) ÷ 10^3) × 1000" in said


def test_a_value_from_soon_after_the_period_is_proved_too(tmp_path):
    """A shipment of the year voided after E: the two values differ, and each is the quotient of its time."""
    case = rated()
    case.house.write(SHIPMENT, "void", 2, state="void")
    found = verdict(case, tmp_path)
    assert found.exit == 0, found.text("en")
    rate = found.data["figures"][2]
    assert (rate["then"]["denominator"], rate["then"]["value"]) == (3_000_000, "0.33") or rate["then"][
        "size"
    ] < 20
    assert rate["recomputed"]["value"] == "0.80"


def test_nothing_to_divide_by_prints_no_records(tmp_path):
    found = verdict(rated(house=shipped_house(("2018-05-05", 1000))), tmp_path)
    assert found.exit == 0, found.text("en")
    assert found.data["figures"][2]["recomputed"] == {"numerator": 1, "denominator": 0, "value": v.NO_RECORDS}
    assert " ÷ F2 (0.000) × 1000 = 「无记录」" in found.text("zh")


@pytest.mark.parametrize("lost", [0, 1])
def test_a_quotient_without_one_of_its_figures_is_false(tmp_path, lost):
    figures = [RATE, PARTS[1 - lost]]
    found = verdict(rated(figures=figures, document=[]), tmp_path)
    assert (found.exit, statuses(found)) == (1, ["false", "proved"])
    assert ["rejected", "shipped"][lost] in next(f for f in found.findings if f.code == "figure.part").say.en


@pytest.mark.parametrize(
    "other",
    [
        {"from": "2017-02-01"},
        {"to": "2018-01-01"},
        {"slice": [["purchase_kind", "is", "raw"]]},
    ],
)
def test_a_figure_of_another_period_or_slice_is_not_its_part(tmp_path, other):
    figures = [PARTS[0], {**PARTS[1], **other}, RATE]
    found = verdict(rated(figures=figures, document=[]), tmp_path)
    assert (found.exit, statuses(found)) == (1, ["proved", "proved", "false"])
    assert "figure.part" in {f.code for f in found.findings}


def test_a_slice_holds_for_both(tmp_path):
    slice_ = [["purchase_kind", "is", "raw"]]
    figures = [{**one, "slice": slice_} for one in (*PARTS, RATE)]
    found = verdict(rated(figures=figures), tmp_path)
    assert found.exit == 0, found.text("en")
    assert "purchase_kind" in found.text("en")


def test_a_quotient_may_not_be_sliced_by_what_one_of_them_has_alone(tmp_path):
    figures = [{**one, "slice": [["state", "is_not", "open"]]} for one in (*PARTS, RATE)]
    found = verdict(rated(figures=figures), tmp_path)
    assert (found.exit, statuses(found)[2]) == (1, "false")


def swapped(**values: Any) -> Any:
    """A report whose third figure states something else."""

    def spoil(report: dict[str, Any]) -> dict[str, Any]:
        *parts, rate = report["figures"]
        return {**report, "figures": [*parts, {**rate, **values}]}

    return spoil


@pytest.mark.parametrize(
    "values",
    [
        {"value": "0.34"},
        {"value": "0.330"},
        {"numerator": 3, "denominator": 9_000_000},
        {"numerator": 3_000_000, "denominator": 1},
        {"denominator": 3_000},
        {"denominator": None},
        {"then": None},
        {"slice": [["purchase_kind", "is", "part"]]},
        {"to": "2017-06-30"},
    ],
)
def test_a_quotient_that_says_otherwise_is_false(tmp_path, values):
    found = verdict(rated(spoil_report=swapped(**values)), tmp_path)
    assert (found.exit, statuses(found)) == (1, ["proved", "proved", "false"])


@pytest.mark.parametrize("part", [0, 1])
def test_a_quotient_of_a_false_figure_is_false(tmp_path, part):
    """Even when its own numbers are right."""

    def spoil(report: dict[str, Any]) -> dict[str, Any]:
        figures = list(report["figures"])
        figures[part] = {**figures[part], "numerator": 2, "value": "2"}
        return {**report, "figures": figures}

    found = verdict(rated(spoil_report=spoil), tmp_path)
    assert found.exit == 1
    assert [one == "false" for one in statuses(found)] == [part == 0, part == 1, True]


def test_a_part_that_only_the_full_bundle_proves_leaves_the_quotient_unchecked(tmp_path):
    case = rated(figures=[PARTS[0], {**PARTS[1], "full_only": True}, RATE])
    case.withhold = lambda entry, names: set() if entry.type == SHIPMENT else names
    found = verdict(case, tmp_path)
    assert (found.exit, statuses(found)) == (3, ["proved", "unchecked", "unchecked"])


def test_a_quotient_defined_otherwise_than_logged_is_false(tmp_path):
    metrics = {**METRICS, "rejected_per_thousand": quotient(scale=100)}
    found = verdict(rated(metrics=metrics), tmp_path)
    assert (found.exit, statuses(found)) == (1, ["proved", "proved", "false"])


@pytest.mark.parametrize(
    "change",
    [
        {"numerator": "nothing"},
        {"denominator": "rejected_per_thousand"},
        {"denominator": "constructor"},
        {"dimensions": ["supplier"]},
        {"scale": 0},
        {"places": 13},
        {"round": "up"},
        {"settle_days": 31},
        {"type": LOT},
        {"v": 2},
        {"title": "x"},
        {"name": "other"},
    ],
)
def test_a_malformed_quotient_is_unreadable(tmp_path, change):
    metrics = {**METRICS, "rejected_per_thousand": quotient(**change)}
    case = rated(spoil_definitions=lambda one: {**one, "metrics": metrics})
    assert verdict(case, tmp_path).exit == 2


@pytest.mark.parametrize(
    "change", [{"settle_days": 30}, {"form": "ratio", "denominator": REJECTED["numerator"]}]
)
def test_what_cannot_be_divided_is_unreadable(tmp_path, change):
    metrics = {**METRICS, "rejected": {**REJECTED, **change}}
    case = rated(spoil_definitions=lambda one: {**one, "metrics": metrics})
    assert verdict(case, tmp_path).exit == 2


@given(
    numerator=st.integers(-(10**9), 10**9),
    denominator=st.integers(1, 10**12),
    places=st.integers(0, 5),
    scale=st.sampled_from([1, 1000, 10**6]),
    above=st.integers(0, 4),
    below=st.integers(0, 4),
)
def test_division_agrees_with_decimal(numerator, denominator, places, scale, above, below):
    parts = {
        "rejected": v.parse_metric({**REJECTED, "fact_places": above}),
        "shipped": v.parse_metric({**SHIPPED, "fact_places": below}),
    }
    text = v.quotient_text(
        numerator, denominator, v.parse_quotient(quotient(scale=scale, places=places), parts)
    )
    exact = Decimal(numerator).scaleb(-above) * scale / Decimal(denominator).scaleb(-below)
    assert Decimal(text) == exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
