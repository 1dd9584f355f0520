"""A small enterprise in memory: a log, metrics, a report and its bundle, made with `zhicheng.proof` alone.

Tests build a truthful bundle and then spoil one thing: `House` writes the log, `Case` publishes and bundles, and every
step can be overridden by a test before the container is written.
"""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zhicheng.proof import note as notes
from zhicheng.proof import verify as v
from zhicheng.proof.bundle import jsonl, opened_line, write_bundle
from zhicheng.proof.canonical import facts_digest, header_bytes, jcs, seal
from zhicheng.proof.tree import CompactRange, leaf_hash

ORIGIN = "91110000000000000X/quality"
ENTERPRISE = "示例机床厂"
KEY = bytes(range(32))
PDF = b"%PDF-1.7 the printed report"
LOT = "inspection.lot"

METRIC: dict[str, Any] = {
    "v": 1,
    "name": "incoming_acceptance",
    "title": {"zh": "进货检验批合格率", "en": "Incoming lot acceptance"},
    "unit": "%",
    "type": LOT,
    "placed_by": "occurred_on",
    "states": ["accepted", "rejected"],
    "where": [["submission", "is", 1], ["first_verdict", "not_null", None]],
    "form": "share",
    "numerator": {"of": "count", "fact": None, "where": [["first_verdict", "is", "accepted"]]},
    "denominator": {"of": "count", "fact": None, "where": []},
    "scale": 100,
    "fact_places": 0,
    "round": "half_up",
    "places": 2,
    "settle_days": 31,
    "dimensions": ["purchase_kind"],
    "failed": ["first_verdict", "accepted"],
    "source": {"zh": "手册", "en": "manual"},
    "labels": {"first_verdict": {"": "首次检验结论", "accepted": "接收", "rejected": "不接收"}},
}


def metric(**changes: Any) -> dict[str, Any]:
    """The example metric with some keys changed."""
    return {**copy.deepcopy(METRIC), **changes}


def quotient(**changes: Any) -> dict[str, Any]:
    """A quotient of the metrics ``rejected`` and ``shipped``, with some keys changed."""
    made: dict[str, Any] = {
        "v": 1,
        "name": "rejected_per_thousand",
        "title": {"zh": "每千台不接收批", "en": "Rejected lots per thousand units"},
        "unit": "批/千台",
        "form": "quotient",
        "numerator": "rejected",
        "denominator": "shipped",
        "scale": 1000,
        "round": "half_up",
        "places": 2,
        "dimensions": ["purchase_kind"],
        "source": {"zh": "手册", "en": "manual"},
    }
    return {**made, **changes}


@dataclass
class Entry:
    """One entry of the log: its header, salts, facts and digests."""

    seq: int
    day: str
    type: str
    k: int
    ver: int
    act: str
    facts: dict[str, Any]
    outer: str
    salts: dict[str, str]
    header: bytes

    @property
    def digests(self) -> dict[str, str]:
        return {name: seal(self.salts[name], name, value) for name, value in self.facts.items()}

    def opened(self, names: set[str] | None) -> bytes:
        """Its line of opened.jsonl, with the named facts (None: all)."""
        shown = {n: (self.salts[n], x) for n, x in self.facts.items() if names is None or n in names}
        return opened_line(self.seq, self.outer, self.digests, shown)


class House:
    """An evidence log in memory. Salts follow from the position, so that the same steps give the same bytes."""

    def __init__(self, origin: str = ORIGIN, day: str = "2016-12-01", predecessor: str | None = None) -> None:
        self.origin = origin
        self.day = day
        self.keys = [KEY]
        self.entries: list[Entry] = []
        self.tree = CompactRange()
        self.records: dict[str, list[int]] = {}
        self.state: dict[tuple[str, int], dict[str, Any]] = {}
        self.write(
            "ledger.genesis",
            "genesis",
            enterprise=ENTERPRISE,
            credit_code="91110000000000000X",
            sites=[{"name": "总厂"}],
            release="0.1.0",
            origin=origin,
            predecessor=predecessor,
        )

    def write(self, type_: str, act: str, k: int | None = None, **facts: Any) -> int:
        """Append an entry: a new record, or the next version of record ``k``. Returns the record's number."""
        versions = self.records.setdefault(type_, [])
        if k is None:
            versions.append(0)
            k = len(versions)
        versions[k - 1] += 1
        whole = self.state[type_, k] = {**self.state.get((type_, k), {}), **facts}
        seq = len(self.entries)
        salts = {name: hashlib.sha256(f"{seq} {name}".encode()).hexdigest()[:32] for name in whole}
        outer = hashlib.sha256(f"{seq}".encode()).hexdigest()[:32]
        digest = facts_digest(outer, {name: seal(salts[name], name, whole[name]) for name in whole})
        header = header_bytes(
            seq=seq, d=self.day, type=type_, k=k, ver=versions[k - 1], act=act, facts=digest
        )
        self.entries.append(
            Entry(seq, self.day, type_, k, versions[k - 1], act, dict(whole), outer, salts, header)
        )
        self.tree.append(leaf_hash(header))
        return k

    def define(self, metrics: Mapping[str, Any], types: Mapping[str, Any], release: str = "0.1.0") -> None:
        """Log the definitions in force."""
        facts = {f"metric_{name}": hashlib.sha256(jcs(one)).hexdigest() for name, one in metrics.items()}
        for name, one in types.items():
            digest = hashlib.sha256(jcs([name, one["may_open"], one["graph"]])).hexdigest()
            facts["type_" + name.replace(".", "__")] = digest
        first = "ledger.define" not in self.records
        self.write("ledger.define", "define", None if first else 1, release=release, **facts)

    def checkpoint(self, occasion: str = "hourly") -> str:
        """Sign the log as it stands and log that it was signed; returns the note."""
        size, root = self.tree.size, self.tree.root()
        text = notes.checkpoint_text(self.origin, size, root)
        self.write("ledger.checkpoint", "sign", size=size, root=root.hex(), occasion=occasion)
        return notes.sign_note(text, self.origin, self.keys[-1])

    def rotate(self, key: bytes, /, **spoiled: Any) -> None:
        """Replace the log's key."""
        facts = notes.rotation(self.origin, len(self.entries), self.keys[-1], key)
        self.write("ledger.key", "rotate", **{**facts, "ground": "定期更换", **spoiled})
        self.keys.append(key)

    def take_in(self, opened: int, refused: int = 0, **spoiled: Any) -> None:
        """The record of an import of lots; the lots follow."""
        rows = {
            "rows_read": opened + refused,
            "rows_opened": opened,
            "rows_unchanged": 0,
            "rows_refused": refused,
        }
        facts = {"process": LOT, **rows, "state": "done", "occurred_on": self.day, "provenance": "entered"}
        self.write("core.import", "open", **{**facts, **spoiled})

    def objective(self, target: int) -> int:
        """Set an objective for 2017."""
        more: dict[str, Any] = {"state": "set", "occurred_on": "2017-01-01", "provenance": "entered"}
        return self.write("objective.objective", "open", target=target, **more)

    def declare(self, value: str) -> int:
        """Open a declared fact of 2017, checked."""
        more: dict[str, Any] = {"state": "checked", "occurred_on": "2017-01-01", "provenance": "entered"}
        return self.write("report.declared", "open", value=value, **more)

    def lot(self, on: str, verdict: str | None, state: str | None = None, **more: Any) -> int:
        """Open an inspection lot."""
        act = more.pop("act", "import" if more.get("provenance") == "imported" else "open")
        facts = {
            "occurred_on": on,
            "state": state or verdict or "open",
            "first_verdict": verdict,
            "submission": 1,
            "purchase_kind": "raw",
            "quantity": 10,
            "provenance": "entered",
            "judged_at_once": False,
            "supplier": "保密供应商",
            "_by": "core.person/1",
            "_at": self.day + "T08:00:00Z",
        }
        return self.write(LOT, act, **{**facts, **more})

    def at(self, size: int) -> dict[tuple[str, int], dict[str, Any]]:
        """Facts of every record in force at a size, by type and number."""
        return {(one.type, one.k): one.facts for one in self.entries if one.seq < size}


def figure_of(
    house: House, one: Mapping[str, Any], size: int, period: tuple[str, str], slice_: list[Any]
) -> dict[str, Any]:
    """Numerator, denominator and value of a metric at a size of the log."""
    parsed = v.parse_metric(one)
    facts = [x for (type_, _), x in house.at(size).items() if type_ == parsed.type]
    found = v.evaluate(parsed, v.parse_conditions(slice_), period, facts)
    return {"numerator": found.numerator, "denominator": found.denominator, "value": found.value}


def reckoned(
    house: House, metrics: Mapping[str, Any], one: Mapping[str, Any], size: int, period: tuple[str, str]
) -> dict[str, Any]:
    """The same of the metric or quotient that a figure names."""
    found = metrics[one["metric"]]
    if found["form"] != v.QUOTIENT:
        return figure_of(house, found, size, period, one["slice"])
    plain = {name: v.parse_metric(x) for name, x in metrics.items() if x["form"] != v.QUOTIENT}
    top, bottom = (
        figure_of(house, metrics[found[side]], size, period, one["slice"])["numerator"]
        for side in ("numerator", "denominator")
    )
    text = v.quotient_text(top, bottom, v.parse_quotient(found, plain))
    return {"numerator": top, "denominator": bottom, "value": text}


def e_size(house: House, settle_days: int, last: str, below: int) -> int | None:
    """The size signed at E, read from the log's own checkpoint entries."""
    due = dt.date.fromisoformat(last) + dt.timedelta(days=settle_days)
    for one in house.entries[:below]:
        if one.type == "ledger.checkpoint" and dt.date.fromisoformat(one.day) >= due:
            return int(one.facts["size"])
    return None


Change = Callable[[Any], Any]


@dataclass
class Case:
    """A report on a house. ``changes`` maps a member's name to a function that spoils it before it is bundled."""

    house: House
    metrics: dict[str, Any] = field(default_factory=lambda: {METRIC["name"]: metric()})
    period: tuple[str, str] = ("2017-01-01", "2017-12-31")
    figures: list[dict[str, Any]] = field(default_factory=lambda: [{"metric": METRIC["name"], "slice": []}])
    targets: list[dict[str, Any]] = field(default_factory=list)
    declared: list[dict[str, Any]] = field(default_factory=list)
    document: Any = field(default_factory=lambda: [{"text": "本年度共检验 3 批，合格率为"}, {"figure": "F1"}])
    pdf: bytes = PDF
    spoil_report: Change = field(default=lambda report: report)
    spoil_headers: Change = field(default=lambda headers: headers)
    spoil_opened: Change = field(default=lambda lines: lines)
    spoil_definitions: Change = field(default=lambda definitions: definitions)
    spoil_publish: Change = field(default=lambda facts: facts)
    withhold: Callable[[Entry, set[str]], set[str] | None] = field(default=lambda entry, names: names)
    publishes: int = 1
    log_a: bool = True
    anchors: Callable[[House, str, str], list[dict[str, Any]]] | None = None
    """Makes the lines of anchors.jsonl of the house and the notes A and B."""
    after: Callable[[House], None] = field(default=lambda house: None)

    def definitions(self) -> dict[str, Any]:
        types = {
            one: {"may_open": ["occurred_on", "state"], "graph": [["open", "accepted"]]}
            for one in self.types()
        }
        return {"v": 1, "release": "0.1.0", "metrics": self.metrics, "types": types}

    def types(self) -> list[str]:
        """The counted types."""
        named = (self.metrics[one["metric"]] for one in self.figures if one["metric"] in self.metrics)
        found = {one["type"] for one in named if one["form"] != v.QUOTIENT}
        return sorted(found | {one["record"]["type"] for one in (*self.targets, *self.declared)})

    def report(self, a_size: int, a_root: str) -> dict[str, Any]:
        """report.json, computed truthfully."""
        figures = []
        for i, one in enumerate(self.figures, 1):
            found = self.metrics[one["metric"]]
            counted = self.metrics[found["numerator"]] if found["form"] == v.QUOTIENT else found
            period = (one.get("from", self.period[0]), one.get("to", self.period[1]))
            e = e_size(self.house, counted["settle_days"], period[1], a_size)
            then = None if e is None else {"size": e, **reckoned(self.house, self.metrics, one, e, period)}
            figures.append(
                {
                    "no": f"F{i}",
                    "metric": one["metric"],
                    "from": period[0],
                    "to": period[1],
                    "slice": one["slice"],
                    "full_only": one.get("full_only", False),
                    **reckoned(self.house, self.metrics, one, a_size, period),
                    "then": then,
                }
            )
        return {
            "v": 1,
            "origin": self.house.origin,
            "enterprise": ENTERPRISE,
            "title": "2017 年度质量报告",
            "edition": "1",
            "record": {"type": "report.report", "k": 1},
            "period": {"from": self.period[0], "to": self.period[1]},
            "issued_on": "2018-03-01",
            "fingerprint": v.plain_fingerprint(notes.fingerprint(KEY)),
            "checkpoint_a": {"size": a_size, "root": a_root},
            "figures": figures,
            "targets": self.targets,
            "declared": self.declared,
            "document": self.document,
        }

    def open_names(self, entry: Entry) -> set[str] | bool | None:
        """What format §5 asks to open of an entry: names, None for all, False for nothing."""
        if entry.type.startswith("ledger."):
            return None
        if entry.type == "report.report":
            return {*PUBLISHED} if entry.act == "publish" else False
        if entry.type == "core.import":
            return set(v.IMPORT_FACTS)
        if entry.type not in self.types():
            return False
        names = {"state", "occurred_on", "provenance", "judged_at_once"}
        for one in self.figures:
            if self.metrics[one["metric"]].get("type") == entry.type:
                names |= set(
                    v.facts_read(
                        v.parse_metric(self.metrics[one["metric"]]), v.parse_conditions(one["slice"])
                    )
                )
        for one in (*self.targets, *self.declared):
            if one["record"]["type"] == entry.type:
                names |= {one["fact"]}
        return names & set(entry.facts)

    def members(self) -> dict[str, bytes]:
        """Publish and collect the seven members; the manifest is made by the container."""
        house = self.house
        house.write("report.report", "open", state="draft", occurred_on="2018-03-01", provenance="entered")
        a_size, a_root = house.tree.size, house.tree.root().hex()
        if self.log_a:
            note_a = house.checkpoint("publication")
        else:
            text_a = notes.checkpoint_text(house.origin, a_size, house.tree.root())
            note_a = notes.sign_note(text_a, house.origin, house.keys[-1])
        fingerprint_a = v.plain_fingerprint(notes.fingerprint(house.keys[-1]))
        report = jcs(self.spoil_report({**self.report(a_size, a_root), "fingerprint": fingerprint_a}))
        definitions = jcs(self.spoil_definitions(self.definitions()))
        facts = {
            "pdf": hashlib.sha256(self.pdf).hexdigest(),
            "docx": "0" * 64,
            "html": None,
            "report_json": hashlib.sha256(report).hexdigest(),
            "definitions": hashlib.sha256(definitions).hexdigest(),
            "a_size": a_size,
            "a_root": a_root,
            "edition": "1",
            "opened_list": [
                {"type": one, "facts": "state,occurred_on", "smallest": 5} for one in ("none.such",)
            ],
            "state": "published",
        }
        for _ in range(self.publishes):
            house.write("report.report", "publish", 1, **self.spoil_publish(facts))
        self.after(house)
        size, root = house.tree.size, house.tree.root()
        note_b = notes.sign_note(
            notes.checkpoint_text(house.origin, size, root), house.origin, house.keys[-1]
        )
        opened = []
        for entry in house.entries:
            names = self.open_names(entry)
            if names is not False:
                kept = names if names is None else self.withhold(entry, set(names))  # type: ignore[arg-type]
                opened.append(entry.opened(kept))
        anchors = self.anchors(house, note_a, note_b) if self.anchors else None
        extra = {} if anchors is None else {"anchors.jsonl": b"".join(jsonl([jcs(one) for one in anchors]))}
        return {
            "checkpoint-a.txt": note_a.encode(),
            "checkpoint-b.txt": note_b.encode(),
            "key.txt": (notes.make_vkey(house.origin, house.keys[-1]) + "\n").encode(),
            "headers.jsonl": b"".join(jsonl(self.spoil_headers([one.header for one in house.entries]))),
            "opened.jsonl": b"".join(jsonl(self.spoil_opened(opened))),
            "definitions.json": definitions,
            "report.json": report,
            **extra,
        }

    def bundle(self, folder: Path) -> bytes:
        """The bundle's bytes."""
        path = folder / "bundle.zip"
        write_bundle(path, self.members())
        return path.read_bytes()


PUBLISHED = (
    "pdf",
    "docx",
    "html",
    "report_json",
    "definitions",
    "a_size",
    "a_root",
    "edition",
    "opened_list",
    "state",
)


def good_house(day: str = "2016-12-01") -> House:
    """A log with three accepted lots and one rejected in 2017, one undecided, and a checkpoint well after the year."""
    house = House(day=day)
    types = {LOT: {"may_open": ["occurred_on", "state"], "graph": [["open", "accepted"]]}}
    house.define({METRIC["name"]: metric()}, types)
    house.checkpoint()
    for on, verdict in (("2017-01-01", "accepted"), ("2017-05-05", "accepted"), ("2017-12-31", "rejected")):
        house.day = max(house.day, on)
        house.lot(on, verdict)
    house.lot("2017-06-01", "accepted", provenance="reconstructed")
    house.lot("2017-07-01", None)
    house.lot("2016-12-31", "rejected")
    house.write(
        "core.person", "open", name="张三", state="active", occurred_on="2017-01-01", provenance="entered"
    )
    house.day = max(house.day, "2018-02-01")
    house.checkpoint()
    house.day = max(house.day, "2018-03-01")
    return house


def fingerprint() -> str:
    """The fingerprint of the example key."""
    return notes.fingerprint(KEY)


def zipped(names: list[str], contents: dict[str, bytes]) -> bytes:
    """Members as the format frames them, whatever they are called."""
    out, members = b"", []
    for name in names:
        data = contents.get(name, b"")
        members.append(v.Member(name, len(out), len(data), zlib.crc32(data)))
        out += v.local_record(members[-1]) + data
    return out + v.end_record(members)
