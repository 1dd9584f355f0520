"""Random reports, truthful and spoiled, for the comparison of the two verifiers."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.proof.build import LOT, Case, Entry, House, metric, quotient, reckoned
from zhicheng.proof import verify as v
from zhicheng.proof.bundle import write_bundle
from zhicheng.proof.canonical import jcs

Members = dict[str, bytes]

KINDS = ["raw", "part", "质", None]
STATES = ["accepted", "rejected", "open", "void"]
DAYS = ["2016-12-31", "2017-01-01", "2017-06-30", "2017-12-31", "2018-01-01"]


def condition(
    chance: random.Random, facts: tuple[str, ...] = ("submission", "purchase_kind", "first_verdict")
) -> list[Any]:
    """A condition on a fact of a lot, at times of another kind than the fact."""
    fact = chance.choice(facts)
    operator = chance.choice(v.OPERATORS)
    values: dict[str, list[Any]] = {
        "submission": [1, 2, 3],
        "purchase_kind": ["raw", "part", "质"],
        "first_verdict": ["accepted", "rejected"],
    }
    pool = values[fact] if chance.random() < 0.95 else [True, "1", 0]
    if operator.endswith("null"):
        return [fact, operator, None]
    if operator in ("in", "not_in"):
        return [fact, operator, chance.sample(pool, chance.randint(0, len(pool)))]
    value = chance.choice(pool)
    return [fact, operator, 1 if value is True and operator in ("ge", "le", "gt", "lt") else value]


def conditions(chance: random.Random, most: int) -> list[list[Any]]:
    return [condition(chance) for _ in range(chance.randint(0, most))]


def random_metric(chance: random.Random, name: str, form: str = "") -> dict[str, Any]:
    """Any metric that the format admits, over lots; of any form unless one is given."""

    def part() -> dict[str, Any]:
        of = chance.choice(["count", "sum"])
        return {"of": of, "fact": None if of == "count" else "quantity", "where": conditions(chance, 1)}

    form = form or chance.choice(v.FORMS)
    return metric(
        name=name,
        form=form,
        placed_by=chance.choice(["occurred_on", "occurred_on", "released_on"]),
        states=chance.sample(STATES, chance.randint(1, 4)),
        where=conditions(chance, 2),
        numerator=part(),
        denominator=None if form in ("count", "sum") else part(),
        scale=chance.choice([1, 100, 1000]),
        fact_places=chance.randint(0, 3),
        round=chance.choice(v.ROUNDINGS),
        places=chance.randint(0, 4),
        settle_days=chance.choice([0, 31, 400]),
        dimensions=["purchase_kind", "submission"],
        failed=chance.choice([None, ["first_verdict", "accepted"], ["first_verdict", "rejected"]]),
    )


def random_quotient(chance: random.Random) -> dict[str, Any]:
    """A quotient and the two metrics that it divides; at times of one with itself."""
    days = chance.choice([0, 31, 400])
    parts = {
        name: {**random_metric(chance, name, chance.choice(["count", "sum"])), "settle_days": days}
        for name in ("one", "two")
    }
    rate = quotient(
        name="rate",
        numerator="one",
        denominator=chance.choice(["two", "two", "one"]),
        scale=chance.choice([1, 100, 1000]),
        round=chance.choice(v.ROUNDINGS),
        places=chance.randint(0, 4),
        dimensions=chance.choice([["purchase_kind"], ["purchase_kind", "submission"]]),
    )
    return {"rate": rate, **parts}


class AnyCase(Case):
    """A case whose figures need not come to anything: one that reads a fact of the wrong kind states zero."""

    def report(self, a_size: int, a_root: str) -> dict[str, Any]:
        whole = self.figures
        self.figures = [one for one in whole if self._comes_to(one)]
        report = super().report(a_size, a_root)
        for one in whole:
            if one not in self.figures:
                none = {"numerator": 0, "denominator": 0, "value": v.NO_RECORDS, "then": None}
                period = {"from": self.period[0], "to": self.period[1]}
                report["figures"].append({"no": f"F{len(report['figures']) + 1}", **period, **one, **none})
        self.figures = whole
        return report

    def _comes_to(self, one: dict[str, Any]) -> bool:
        try:
            for size in range(len(self.house.entries) + 1):
                reckoned(self.house, self.metrics, one, size, self.period)
        except v.FactMissing:
            return False
        return True


def random_case(chance: random.Random) -> Case:
    """A log with amended, voided and undated lots, and a truthful report on it; targets and slices included."""
    house = House(day="2016-12-01")
    metrics = {name: random_metric(chance, name) for name in ("one", "two")[: chance.randint(1, 2)]}
    if chance.random() < 0.4:
        metrics = random_quotient(chance)
    house.define(metrics, {LOT: {"may_open": ["occurred_on", "state"], "graph": [["open", "accepted"]]}})
    if chance.random() < 0.3:
        house.take_in(2, chance.randint(0, 2))
        for _ in range(2):
            house.lot("2017-01-01", "accepted", provenance="imported", released_on=None)
    for step in range(chance.randint(1, 12)):
        lot = house.lot(
            chance.choice(DAYS),
            chance.choice(["accepted", "rejected", None]),
            state=chance.choice(STATES),
            submission=chance.choice([1, 1, 2, None]),
            purchase_kind=chance.choice(KINDS),
            quantity=chance.choice([0, 1, 7, 999, -3, 10**15]),
            released_on=chance.choice([*DAYS, None]),
            judged_at_once=chance.choice([True, False]),
        )
        if step == 5:
            house.day = "2018-02-05"
            house.checkpoint()
        if chance.random() < 0.3:
            house.write(LOT, "amend", lot, state=chance.choice(STATES), quantity=chance.randint(0, 50))
    house.write(
        "objective.objective",
        "open",
        target=chance.choice([0, 50, 9700, 10000]),
        state="active",
        occurred_on="2016-12-01",
        provenance="entered",
    )
    house.day = "2018-02-10"
    house.checkpoint()
    if chance.random() < 0.3:
        house.rotate(bytes([chance.randrange(256)]) * 32)
    figures = [
        {
            "metric": name,
            "slice": [condition(chance, ("purchase_kind", "submission"))] if chance.random() < 0.4 else [],
            "full_only": chance.random() < 0.1,
        }
        for name in metrics
        for _ in range(chance.randint(1, 2))
    ]
    if (
        "rate" in metrics and chance.random() < 0.8
    ):  # what it divides over its own slice, as a report does by itself
        figures += [
            {**figures[0], "metric": name, "full_only": chance.random() < 0.1} for name in ("one", "two")
        ]
    if chance.random() < 0.1:  # a report that only the holder's own bundle can prove
        figures = [{**one, "full_only": True} for one in figures]
    target = {"no": "T1", "figure": None, "record": {"type": "objective.objective", "k": 1, "ver": 1}, "fact": "target",
              "value": house.state["objective.objective", 1]["target"], "places": 2, "operator": chance.choice(["is", "ge", "le", "gt", "lt"]),
              "met": chance.choice([None] * 9 + [True])}  # fmt: skip
    return AnyCase(
        house, metrics=metrics, figures=figures, targets=[target], after=lambda h: after(h, chance)
    )


def after(house: House, chance: random.Random) -> None:
    """Something written behind checkpoint A."""
    if chance.random() < 0.5:
        house.write(LOT, "amend", 1, state=chance.choice(STATES))


def _edited(value: Any, chance: random.Random) -> Any:
    """The value with one thing inside it changed."""
    if isinstance(value, dict) and value:
        key = chance.choice(sorted(value))
        kind = chance.randrange(12)
        if kind == 0:
            return {k: x for k, x in value.items() if k != key}
        if kind == 1:
            return {**value, chance.choice(["zz", key + "x"]): value[key]}
        return {**value, key: _edited(value[key], chance)}
    if isinstance(value, list) and value:
        at = chance.randrange(len(value))
        kind = chance.randrange(12)
        if kind == 0:
            return value[:at] + value[at + 1 :]
        if kind == 1:
            return [*value, value[at]]
        return [*value[:at], _edited(value[at], chance), *value[at + 1 :]]
    if chance.random() < 0.15:
        return chance.choice([True, False, None, 0, "", "x", {}, [], 2**53 - 1])
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return chance.choice([value + 1, value - 1, 0, 1, -value])
    return _respelt(value, chance) if isinstance(value, str) else 1


def _respelt(text: str, chance: random.Random) -> str:
    """Another text of the same kind: a hash for a hash, a day for a day, a word for a word."""
    if text[:1].isdigit() and len(text) == 10:
        return chance.choice(["2017-07-01", "2016-12-31", "2018-01-01", "2017-02-29"])
    if len(text) in (32, 64):
        at = chance.randrange(len(text))
        return text[:at] + chance.choice("0123456789abcdefA") + text[at + 1 :]
    return chance.choice(
        [
            text + "0",
            text[:-1],
            "accepted",
            "rejected",
            "state",
            "void",
            "is",
            "F2",
            "sum",
            "entered",
            "99.99",
        ]
    )


def _line(data: bytes, chance: random.Random) -> bytes:
    """One line of a .jsonl changed, dropped, doubled or moved; or the one value of a .json changed."""
    lines = data.splitlines()
    at = chance.randrange(len(lines))
    kind = chance.randrange(8) if len(lines) > 1 else 9
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[at])
    elif kind == 2:
        other = chance.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 3:
        raw = lines[at].replace(b'":', b'": ', 1)
        lines[at] = raw if chance.random() < 0.5 else lines[at][: chance.randrange(len(lines[at]))]
    else:
        lines[at] = jcs(_edited(json.loads(lines[at]), chance))
    return b"".join(one + b"\n" for one in lines) if data.endswith(b"\n") else b"\n".join(lines)


def _note(data: bytes, chance: random.Random) -> bytes:
    text = data.decode()
    change = chance.randrange(4)
    if change == 0:
        return text.replace("\n", f"\n{chance.randrange(30)}\n", 1).encode()
    if change == 1:
        return (text + text.splitlines(keepends=True)[-1]).encode()
    if change == 2:
        return text.swapcase().encode()
    at = chance.randrange(len(text))
    return (text[:at] + chance.choice("AZaz09+/= \n") + text[at + 1 :]).encode()


def spoiled_members(members: Members, chance: random.Random) -> Members:
    """One member changed, or two exchanged; the manifest is made anew when they are written."""
    names = sorted(members)
    if chance.random() < 0.08:
        one, two = chance.sample(names, 2)
        exchanged = {one: members[two], two: members[one]}
        return {**members, **{name: data[: v.MEMBER_LIMITS[name]] for name, data in exchanged.items()}}
    name = chance.choice(names)
    change: Callable[[bytes, random.Random], bytes] = _line if name.endswith(("jsonl", "json")) else _note
    return {**members, name: change(members[name], chance)}


def flipped(data: bytes, chance: random.Random) -> bytes:
    """One bit of the archive turned."""
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def archive(members: Members, path: Path) -> bytes:
    """The bundle's bytes, with a manifest of these members."""
    write_bundle(path, members)
    return path.read_bytes()


def lying(case: Case, chance: random.Random) -> Case:
    """The case with something false in it before it is sealed, so that hashes and manifest agree with the lie."""

    def edited(value: Any) -> Any:
        return _edited(value, chance)

    def kept_back(entry: Entry, names: set[str]) -> set[str]:
        return {one for one in names if chance.random() < 0.98}

    kind = 3 if all(one.get("full_only") for one in case.figures) else chance.randrange(4)
    if kind == 0:
        case.spoil_report = lambda report: {
            **report,
            **{k: edited(report[k]) for k in ("figures", "targets")[: chance.randint(1, 2)]},
        }
    elif kind == 1:
        case.spoil_publish = edited
    elif kind == 2:
        case.spoil_definitions = edited
    else:
        case.withhold = kept_back
    return case


def mutations(rounds: int, seed: int, path: Path) -> Iterator[tuple[str, bytes]]:
    """(what was done, bundle) in turn: a truthful random report, a lie, a member spoiled, a bit turned."""
    chance = random.Random(seed)
    for turn in range(rounds):
        case = random_case(chance)
        members: Members | None = None
        while members is None:
            try:
                members = (lying(case, chance) if turn % 4 == 1 else case).members()
            except ValueError:  # the lie cannot even be written
                case = random_case(chance)
        if turn % 4 == 2:
            yield "member", archive(spoiled_members(members, chance), path)
        elif turn % 4 == 3:
            yield "bit", flipped(archive(members, path), chance)
        else:
            yield ("truthful", "lie")[turn % 4], archive(members, path)
