"""The handlers of cases answer under the names that published cases use, as JSON, whatever is left out."""

from __future__ import annotations

import json

import pytest

from tests.vectors.spc_quality import HANDLERS

CROSSED = [
    {"part": p, "operator": o, "y": p + 0.1 * t + 0.05 * (o == "B")}
    for p in range(5)
    for o in "AB"
    for t in range(2)
]
NESTED = [
    {"part": f"{o}{p}", "operator": o, "y": p + 0.1 * t} for o in "AB" for p in range(5) for t in range(2)
]
JUDGED = [
    {"part": p, "operator": o, "rating": "N" if p == 3 and o == "B" else "Y", "standard": "N" if p == 3 else "Y"}
    for p in range(6)
    for o in "AB"
]  # fmt: skip
LINEAR = [{"part": r, "reference": r, "y": r * 1.01 + 0.02 * t} for r in (2, 4, 6) for t in range(3)]

CASES = [
    ("iso2859", {"lot_size": 5, "aql": 0.01}, {"full_inspection": True, "n_table": 1250, "n_inspected": 5}),
    ("iso2859", {"code_letter": "F", "aql": 1.5}, {"code_letter_used": "G", "n_table": 32}),
    ("iso2859", {"lot_size": 8, "aql": 10, "severity": "tightened"}, {"disputed": True, "ac": 0}),
    ("iso2859", {"lot_size": 1000, "aql": 1, "plan_type": "double"}, {"n": [50, 50], "ac": [0, 3], "re": [3, 4]}),
    ("acceptance_oc", {"n": [50, 50], "ac": [0, 3], "re": [3, 4], "distribution": "hypergeom", "lot_size": 1000, "p": [0.0]}, {"pa": [1.0], "asn": [50.0]}),
    ("acceptance_oc", {"n": 10, "k": 1.5, "sigma": "known", "p": [0.5]}, {}),
    ("acceptance_plan", {"prp": {"p": 0.05, "min_pa": 0.95}, "crp": {"p": 0.15, "max_pa": 0.1}, "distribution": "normal", "sigma": "known"}, {"n": 24}),
    ("acceptance_variables", {"n": 20, "k": 1.82585554022201, "sigma": "unknown"}, {"M": pytest.approx(0.0293, abs=1e-9)}),
    ("acceptance_variables", {"values": [197, 188, 184, 205, 201], "usl": 209}, {"p_lower": 0.0}),
    ("tolerance_interval", {"n": [10, 43], "coverage": 0.9, "confidence": 0.99, "method": "HE2"}, {"k": [pytest.approx(3.58, abs=0.01), pytest.approx(2.217, abs=0.001)]}),
    ("tolerance_interval", {"coverage": 0.95, "confidence": 0.95, "side": 1}, {"n": 59}),
    ("hypothesis_test", {"test": "anova", "groups": [[1, 2], [3, 5]]}, {"df": {"between": 1, "within": 2}}),
    ("hypothesis_test", {"test": "welch", "x": [1, 2, 3], "y": [2, 4, 9]}, {}),
    ("interval", {"x": 3, "n": 200}, {"estimate": 0.015}),
    ("correlation", {"x": [1, 2, 3, 4], "y": [2, 4, 6, 8]}, {"r": 1.0}),
    ("normality", {"values": [1, 2, 3, 4, 5, 6, 7, 9]}, {}),
    ("msa", {"rows": CROSSED, "tolerance": 8}, {"df": {"part": 4, "operator": 1, "interaction": 4, "repeatability": 10}}),
    ("msa", {"rows": NESTED}, {"pct_tolerance": dict.fromkeys(("grr", "repeatability", "reproducibility", "operator", "interaction", "part", "total"))}),
    ("msa", {"rows": JUDGED, "positive": "N"}, {"miss_rate": {"A": 100.0, "B": 0.0}, "false_alarm_rate": {"A": 0.0, "B": 0.0}}),
    ("msa", {"rows": LINEAR}, {"reference": [2.0, 4.0, 6.0]}),
    ("msa", {"table": [[20, 5], [10, 15]]}, {"kappa": pytest.approx(0.4)}),
]  # fmt: skip


@pytest.mark.parametrize(("area", "given", "expected"), CASES)
def test_answers_under_the_names_of_the_cases(area, given, expected):
    found = HANDLERS[area]({"id": "x", "area": area, "input": given})
    json.dumps(found, allow_nan=False)
    assert {name: found[name] for name in expected} == expected
    assert HANDLERS[area](given).keys() == found.keys()


def test_a_series_of_lots_ends_where_inspection_is_discontinued():
    series = {
        "lot_size": 2000,
        "aql": 1.0,
        "start_severity": "tightened",
        "nonconforming_by_lot": [3, 3, 0, 3, 3, 3, 0, 0],
    }
    found = HANDLERS["iso2859_switching"]({"input": series})
    assert [lot["severity_next"] for lot in found["lots"]] == ["tightened"] * 5 + ["discontinued"]
    resubmitted = series | {
        "start_severity": "normal",
        "nonconforming_by_lot": [4, 4, 0],
        "resubmitted_lots": [2],
    }
    lots = HANDLERS["iso2859_switching"]({"input": resubmitted})["lots"]
    assert [lot["severity_next"] for lot in lots] == ["normal"] * 3
    assert [lot["switching_score_after"] for lot in lots] == [0, 0, 3]


def test_results_come_under_the_names_that_a_case_uses():
    given = {"rows": CROSSED, "tolerance": 8}
    asked = {"pct_study_variation": {"GRR": 0}, "P_value": {"Operator": 0}}
    found = HANDLERS["msa"]({"input": given, "expected": asked})
    assert found["pct_study_variation"]["GRR"] == found["pct_study_var"]["grr"]
    assert found["P_value"]["Operator"] == found["p"]["operator"]
    assert "nothing" not in HANDLERS["msa"]({"input": given, "expected": {"nothing": 1}})
