"""Every rule of the form of a report, a definition and a header: what breaks one is refused, and the refusal names it."""

from __future__ import annotations

import copy
from hashlib import sha256
from typing import Any

import pytest

from zhicheng.proof import verify as v

HASH = "a" * 64
FIGURE = {
    "no": "F1", "metric": "m", "from": "2017-01-01", "to": "2017-12-31", "slice": [["kind", "is", "a"]], "full_only": False,
    "numerator": 1, "denominator": 2, "value": "50.0", "then": {"size": 3, "numerator": 1, "denominator": 2, "value": "50.0"},
}  # fmt: skip
TARGET = {
    "no": "T1", "figure": "F1", "record": {"type": "a.b", "k": 1, "ver": 1}, "fact": "target", "value": 90,
    "places": 2, "operator": "ge", "met": True,
}  # fmt: skip
DECLARED = {
    "no": "D1",
    "record": {"type": "a.b", "k": 1},
    "fact": "value",
    "value": "x",
    "unit": "",
    "evidence": HASH,
}
REPORT = {
    "v": 1, "origin": "o", "enterprise": "e", "title": "t", "edition": "1", "record": {"type": "report.report", "k": 1},
    "period": {"from": "2017-01-01", "to": "2017-12-31"}, "issued_on": "2018-01-31", "fingerprint": HASH,
    "checkpoint_a": {"size": 5, "root": HASH}, "figures": [FIGURE], "targets": [TARGET], "declared": [DECLARED], "document": {},
}  # fmt: skip
METRIC = {
    "v": 1, "name": "m", "title": {"zh": "名", "en": "name"}, "unit": "%", "type": "a.b", "placed_by": "occurred_on",
    "states": ["done"], "where": [["n", "ge", 1], ["x", "in", ["a", 1]], ["y", "not_null", None]], "form": "share",
    "numerator": {"of": "sum", "fact": "n", "where": []}, "denominator": {"of": "count", "fact": None, "where": []},
    "scale": 100, "fact_places": 0, "round": "half_up", "places": 2, "settle_days": 31, "dimensions": ["kind"],
    "failed": ["verdict", "accepted"], "source": {"zh": "", "en": ""}, "labels": {"state": {"": "状态"}},
}  # fmt: skip
TOO_LARGE = 2**53 + 1
TEXT: tuple[Any, ...] = (None, 1, True, [], {})
NUMBER: tuple[Any, ...] = (None, "1", True, 1.0, [], -1)
DAY = (None, 20170101, "2017-02-30", "2017-1-1", "")
DIGEST = (None, 1, "a" * 63, "A" * 64, "a" * 65)

REPORTS: list[tuple[str, tuple[Any, ...]]] = [
    *[(key, TEXT) for key in ("origin", "enterprise", "title", "edition")],
    ("v", (0, 2, "1", True)), ("issued_on", DAY), ("fingerprint", DIGEST),
    ("period.from", (*DAY, "2018-01-01")), ("period.to", DAY),
    ("checkpoint_a.size", (*NUMBER, TOO_LARGE)), ("checkpoint_a.root", DIGEST),
    ("record.type", (None, 1, "report", "Report.report")), ("record.k", (*NUMBER, 0, TOO_LARGE)),
    *[(key, (None, {}, "", 1)) for key in ("figures", "targets", "declared")],
    ("figures.0.no", ("F2", 1)), ("figures.0.metric", TEXT), ("figures.0.full_only", (None, 0, 1, "true")),
    ("figures.0.from", (*DAY, "2018-01-01")), ("figures.0.to", DAY), ("figures.0.slice", (None, {}, [1], [["a", "is"]])),
    ("figures.0.numerator", (None, "1", True, 1.0)), ("figures.0.denominator", ("1", True, 1.0)), ("figures.0.value", TEXT),
    ("figures.0.then.size", (*NUMBER, TOO_LARGE)), ("figures.0.then.numerator", (None, "1", True)),
    ("figures.0.then.value", TEXT), ("figures.0.then", ({}, 1, [])),
    ("targets.0.no", ("T2", None)), ("targets.0.figure", (1, True, [])), ("targets.0.fact", TEXT),
    ("targets.0.operator", (None, "in", "is_not", "not_null")), ("targets.0.value", (None, "1", True, 1.0)),
    ("targets.0.places", (*NUMBER, 13)), ("targets.0.met", (0, 1, "true")),
    ("targets.0.record.ver", (*NUMBER, 0, TOO_LARGE)), ("targets.0.record.k", (*NUMBER, 0)), ("targets.0.record", ({"type": "a.b", "k": 1},)),
    ("declared.0.no", ("D2", None)), ("declared.0.fact", TEXT), ("declared.0.value", ([], {}, 1.5)), ("declared.0.unit", TEXT),
    ("declared.0.evidence", (1, "a" * 63, "A" * 64)), ("declared.0.record", ({"type": "a.b", "k": 1, "ver": 1},)),
]  # fmt: skip
NAME = (None, 1, "", "A", "a b")
METRICS: list[tuple[str, tuple[Any, ...]]] = [
    ("v", (0, 2, "1", True)), ("name", NAME), ("type", (None, 1, "a", "A.b")), ("placed_by", NAME), ("unit", TEXT),
    *[(key, (None, "x", {"zh": 1, "en": ""}, [])) for key in ("title", "source")],
    *[(key, (None, "x", [1], {}, [None])) for key in ("states", "dimensions")],
    ("form", (None, "rate")), ("round", (None, "up")), ("scale", (*NUMBER, 0, 10**12 + 1)),
    ("places", (*NUMBER, 13)), ("fact_places", (*NUMBER, 13)), ("settle_days", (*NUMBER, 3661)),
    ("labels", (None, [], {"a": 1}, {"a": {"b": 1}})), ("denominator", (None,)), ("form", ("count", "sum")),
    ("failed", ([], ["a"], [1, "a"], ["a", None], ["a", []], "ab", ["a", "b", "c"])),
    ("numerator", (None, [], {"of": "sum"})), ("numerator.of", (None, "mean", "count")), ("numerator.fact", (None, 1, "A", "")),
    ("denominator.fact", ("n", 1)), ("denominator.of", ("sum", None)), ("numerator.where", (None, {}, [[]])),
    ("where", (None, {}, "x", [{}], [["a", "is"]], [["a", "is", 1, 2]])),
    ("where.0.0", NAME), ("where.0.1", (None, "like", 1)), ("where.0.2", (None, True, [], 1.5)),
    ("where.1.2", (None, "a", [None], [[]])), ("where.2.2", (1, "", False)),
]  # fmt: skip


def spoilt(good: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    whole = copy.deepcopy(good)
    at: Any = whole
    *way, last = path.split(".")
    for step in way:
        at = at[int(step) if step.isdigit() else step]
    at[int(last) if last.isdigit() else last] = value
    return whole


def each(table: list[tuple[str, tuple[Any, ...]]]) -> list[Any]:
    return [pytest.param(path, one, id=f"{path}={one!r:.30}") for path, values in table for one in values]


def test_the_good_ones_are_read() -> None:
    report, metric = v.parse_report(REPORT), v.parse_metric(METRIC)
    assert (report.figures[0].no, report.targets[0].met, report.declared[0].evidence) == ("F1", True, HASH)
    assert metric.raw == METRIC
    for path, value in (
        ("figures.0.then", None), ("figures.0.denominator", None), ("targets.0.figure", None), ("targets.0.met", None),
        ("targets.0.met", False), ("targets.0.operator", "is"), ("targets.0.places", 12), ("targets.0.places", 0),
        ("declared.0.evidence", None), ("declared.0.value", None), ("declared.0.value", 3), ("checkpoint_a.size", 0),
        ("period.to", "2017-01-01"), ("targets.0.value", -5), ("record.k", 2**53 - 1),
    ):  # fmt: skip
        assert v.parse_report(spoilt(REPORT, path, value))
    for path, value in (("scale", 1), ("scale", 10**12), ("settle_days", 0), ("settle_days", 3660), ("fact_places", 12), ("failed", None), ("where.0.2", "a")):  # fmt: skip
        assert v.parse_metric(spoilt(METRIC, path, value))


@pytest.mark.parametrize(("path", "value"), each(REPORTS))
def test_a_report_of_another_form_is_refused(path: str, value: Any) -> None:
    with pytest.raises(v.Refused):
        v.parse_report(spoilt(REPORT, path, value))


@pytest.mark.parametrize("key", sorted(REPORT))
def test_a_report_has_all_keys_and_no_other(key: str) -> None:
    with pytest.raises(v.Refused):
        v.parse_report({k: one for k, one in REPORT.items() if k != key})
    with pytest.raises(v.Refused):
        v.parse_report({**REPORT, "x": 1})


@pytest.mark.parametrize(("path", "value"), each(METRICS))
def test_a_metric_of_another_form_is_refused(path: str, value: Any) -> None:
    with pytest.raises(v.Refused):
        v.parse_metric(spoilt(METRIC, path, value))


@pytest.mark.parametrize("value", [[], {}, None, {"metrics": {}, "release": "1", "types": {}, "v": 2},
    {"metrics": {}, "release": 1, "types": {}, "v": 1}, {"metrics": [], "release": "1", "types": {}, "v": 1},
    {"metrics": {}, "release": "1", "types": [], "v": 1}, {"metrics": {}, "release": "1", "types": {"a.b": []}, "v": 1},
    {"metrics": {}, "release": "1", "types": {"a.b": {"graph": 1}}, "v": 1}, {"metrics": {"other": METRIC}, "release": "1", "types": {}, "v": 1},
    {"metrics": {}, "release": "1", "types": {}, "v": True}])  # fmt: skip
def test_definitions_of_another_form_are_refused(value: Any) -> None:
    with pytest.raises(v.Refused):
        v.parse_definitions(value)


def test_a_header_tells_which_rule_it_breaks() -> None:
    good = {
        "act": "open",
        "d": "2017-01-01",
        "facts": HASH,
        "k": 1,
        "seq": 0,
        "type": "a.b",
        "v": 1,
        "ver": 1,
    }
    assert v.read_header(v.jcs(good)).seq == 0
    for change, said in (
        ({"x": 1}, "键不对"), ({"v": 2}, "值不合格式"), ({"d": "2017-02-30"}, "日期或编号无效"),
        ({"k": 2**53}, "日期或编号无效"), ({"seq": -1}, "值不合格式"),
    ):  # fmt: skip
        with pytest.raises(v.Refused, match=said):
            v.read_header(v.jcs({**good, **change}) if change.get("k") is None else v.jcs(good).replace(b'"k":1', b'"k":9007199254740992'))  # fmt: skip
    with pytest.raises(v.Refused, match="键不对"):
        v.read_header(b"[]")


def test_a_long_reason_of_the_json_reader_is_cut() -> None:
    with pytest.raises(v.Refused) as found:
        v.parse_strict(b'{"' + b"x" * 60_000 + b'":1,1}')
    assert len(found.value.zh) == len("不是 JSON：") + 80


@pytest.mark.parametrize(
    "data", [b"", b"\x30", b"\x30\x00", b"\x30\x05\x06\x03\x2a\x03\x04", b"\x30\x80\x00\x00", b"\x31\x00"]
)
def test_bytes_that_are_no_time_stamp_are_refused(data: bytes) -> None:
    with pytest.raises(v.Refused):
        v.Token(data)


def test_the_frame_of_the_zip_is_these_bytes() -> None:
    """Bundles are written with the verifier's own functions, so only bytes written here by hand show a change (format §5)."""
    member = v.Member("key.txt", 5, 3, 0x01020304)
    shared = "1400 0000 0000 0000 2100 04030201 03000000 03000000 0700 0000"
    assert v.local_record(member) == hexed("504b0304", shared) + b"key.txt"
    central = hexed("504b0102 1403", shared, "0000 0000 0000 0000a481 05000000") + b"key.txt"
    assert v.central_record(member) == central
    end = hexed("504b0506 0000 0000 0100 0100 35000000 2d000000 0000")
    assert v.end_record([member]) == central + end


def hexed(*parts: str) -> bytes:
    return bytes.fromhex("".join(parts))


def test_shares_for_reading_never_round_to_all_or_nothing() -> None:
    assert [v._share_text(*one) for one in ((1, 100_000), (99_999, 100_000), (5, 5), (0, 5), (1, 8))] == [
        "0.1%", "99.9%", "100.0%", "0.0%", "12.5%",
    ]  # fmt: skip
    assert v._share_text(0, 0) == v.NO_RECORDS


def test_what_a_record_contributed_in_words() -> None:
    given = {1: (None, None), 2: (3, None), 3: (None, 1), 4: (1, 1), 5: (0, None), 6: (0, 2)}
    said = [v._contribution_text(given, k) for k in range(1, 8)]
    assert said == ["0", "3", "0/1", "1/1", "0", "0/2", "不在期内 out"]


def test_a_signature_out_of_range_is_none() -> None:
    curve = next(one for one in vars(v).values() if isinstance(one, dict) and any(isinstance(c, v.Curve) for c in one.values()))  # fmt: skip
    for one in curve.values():
        size = (one.p.bit_length() + 7) // 8
        public = b"\x04" + one.x.to_bytes(size, "big") + one.y.to_bytes(size, "big")
        for r, s in ((0, 1), (1, 0), (one.n, 1), (1, one.n), (0, 0)):
            assert not v._ecdsa(one, public, b"\x01" * 32, sequence(r, s))


def test_a_good_signature_with_its_s_beyond_the_order_is_refused() -> None:
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    curve, key, message = v._CURVES["1.2.840.10045.3.1.7"], ec.generate_private_key(ec.SECP256R1()), b"text"
    form = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    public, hashed = key.public_key().public_bytes(*form), sha256(message).digest()
    r, s = utils.decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    assert v._ecdsa(curve, public, hashed, sequence(r, s))
    assert not v._ecdsa(curve, public, hashed, sequence(r, s + curve.n))
    assert not v._ecdsa(curve, public, hashed, sequence(r + curve.n, s))


def sequence(*numbers: int) -> bytes:
    """DER of a SEQUENCE of integers."""
    parts = b""
    for number in numbers:
        data = number.to_bytes(number.bit_length() // 8 + 1, "big")
        parts += b"\x02" + bytes([len(data)]) + data
    return b"\x30" + (bytes([len(parts)]) if len(parts) < 128 else b"\x81" + bytes([len(parts)])) + parts
