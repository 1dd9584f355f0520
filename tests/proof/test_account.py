"""What the verifier says of whole reports, word for word: a changed sentence, number or order is a decision, not an accident.

After such a decision ``python -m tests.proof.test_account`` writes the expected texts anew; read what changed before you keep it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.proof.build import ENTERPRISE, LOT, METRIC, PDF, Case, House, fingerprint, good_house, metric
from tests.proof.test_anchors import WITNESSES, cosigned
from tests.proof.test_quotient import rated
from zhicheng.proof import note as notes
from zhicheng.proof import verify as v

EXPECTED = Path(__file__).parent / "accounts"
GRAPH = {"may_open": ["occurred_on", "state"], "graph": [["open", "accepted"]]}


def eventful() -> tuple[Case, v.Held]:
    """A log begun in the period, with everything that a reader should know of although nothing is false."""
    house = House(day="2017-02-01")
    metrics = {METRIC["name"]: metric()}
    house.define(metrics, {LOT: GRAPH})
    kept = house.checkpoint()
    house.objective(900)
    house.declare("168")
    for day, on, verdict, more in (
        ("2017-02-01", "2017-01-10", "accepted", {}),  # three weeks late
        ("2017-02-08", "2017-02-01", "accepted", {}),  # seven days: not yet late
        ("2017-02-09", "2017-02-01", "accepted", {}),  # eight
        ("2017-03-01", "2017-03-01", "accepted", {"judged_at_once": True}),
        ("2017-03-01", "2017-03-01", "rejected", {"judged_at_once": True, "purchase_kind": "bought"}),
        ("2017-03-01", "2017-02-20", None, {}),
        ("2017-03-02", "2017-03-02", "rejected", {"state": "voided"}),
        ("2017-04-01", "2017-03-31", "accepted", {"provenance": "reconstructed"}),
    ):
        house.day = day
        house.lot(on, verdict, **more)
    house.day = "2017-05-01"
    house.take_in(3, 2)
    for n in range(2):
        house.lot(f"2016-0{n + 1}-01", "accepted", provenance="imported")
    house.lot("2017-04-20", "accepted", act="import")  # says that it was entered
    house.day = "2017-06-01"
    house.write("objective.objective", "amend", 1, target=750)
    house.define({METRIC["name"]: metric(), "other": metric(name="other")}, {LOT: GRAPH}, release="0.2.0")
    house.day = "2018-02-01"
    house.checkpoint()
    house.day = "2018-02-20"
    house.write(LOT, "amend", 1, first_verdict="rejected", state="rejected")
    house.write(LOT, "amend", 2, occurred_on="2018-01-05")
    house.lot("2017-12-30", "rejected", late_reason="漏登")
    house.day = "2018-03-01"
    target = {"no": "T1", "figure": "F1", "record": {"type": "objective.objective", "k": 1, "ver": 2}, "fact": "target",
              "value": 750, "places": 1, "operator": "ge", "met": False}  # fmt: skip
    declared = {"no": "D1", "record": {"type": "report.declared", "k": 1}, "fact": "value", "value": "168", "unit": "人",
                "evidence": None}  # fmt: skip
    case = Case(
        house,
        metrics={**metrics, "other": metric(name="other")},
        figures=[
            {"metric": METRIC["name"], "slice": []},
            {"metric": METRIC["name"], "slice": [["purchase_kind", "is", "raw"]]},
            {"metric": METRIC["name"], "slice": [], "from": "2017-07-01", "to": "2017-09-30"},
        ],
        targets=[target],
        declared=[declared],
        document=[
            {"text": "全年 12 批，合格率为"},
            {"figure": "F1"},
            {"text": "，第二季度 3 批。"},
            {"target": "T1"},
            {"declared": "D1"},
        ],
        anchors=lambda house, a, b: [{"note": cosigned(a, "w.example/1"), "tsr": None}],
    )
    witness = v.parse_witness(notes.witness_key("w.example/1", WITNESSES["w.example/1"])[0])
    return case, v.Held(since=[("kept.txt", kept.encode())], witnesses=[witness])


def false_throughout() -> tuple[Case, v.Held]:
    """Something false of most kinds at once."""

    def report(one: dict[str, Any]) -> dict[str, Any]:
        figures = [{**one["figures"][0], "value": "99.99", "numerator": 7}]
        return {**one, "enterprise": ENTERPRISE + "二厂", "figures": figures}

    house = good_house()
    house.lot("2017-08-08", "accepted", late_reason="补")
    return Case(
        house, spoil_report=report, publishes=2, document=[{"figure": "F9"}, {"text": "八成"}]
    ), v.Held()


def plain() -> tuple[Case, v.Held]:
    return Case(good_house()), v.Held()


def after_the_period() -> tuple[Case, v.Held]:
    """A log begun when the year was over."""
    return Case(good_house(day="2018-01-15")), v.Held()


def broken() -> tuple[Case, v.Held]:
    return Case(good_house(), spoil_headers=lambda headers: headers[:5] + headers[6:]), v.Held()


def divided() -> tuple[Case, v.Held]:
    return rated(), v.Held()


CASES: dict[str, Callable[[], tuple[Case, v.Held]]] = {
    one.__name__: one for one in (plain, eventful, false_throughout, after_the_period, broken, divided)
}


def account(name: str, folder: Path) -> str:
    case, held = CASES[name]()
    found = v.verify_bundle(case.bundle(folder), PDF, fingerprint(), held)
    return f"exit {found.exit}\n\n{found.text()}\n{found.text('en')}"


@pytest.mark.parametrize("name", CASES)
def test_the_account_is_what_it_was(name: str, tmp_path: Path) -> None:
    assert account(name, tmp_path) == (EXPECTED / f"{name}.txt").read_text("utf-8")


if __name__ == "__main__":
    EXPECTED.mkdir(exist_ok=True)
    for one in CASES:
        with tempfile.TemporaryDirectory() as made:
            (EXPECTED / f"{one}.txt").write_text(account(one, Path(made)), "utf-8")
