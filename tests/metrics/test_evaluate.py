"""The database's evaluation equals the verifier's over facts, now and at earlier sizes of the log."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.house import today
from zhicheng.core import bulk
from zhicheng.core.process import registry
from zhicheng.core.writers import amend
from zhicheng.ledger import checkpoints, log
from zhicheng.ledger.models import Entry
from zhicheng.metrics.definition import Measure, Metric, declare, metrics
from zhicheng.metrics.evaluate import adjustments, compute, counting, settled_size
from zhicheng.proof import verify

if TYPE_CHECKING:
    from tests.house import House

FIRST, LAST = dt.date(2017, 1, 1), dt.date(2017, 12, 31)


def over_facts(
    metric: Metric, slice_: list[list[Any]], first: dt.date, last: dt.date, size: int
) -> tuple[int, int | None]:
    """The verifier's way: facts of every record's version in force at a size of the log."""
    ks = sorted(set(Entry.objects.filter(type=metric.type).values_list("k", flat=True)))
    facts = [v.facts for v in log.in_force(metric.type, ks, size).values()]
    period = (first.isoformat(), last.isoformat())
    return verify.measure(
        verify.parse_metric(metric.data()), verify.parse_conditions([list(c) for c in slice_]), period, facts
    )


def year(house: House, n: int, seed: int, provenance: str = "imported") -> None:
    """Lots of 2017 through the import path."""
    rng = random.Random(seed)
    kinds = list(house.items)
    rows = []
    for i in range(n):
        verdict = rng.choice(["accepted", "accepted", "rejected", ""])
        rows.append(
            (
                i,
                {
                    "supplier": house.supplier,
                    "document": f"D{seed}-{i}",
                    "line": 1,
                    "item": house.items[rng.choice(kinds)],
                    "quantity": "10",
                    "sample_size": "5" if verdict else None,
                    "nonconforming": "0" if verdict else None,
                    "verdict": verdict,
                    "occurred_on": dt.date(2016, 12, 1) + dt.timedelta(days=rng.randrange(430)),
                },
            )
        )
    checked = bulk.check(registry["inspection.lot"], rows, by=house.actor("inspector"), provenance=provenance)
    assert checked.errors == []
    bulk.write(checked, by=house.actor("inspector"), file_name="x.xlsx", file_sha256="0" * 64)


conditions = st.one_of(
    st.tuples(st.just("purchase_kind"), st.sampled_from(["is", "is_not"]), st.sampled_from(["raw_material", "bought_part", "x"])),
    st.tuples(st.just("purchase_kind"), st.sampled_from(["in", "not_in"]), st.just(["raw_material", "outside_processing"])),
    st.tuples(st.just("first_verdict"), st.sampled_from(["is", "is_not"]), st.sampled_from(["accepted", "rejected"])),
    st.tuples(st.just("first_verdict"), st.sampled_from(["is_null", "not_null"]), st.none()),
    st.tuples(st.just("submission"), st.sampled_from(["ge", "le", "gt", "lt", "is"]), st.integers(0, 2)),
    st.tuples(st.just("vetoed"), st.sampled_from(["is", "is_not"]), st.booleans()),
    st.tuples(st.just("occurred_on"), st.sampled_from(["ge", "lt"]), st.just("2017-06-15")),
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    where=st.lists(conditions, max_size=3),
    slice_=st.lists(conditions, max_size=2),
    form=st.sampled_from(["share", "count", "sum", "mean"]),
    top=st.lists(conditions, max_size=1),
    days=st.tuples(st.integers(0, 400), st.integers(0, 400)),
)
def test_sql_equals_the_verifier(
    stocked: House, where: Any, slice_: Any, form: str, top: Any, days: tuple[int, int]
) -> None:
    summed = Measure("sum", "submission", tuple(top))
    metric = Metric(
        name="probe",
        title=("探", "probe"),
        unit="",
        type="inspection.lot",
        states=("accepted", "rejected", "received"),
        where=tuple(where),
        form=form,
        numerator=summed if form in ("sum", "mean") else Measure(where=tuple(top)),
        denominator=None if form in ("count", "sum") else Measure(),
        dimensions=("purchase_kind",),
    )
    first, last = sorted(dt.date(2016, 12, 1) + dt.timedelta(days=d) for d in days)
    for size in (log.head().size, MARK["size"]):
        counts = compute(metric, first, last, slice_, size)
        assert (counts.numerator, counts.denominator) == over_facts(metric, slice_, first, last, size)
    assert compute(metric, first, last, slice_) == compute(metric, first, last, slice_, log.head().size)


MARK: dict[str, int] = {}


@pytest.fixture
def stocked(house: House) -> House:
    """Some lots, a size of the log to look back to, and changes after it."""
    year(house, 120, 7)
    MARK["size"] = log.head().size
    model = registry["inspection.lot"].model
    for lot in model.objects.filter(state="received").order_by("k")[:10]:
        house.perform(
            lot, "judge", "inspector", {"sample_size": "5", "nonconforming": "0", "verdict": "accepted"}
        )
    for lot in model.objects.filter(state="rejected").order_by("k")[:5]:
        house.perform(lot, "void", "quality_manager", reason="误录")
    year(house, 20, 8)
    return house


def test_voids_and_late_verdicts_are_adjustments(stocked: House) -> None:
    metric = metrics["incoming_acceptance"]
    then, now = MARK["size"], log.head().size
    changed = adjustments(metric, FIRST, LAST, (), then, now)
    model = registry["inspection.lot"].model
    expected = model.objects.filter(seq__gte=then, occurred_on__range=(FIRST, LAST)).exclude(state="received")
    assert sorted(changed) == sorted(expected.values_list("k", flat=True))


def test_e_is_the_first_checkpoint_a_month_after_the_period(house: House) -> None:
    metric = metrics["incoming_acceptance"]
    assert settled_size(metric, LAST, log.head().size) is None
    first = checkpoints.sign("on_demand")
    checkpoints.sign("on_demand")
    assert settled_size(metric, LAST, log.head().size) == first.size
    assert settled_size(metric, today(), log.head().size) is None


def test_concession_and_void_never_count_as_accepted(house: House) -> None:
    metric = metrics["incoming_acceptance"]
    period = today().replace(month=1, day=1), today().replace(month=12, day=31)
    house.judged("A")
    conceded = house.judged("B", "rejected")
    nc = house.perform(conceded.nonconformity, "contain", "inspector", {"containment": "隔离"})
    nc = house.perform(nc, "concede", "quality_manager", {"disposition_reason": "x"})
    house.perform(nc, "carry_out", "purchasing", {"work_done": "x"})
    house.perform(house.fresh(conceded), "settle", "inspector")
    house.perform(house.judged("C", "rejected"), "void", "quality_manager", reason="误录")
    house.lot("D")
    counts = compute(metric, *period)
    assert (counts.numerator, counts.denominator) == (1, 2)
    assert counting(metric, *period).count() == 2


def test_a_second_submission_does_not_count_again(house: House) -> None:
    metric = metrics["incoming_acceptance"]
    period = today().replace(month=1, day=1), today().replace(month=12, day=31)
    first = house.judged("A", "rejected")
    nc = house.perform(first.nonconformity, "contain", "inspector", {"containment": "隔离"})
    nc = house.perform(nc, "dispose", "quality_manager", {"disposition": "return", "disposition_reason": "x"})
    house.perform(nc, "carry_out", "purchasing", {"work_done": "已退"})
    house.perform(house.fresh(first), "settle", "inspector")
    assert house.judged("A", "accepted").submission == 2
    counts = compute(metric, *period)
    assert (counts.numerator, counts.denominator) == (0, 1)


def test_a_metric_may_not_read_what_may_not_be_opened() -> None:
    closed = Metric(
        "bad",
        ("坏", "bad"),
        "",
        "inspection.lot",
        ("accepted",),
        "count",
        Measure(where=(("note", "is", "x"),)),
    )
    with pytest.raises(ValueError, match="note"):
        declare(closed)
    with pytest.raises(ValueError, match="unknown states"):
        declare(Metric("bad", ("坏", "bad"), "", "inspection.lot", ("nowhere",), "count", Measure()))


def test_amending_an_uncounted_fact_is_no_adjustment(house: House) -> None:
    lot = house.judged()
    then = log.head().size
    amend(house.fresh(lot), {"note": "补充"}, by=house.actor("inspector"), version=2)
    assert adjustments(metrics["incoming_acceptance"], today(), today(), (), then, log.head().size) == []
