"""Metrics and quotients: which key is malformed, what counts and what it comes to, and the definition in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.proof.build import LOT, PDF, Case, fingerprint, good_house, metric, quotient
from tests.proof.test_parts_to_the_letter import refused
from tests.proof.test_quotient import METRICS, rated
from zhicheng.proof import verify as v

YEAR = ("2017-01-01", "2017-12-31")
COUNT: dict[str, Any] = {"of": "count", "fact": None, "where": []}
SUM: dict[str, Any] = {"of": "sum", "fact": "quantity", "where": []}
PLAIN = {name: v.parse_metric(METRICS[name]) for name in ("rejected", "shipped")}
TEXT: tuple[Any, ...] = (None, 1, True, [], {})
WORDS: tuple[Any, ...] = (None, "x", [], {"zh": 1, "en": "x"}, {"zh": None})
NAMES = (None, 1, "", "A", "a b", "a-b", "1a")


def malformed(value: Any, metrics: dict[str, v.Metric] | None = None) -> str:
    """Which key the refusal of a metric names, or of a quotient of ``metrics``."""
    read = (v.parse_metric, value) if metrics is None else (v.parse_quotient, value, metrics)
    found = refused(*read, "here")
    assert found.where == "here"
    assert found.en.endswith(" is malformed")
    assert found.zh == found.en.replace(" is malformed", " 不合格式")
    return found.en.removesuffix("」 is malformed").removeprefix("「")


# What is a metric (format §4)


@pytest.mark.parametrize(
    ("key", "values", "named"),
    [
        ("v", (0, 2, True, "1", None), "v"),
        ("name", NAMES, "name"),
        ("type", (*NAMES, "a", "A.b", "a."), "type"),
        ("placed_by", (*NAMES, "__a"), "placed_by"),
        ("title", WORDS, "title"),
        ("source", WORDS, "source"),
        ("states", (None, "x", {}, [1], [None], ["a", 1]), "states"),
        ("dimensions", (None, "x", {}, [1], [None], ["a", 1]), "dimensions"),
        ("unit", TEXT, "form"),
        ("form", (None, "median", "quotient", ""), "form"),
        ("round", (None, "up", ""), "form"),
        ("scale", (0, -1, 10**12 + 1, True, "1", None), "scale"),
        ("places", (-1, 13, True, "1", None), "scale"),
        ("fact_places", (-1, 13, True, "1", None), "settle_days"),
        ("settle_days", (-1, 3661, True, "1", None), "settle_days"),
        ("labels", (None, [], "x", {"a": []}, {"a": {"b": 1}}, {"a": {}, "b": {"c": None}}), "labels"),
        ("denominator", (None,), "denominator"),
        ("denominator", (1, "abc", [], {}, {**COUNT, "x": 1}, {"of": "count", "fact": None}), "numerator"),
        ("numerator", (None, 1, [], {}, ["fact", "of", "where"]), "numerator"),
        ("numerator", ({**SUM, "fact": None}, {**SUM, "fact": 1}, {**SUM, "fact": "A"}, {**SUM, "fact": ""}), "sum"),
        ("numerator", ({**COUNT, "fact": "a"}, {**COUNT, "of": "mean"}, {**COUNT, "of": None}, {**COUNT, "of": "mean", "fact": "a"}), "count"),
        ("numerator", ({**COUNT, "where": None}, {**SUM, "where": [[]]}), "where"),
        ("where", (None, {}, "x", ["abc"], [{}], [["a", "is"]], [["a", "is", 1, 2]], [1]), "where"),
        ("where", ([["A", "is", 1]], [[1, "is", 1]], [["a", "like", 1]], [["a", None, 1]], [["", "is", 1]]), "where"),
        ("where", ([["a", "in", "b"]], [["a", "in", None]], [["a", "in", [None]]], [["a", "not_in", [[]]]], [["a", "not_in", [1, {}]]]), "a"),
        ("where", ([["a", "is_null", 1]], [["a", "not_null", ""]], [["a", "is_null", False]]), "a"),
        ("where", ([["a", "ge", None]], [["a", "le", True]], [["a", "gt", []]], [["a", "lt", {}]]), "a"),
        ("where", ([["a", "is", None]], [["a", "is_not", None]], [["a", "is", []]], [["a", "is_not", {}]]), "a"),
        ("where", ([["b", "is", 1], ["a", "is", None]],), "a"),
        ("failed", ([], ["a"], ["a", "b", "c"], "ab", {}, [1, "a"], [None, 1], ["a", None], ["a", []], ["a", {}]), "failed"),
    ],
)  # fmt: skip
def test_a_malformed_key_of_a_metric_is_named(key: str, values: tuple[Any, ...], named: str) -> None:
    for value in values:
        assert malformed(metric(**{key: value})) == named, value


def test_a_metric_has_all_keys_and_no_other() -> None:
    for value in (None, [], "x", 1, {}, {**metric(), "x": 1}, sorted(metric())):
        assert malformed(value) == "metric"
    for key in metric():
        assert malformed({one: x for one, x in metric().items() if one != key}) == "metric"


@pytest.mark.parametrize("form", ["count", "sum"])
def test_only_a_share_a_ratio_and_a_mean_have_a_denominator(form: str) -> None:
    assert malformed(metric(form=form)) == "denominator"
    assert v.parse_metric(metric(form=form, denominator=None)).denominator is None
    for one in ("share", "ratio", "mean"):
        assert malformed(metric(form=one, denominator=None)) == "denominator"
        assert v.parse_metric(metric(form=one)).denominator == v.Part("count", None, ())


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("scale", (1, 2, 10**12)),
        ("places", (0, 1, 12)),
        ("fact_places", (0, 1, 12)),
        ("settle_days", (0, 1, 3660)),
        ("placed_by", ("_at", "released_on2")),
        ("type", ("a.b", "a_b.c_d.e")),
        ("failed", (None, ["a", 1], ["a", ""], ["a", False])),
        ("states", ([], ["a", "b"])),
        ("labels", ({}, {"a": {}}, {"a": {"": "x", "1": "y"}})),
        ("where", ([], [["a", "in", []]], [["a", "in", ["", 0, False]]], [["a", "is", False]], [["a", "ge", ""]])),
    ],
)  # fmt: skip
def test_a_metric_is_read_up_to_its_bounds(key: str, values: tuple[Any, ...]) -> None:
    for value in values:
        assert v.parse_metric(metric(**{key: value})).raw[key] == value


def test_a_metric_holds_what_it_was_read_from() -> None:
    value = metric(failed=["first_verdict", "accepted"], denominator=SUM, form="ratio", numerator=COUNT)
    found = v.parse_metric(value)
    assert (found.failed, found.numerator, found.denominator) == (
        ("first_verdict", "accepted"), v.Part("count", None, ()), v.Part("sum", "quantity", ()),
    )  # fmt: skip
    assert found.where == (v.Condition("submission", "is", 1), v.Condition("first_verdict", "not_null", None))
    assert v.parse_metric(metric(failed=None)).failed is None


# What is a quotient


@pytest.mark.parametrize(
    ("key", "values", "named"),
    [
        ("v", (0, 2, True, "1", None), "v"),
        ("form", ("share", "count", None, 1), "v"),
        ("name", NAMES, "name"),
        ("title", WORDS, "title"),
        ("source", WORDS, "source"),
        ("unit", TEXT, "unit"),
        ("round", ("up", None, "", 1), "unit"),
        ("scale", (0, -1, 10**12 + 1, True, "1", None), "scale"),
        ("places", (-1, 13, True, "1", None), "scale"),
        ("numerator", (None, 1, "nothing", "", True), "numerator"),
        ("denominator", (None, 1, "nothing", "", "rejected_per_thousand"), "denominator"),
        ("dimensions", (None, "", {}, [1], [None], "purchase_kind", ["supplier"], ["purchase_kind", "supplier"]), "dimensions"),
    ],
)  # fmt: skip
def test_a_malformed_key_of_a_quotient_is_named(key: str, values: tuple[Any, ...], named: str) -> None:
    for value in values:
        assert malformed(quotient(**{key: value}), PLAIN) == named, value


def test_a_quotient_has_all_keys_and_no_other() -> None:
    for value in (None, [], "x", {}, {**quotient(), "settle_days": 1}, sorted(quotient())):
        assert malformed(value, PLAIN) == "metric"
    for key in quotient():
        short = {one: x for one, x in quotient().items() if one != key}
        assert malformed(short, PLAIN) == "metric"


def test_only_counts_and_sums_of_the_same_settling_time_are_divided() -> None:
    share = v.parse_metric(metric(name="rejected", dimensions=["purchase_kind"]))
    for side, other in (("numerator", "denominator"), ("denominator", "numerator")):
        value = quotient(**{side: "rejected", other: "shipped"})
        assert malformed(value, {**PLAIN, "rejected": share}) == side
        for days in (30, 32):
            late = v.parse_metric({**METRICS["rejected"], "settle_days": days})
            found = malformed(value, {**PLAIN, "rejected": late})
            assert found == "settle_days"
    for lacking in ("rejected", "shipped"):
        narrow = {**PLAIN, lacking: v.parse_metric({**METRICS[lacking], "dimensions": []})}
        assert malformed(quotient(), narrow) == "dimensions"


def test_a_quotient_is_read_up_to_its_bounds_and_holds_what_it_was_read_from() -> None:
    for key, values in (
        ("scale", (1, 2, 10**12)),
        ("places", (0, 1, 12)),
        ("dimensions", ([], ["purchase_kind"])),
    ):
        for value in values:
            assert v.parse_quotient(quotient(**{key: value}), PLAIN).raw[key] == value
    found = v.parse_quotient(quotient(), PLAIN)
    assert (found.top, found.bottom, found.parts) == (
        *[PLAIN[one] for one in ("rejected", "shipped")],
        (found.top, found.bottom),
    )
    assert (found.scale, found.places, found.dimensions) == (1000, 2, ("purchase_kind",))


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Rejected"}, {"name": 1}, {"title": {"zh": 1}}, {"source": []}, {"unit": 1}, {"dimensions": {}},
        {"dimensions": ""}, {"dimensions": [1]}, {"numerator": 1}, {"form": "share"}, {"scale": 10**12 + 1},
    ],
)  # fmt: skip
def test_definitions_with_a_malformed_quotient_are_unreadable(tmp_path: Path, change: dict[str, Any]) -> None:
    """Whole bundles, so that the second verifier has its say too."""
    metrics = {**METRICS, quotient()["name"]: quotient(**change)}
    case = rated(spoil_definitions=lambda one: {**one, "metrics": metrics})
    assert v.verify_bundle(case.bundle(tmp_path), PDF, fingerprint()).exit == 2


# What counts, and what it comes to


@pytest.mark.parametrize(
    ("op", "lower", "equal", "higher"),
    [("ge", False, True, True), ("gt", False, False, True), ("le", True, True, False), ("lt", True, False, False)],
)  # fmt: skip
def test_orders_at_the_bound(op: str, lower: bool, equal: bool, higher: bool) -> None:
    for given in (5, "2017-06-01"):
        below, above = (4, 6) if given == 5 else ("2017-05-31", "2017-06-02")
        one = v.Condition("x", op, given)
        assert [v.holds(one, {"x": x}) for x in (below, given, above)] == [lower, equal, higher]


def missing(read: Callable[..., Any], *given: Any) -> str:
    """What is said of a fact that cannot be read."""
    return refused(read, *given, kind=v.FactMissing).en


@pytest.mark.parametrize("value", ["3", None, True, []])
def test_only_an_integer_is_summed(value: Any) -> None:
    one = v.parse_metric(metric(numerator=SUM, form="sum", denominator=None, where=[]))
    facts = {"occurred_on": "2017-01-01", "state": "accepted", "quantity": 3}
    assert v.measure(one, (), YEAR, [facts, facts]) == (6, None)
    found = missing(v.measure, one, (), YEAR, [{**facts, "quantity": value}])
    assert found == "summed fact quantity is not an integer"


@pytest.mark.parametrize("value", [1, True, []])
def test_only_a_day_places_a_record(value: Any) -> None:
    one = v.parse_metric(metric())
    assert missing(v.placed, one, YEAR, {"occurred_on": value}) == "fact occurred_on is not a date"
    assert not v.placed(one, YEAR, {"occurred_on": None})
    assert not v.placed(one, YEAR, {"occurred_on": ""})


@pytest.mark.parametrize(("value", "given"), [("3", 3), (3, "3"), (True, 1), ([], "x")])
def test_only_what_is_of_a_kind_has_an_order(value: Any, given: Any) -> None:
    for op in ("ge", "gt", "le", "lt"):
        assert missing(v.holds, v.Condition("x", op, given), {"x": value}) == "fact x is of the wrong type"
    assert missing(v.holds, v.Condition("x", "is", 1), {}) == "fact x is not open"


def test_a_figure_reads_the_facts_of_its_conditions_and_sums() -> None:
    value = metric(form="ratio", numerator={**SUM, "where": [["a", "is", 1]]}, denominator={"of": "sum", "fact": "weight", "where": [["b", "is_null", None]]})  # fmt: skip
    slice_ = v.parse_conditions([["purchase_kind", "is", "raw"]])
    assert v.facts_read(v.parse_metric(value), slice_) == (
        "a", "b", "first_verdict", "occurred_on", "purchase_kind", "quantity", "state", "submission", "weight",
    )  # fmt: skip
    alone = v.parse_metric(metric(form="count", numerator=COUNT, denominator=None, where=[]))
    assert v.facts_read(alone) == ("occurred_on", "state")


@pytest.mark.parametrize(
    ("scale", "places", "top", "bottom", "text"),
    [
        (1, 0, 1, 3, "0"), (1, 0, 2, 3, "1"), (1, 0, 1, 2, "1"), (2, 0, 1, 1000, "1"), (2, 0, 999, 1000, "1"),
        (2, 0, 0, 5, "0"), (2, 0, 5, 5, "2"), (1, 1, 1, 1000, "0.1"), (1, 1, 999, 1000, "0.9"), (100, 0, 1, 1000, "1"),
        (100, 0, 999, 1000, "99"), (3, 0, 1, 2, "2"), (100, 0, 0, 1000, "0"), (100, 0, 1000, 1000, "100"),
        (100, 0, -1, 1000, "0"), (100, 0, 2000, 1000, "200"), (100, 0, 0, 0, "无记录"),
    ],
)  # fmt: skip
def test_a_share_is_all_or_nothing_only_where_it_is_or_no_room_is_left(
    scale: int, places: int, top: int, bottom: int, text: str
) -> None:
    one = v.parse_metric(metric(scale=scale, places=places))
    assert v.figure_text(top, bottom, one) == text


@pytest.mark.parametrize(
    ("form", "top", "bottom", "text"),
    [
        ("share", 1, 2, "50.00"), ("ratio", 125, 2, "6.25"), ("mean", 125, 2, "6.25"), ("ratio", 1, 100_000, "0.00"),
        ("ratio", 99_999, 100_000, "0.10"), ("sum", 125, None, "0.13"), ("count", 1_000, None, "1.00"), ("sum", -125, None, "-0.13"),
        ("ratio", 5, 0, "无记录"),
    ],
)  # fmt: skip
def test_facts_in_thousandths_are_divided_out_but_of_a_share(
    form: str, top: int, bottom: int | None, text: str
) -> None:
    one = v.parse_metric(metric(form=form, fact_places=3, denominator=None if bottom is None else COUNT))
    assert v.figure_text(top, bottom, one) == text


@pytest.mark.parametrize(
    ("top", "bottom", "text"),
    [(1, 3_000_000, "0.33"), (0, 1, "0.00"), (1, 0, "无记录"), (-1, 3_000_000, "-0.33"), (1, -3_000_000, "-0.33"), (7, 1_000, "7000.00")],
)  # fmt: skip
def test_a_quotient_scales_each_side_by_its_own_places(top: int, bottom: int, text: str) -> None:
    """The denominator counts in thousandths, the numerator in ones; then in hundredths."""
    assert v.quotient_text(top, bottom, v.parse_quotient(quotient(), PLAIN)) == text
    tops = {**PLAIN, "rejected": v.parse_metric({**METRICS["rejected"], "fact_places": 2})}
    assert v.quotient_text(100 * top, bottom, v.parse_quotient(quotient(), tops)) == text


@pytest.mark.parametrize(
    ("rule", "values"),
    [("half_up", (1, 2, 3, -1, -2, -3, 0)), ("gbt8170", (0, 2, 2, 0, -2, -2, 0))],
)
def test_halves_of_either_sign(rule: str, values: tuple[int, ...]) -> None:
    """1/2, 3/2, 5/2 and their opposites, and nothing; with the sign above or below the line."""
    tops = (1, 3, 5, -1, -3, -5, 0)
    assert tuple(v._rounded(top, 2, rule) for top in tops) == values
    assert tuple(v._rounded(-top, -2, rule) for top in tops) == values
    assert [v._rounded(top, 3, rule) for top in (1, 2, 4, 5, -1, -2)] == [0, 1, 1, 2, 0, -1]


# In words


@pytest.mark.parametrize(
    ("condition", "zh", "en"),
    [
        (["kind", "is", "a"], "kind (「类」) 为 「a」 (「甲」)", "kind (「类」) is 「a」 (「甲」)"),
        (["kind", "is_not", "a"], "kind (「类」) 已填且不为 「a」 (「甲」)", "kind (「类」) is filled and not 「a」 (「甲」)"),
        (["kind", "in", ["a", "b", 1]], "kind (「类」) 为 「a」 (「甲」)、「b」、1 (「一」) 之一", "kind (「类」) is one of 「a」 (「甲」), 「b」, 1 (「一」)"),
        (["kind", "not_in", ["a", "b"]], "kind (「类」) 已填且不为 「a」 (「甲」)、「b」", "kind (「类」) is filled and none of 「a」 (「甲」), 「b」"),
        (["kind", "is_null", None], "kind (「类」) 未填", "kind (「类」) is empty"),
        (["kind", "not_null", None], "kind (「类」) 已填", "kind (「类」) is filled"),
        (["n", "ge", 3], "n ≥ 3", "n ≥ 3"),
        (["n", "le", "a」"], "n ≤ 「a\\u300d」", "n ≤ 「a\\u300d」"),
        (["n", "gt", -1], "n > -1", "n > -1"),
        (["n", "lt", 3], "n < 3", "n < 3"),
        (["n", "is", True], "n 为 true", "n is true"),
    ],
)  # fmt: skip
def test_a_condition_in_words(condition: list[Any], zh: str, en: str) -> None:
    """The raw name and value, with the label that the definition gives them."""
    labels = {"kind": {"": "类", "a": "甲", "1": "一"}}
    one = v.parse_metric(metric(labels=labels, where=[condition], states=["x"]))
    words = v.definition_words(one)
    assert words.zh.split("之一，且 ", 1)[1].startswith(zh + "。分子：")
    assert words.en.split(", and ", 1)[1].startswith(en + ". Numerator: ")


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        ({"form": "share", "scale": 100, "fact_places": 2}, "分子 ÷ 分母 × 100，四舍五入到 2 位小数，单位 「%」。", "numerator / denominator × 100, rounded half away from zero to 2 places, unit 「%」."),
        ({"form": "share", "scale": 1}, "分子 ÷ 分母，四舍五入到 2 位小数，单位 「%」。", "numerator / denominator, rounded half away from zero to 2 places, unit 「%」."),
        ({"form": "ratio", "scale": 2, "fact_places": 3}, "分子 ÷ 分母 × 2（事实以 10 的 -3 次方为单位），四舍五入到 2 位小数，单位 「%」。", "numerator / denominator × 2 (facts count in units of 10^-3), rounded half away from zero to 2 places, unit 「%」."),
        ({"form": "mean", "round": "gbt8170", "places": 0, "unit": "天"}, "分子 ÷ 分母 × 100，按 GB/T 8170 修约到 0 位小数，单位 「天」。", "numerator / denominator × 100, rounded by GB/T 8170 to 0 places, unit 「天」."),
        ({"form": "count", "denominator": None}, "取分子，四舍五入到 2 位小数，单位 「%」。", "take the numerator, rounded half away from zero to 2 places, unit 「%」."),
        ({"form": "sum", "denominator": None, "fact_places": 1, "round": "gbt8170"}, "取分子（事实以 10 的 -1 次方为单位），按 GB/T 8170 修约到 2 位小数，单位 「%」。", "take the numerator (facts count in units of 10^-1), rounded by GB/T 8170 to 2 places, unit 「%」."),
    ],
)  # fmt: skip
def test_the_arithmetic_in_words(change: dict[str, Any], zh: str, en: str) -> None:
    words = v.definition_words(v.parse_metric(metric(**change)))
    assert words.zh.endswith("。" + zh)
    assert words.en.endswith(". " + en)
    assert ("分母：" in words.zh, "Denominator:" in words.en) == ("÷" in zh, "/" in en.split(",")[0])


WHERE = [["a", "is", 1], ["b", "not_null", None]]


@pytest.mark.parametrize(
    ("part", "zh", "en"),
    [
        (COUNT, "上述记录数", "their number"),
        ({**COUNT, "where": WHERE}, "其中 a 为 1，b 已填 的记录数", "the number of those in which a is 1 and b is filled"),
        (SUM, "上述记录的 quantity (「数量」) 之和", "the sum of their quantity (「数量」)"),
        ({**SUM, "where": WHERE}, "其中 a 为 1，b 已填 的记录的 quantity (「数量」) 之和", "the sum of quantity (「数量」) over those in which a is 1 and b is filled"),
    ],
)  # fmt: skip
def test_numerator_and_denominator_in_words(part: dict[str, Any], zh: str, en: str) -> None:
    labels = {"quantity": {"": "数量"}}
    top = v.definition_words(v.parse_metric(metric(numerator=part, labels=labels)))
    assert f"。分子：{zh}。分母：上述记录数。" in top.zh
    assert f". Numerator: {en}. Denominator: their number. " in top.en
    bottom = v.definition_words(v.parse_metric(metric(numerator=COUNT, denominator=part, labels=labels)))
    assert f"。分子：上述记录数。分母：{zh}。" in bottom.zh
    assert f". Numerator: their number. Denominator: {en}. " in bottom.en


def test_a_whole_definition_in_words() -> None:
    labels = {"state": {"": "状态", "accepted": "接收"}, "occurred_on": {"": "日期"}}
    one = v.parse_metric(metric(labels=labels, numerator=COUNT, where=[["submission", "is", 1]]))
    words = v.definition_words(one, v.parse_conditions([["purchase_kind", "is", "raw"]]))
    assert words == v.Say(
        "取 inspection.lot 的每条记录，occurred_on (「日期」) 在期内，状态为 「accepted」 (「接收」)、「rejected」 之一，且 submission 为 1，且 "
        "purchase_kind 为 「raw」。分子：上述记录数。分母：上述记录数。分子 ÷ 分母 × 100，四舍五入到 2 位小数，单位 「%」。",
        "Of every inspection.lot whose occurred_on (「日期」) lies in the period and whose state is one of 「accepted」 (「接收」), "
        "「rejected」, and submission is 1, and purchase_kind is 「raw」. Numerator: their number. Denominator: their number. "
        "numerator / denominator × 100, rounded half away from zero to 2 places, unit 「%」.",
    )


@pytest.mark.parametrize(
    ("change", "slice_", "zh", "en"),
    [
        ({}, [],
         "rejected (「批」) ÷ (shipped (「台」) ÷ 10^3) × 1000，各按自己的定义、在同一期间计算；四舍五入到 2 位小数，单位 「批/千台」。",
         "rejected (「lots」) ÷ (shipped (「units」) ÷ 10^3) × 1000, each by its own definition and over the same period; rounded half away from zero to 2 places, unit 「批/千台」."),
        ({"scale": 1, "round": "gbt8170", "places": 0}, [],
         "rejected (「批」) ÷ (shipped (「台」) ÷ 10^3)，各按自己的定义、在同一期间计算；按 GB/T 8170 修约到 0 位小数，单位 「批/千台」。",
         "rejected (「lots」) ÷ (shipped (「units」) ÷ 10^3), each by its own definition and over the same period; rounded by GB/T 8170 to 0 places, unit 「批/千台」."),
        ({"scale": 2}, [["purchase_kind", "is", "raw"], ["purchase_kind", "not_null", None]],
         "rejected (「批」) ÷ (shipped (「台」) ÷ 10^3) × 2，各按自己的定义、在同一期间计算，两者都只取 purchase_kind 为 「raw」，且 purchase_kind 已填 的记录；四舍五入到 2 位小数，单位 「批/千台」。",
         "rejected (「lots」) ÷ (shipped (「units」) ÷ 10^3) × 2, each by its own definition and over the same period, both only of records with purchase_kind is 「raw」 and purchase_kind is filled; rounded half away from zero to 2 places, unit 「批/千台」."),
    ],
)  # fmt: skip
def test_a_quotient_in_words(change: dict[str, Any], slice_: list[Any], zh: str, en: str) -> None:
    titles = {"rejected": {"zh": "批", "en": "lots"}, "shipped": {"zh": "台", "en": "units"}}
    plain = {name: v.parse_metric({**METRICS[name], "title": title}) for name, title in titles.items()}
    words = v.quotient_words(v.parse_quotient(quotient(**change), plain), v.parse_conditions(slice_))
    assert words == v.Say(zh, en)


# Text that came with the bundle


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a b质¥", "a b质¥"), ("a\u00a0b", "a\\u00a0b"), ("\n", "\\u000a"), ("\u202e", "\\u202e"), ("\ue000", "\\ue000"),
        ("\U000e0001", "\\U000e0001"), ("\U0010ffff", "\\U0010ffff"), ("\uffff", "\\uffff"), ("\U00010000", "\U00010000"),
        ("\\", "\\u005c"), ("「」", "\\u300c\\u300d"), ("𠮷", "𠮷"), ("\u3000", "\\u3000"),
    ],
)  # fmt: skip
def test_foreign_text_is_shown_so_that_it_cannot_deceive(text: str, shown: str) -> None:
    assert v.escaped(text) == shown
    assert v.quoted(text) == f"「{shown}」"


def test_long_text_is_cut_at_300_characters_and_says_so() -> None:
    assert v.quoted("质" * 300) == f"「{'质' * 300}」"
    assert v.quoted("质" * 301) == f"「{'质' * 300}…」"
    assert (v.escaped("abc", 3), v.escaped("abcd", 3)) == ("abc", "abc…")
    assert v._SHOWN_LIMIT == 300


def test_what_is_no_text_is_shown_as_json() -> None:
    assert [v.quoted(one) for one in ({"名": "质"}, 1, None, True)] == [
        '「{"名": "质"}」',
        "「1」",
        "「null」",
        "「true」",
    ]


# The same through a whole bundle


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        (["quantity", "le", 10], "3"), (["quantity", "lt", 10], "0"), (["quantity", "ge", 10], "3"), (["quantity", "gt", 10], "0"),
        (["purchase_kind", "not_in", ["part"]], "3"), (["purchase_kind", "not_in", ["raw"]], "0"),
        (["purchase_kind", "in", []], "0"), (["purchase_kind", "lt", "s"], "3"), (["purchase_kind", "le", "raw"], "3"),
    ],
)  # fmt: skip
def test_a_figure_with_such_a_condition_is_proved(tmp_path: Path, condition: list[Any], value: str) -> None:
    """Ten of each lot, all of kind ``raw``; three accepted in the year."""
    where = [["first_verdict", "is", "accepted"], condition]
    one = metric(form="count", numerator={**COUNT, "where": where}, denominator=None, places=0)
    house = good_house()
    house.define(
        {one["name"]: one}, {LOT: {"may_open": ["occurred_on", "state"], "graph": [["open", "accepted"]]}}
    )
    found = v.verify_bundle(Case(house, metrics={one["name"]: one}).bundle(tmp_path), PDF, fingerprint())
    (figure,) = found.data["figures"]
    assert (figure["status"], figure["recomputed"]["value"]) == ("proved", value)
