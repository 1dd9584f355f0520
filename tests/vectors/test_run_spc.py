"""The runner of cases of statistics: every chart by its names, other spellings and shapes, and errors that do not stop the rest."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.stats.published import (
    BOILER,
    CIRCUITS,
    DIAMETERS,
    DYED_CLOTH,
    EWMA_EXAMPLE,
    ORANGE_JUICE,
    PISTON_RINGS,
)
from tests.vectors.spc_charts import HANDLERS

RINGS = PISTON_RINGS.tolist()


def outcome(
    given: dict[str, Any], expected: Any = None, area: str = "control_chart", **more: Any
) -> dict[str, Any]:
    return HANDLERS[area]({"id": "t", "area": area, "input": given, "expected": expected, **more})


QCC: dict[str, Any] = {"source": {"tool": "R qcc 3.0"}}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"chart": "xbar", "subgroups": RINGS[:25]}, {"center": 74.001176, "sigma": 0.0097850386930353, "lcl": 73.9880479929919}),
        ({"chart": "R", "subgroups": RINGS[:25]}, {"center": 0.02276, "lcl": 0, "ucl": 0.0481253301547724}),
        ({"chart": "S", "subgroups": RINGS[:25]}, {"center": 0.00924003663, "ucl": 0.0193024166}),
        ({"chart": "p", "defectives": ORANGE_JUICE[:30], "sizes": 50}, {"center": 0.231333333, "sigma": 0.05963526, "beyond_limits": [15, 23]}),
        ({"chart": "np", "counts": ORANGE_JUICE[:30], "sizes": [50] * 30}, {"center": 11.5666666667, "lcl": 2.621377}),
        ({"chart": "c", "counts": CIRCUITS}, {"center": 19.8461538461538, "sigma": 4.45490222632931, "beyond_limits": [6, 20]}),
        ({"chart": "u", "counts": DYED_CLOTH[0], "sizes": DYED_CLOTH[1]}, {"center": 1.42325581395349, "beyond_limits": []}),
        ({"chart": "EWMA", "individuals": EWMA_EXAMPLE, "center": 50, "sigma": 2.0539, "lambda": 0.3}, {"asymptotic_lcl": 47.4115682618734, "violations": []}),
        ({"chart": "CUSUM", "phase1": RINGS[:25], "phase2": RINGS[25:], "h": 5, "k": 0.5, "head_start": 2.5}, {"upper": [37, 38, 39, 40], "lower": []}),
        ({"chart": "T2.single", "matrix": BOILER.tolist(), "confidence": 0.999}, {"ucl_phase1": 17.4170466005846}),
        ({"n": [2, 5]}, {"d2": [1.12837916709572, 2.32592894730363], "c4": [0.797884560802865, 0.939985602986625]}),
    ],
)  # fmt: skip
def test_published_results(given: dict[str, Any], expected: dict[str, Any]) -> None:
    got = outcome(given, expected, **QCC)
    for name, value in expected.items():
        assert got[name] == pytest.approx(value, rel=1e-6), name


@pytest.mark.parametrize(
    "given",
    [
        {"chart": "xbar-R", "subgroups": RINGS[:25]},
        {"chart": "xbar-S", "subgroups": RINGS[:25], "sigma_method": "Sbar/c4 (UWAVE-SD)"},
        {"chart": "median", "subgroups": RINGS[:25]},
        {"chart": "I-MR", "individuals": DIAMETERS.tolist()},
        {"chart": "MR", "individuals": DIAMETERS.tolist()},
        {"chart": "laney-p", "counts": ORANGE_JUICE[:30], "sizes": 50},
        {"chart": "u'", "counts": DYED_CLOTH[0], "sizes": DYED_CLOTH[1]},
        {"chart": "MA", "individuals": EWMA_EXAMPLE, "span": 3},
        {"chart": "g", "counts": [3, 9, 4, 12, 1]},
        {"chart": "t", "times": [3.0, 9.0, 4.5, 12.0, 1.0], "method": "weibull"},
        {
            "chart": "T2",
            "variables": {"a": RINGS[:25], "b": (PISTON_RINGS[15:] * 2 + np.sin(np.arange(5))).tolist()},
        },
        {"chart": "xbar", "subgroups": [[1.0, 2.0], [2.0, 4.0, 3.0], [1.5, 2.5]], "sigma_method": "MVLUE-R"},
        {"chart": "xbar", "subgroups": [[1.0, 2.0, None], [2.0, 4.0, 3.0], [1.5, 2.5, 2.0]]},
        {"chart": "R", "phase1": [[1.0, 2.0, None], [2.0, 4.0, 3.0]], "phase2": [[1.0, None, 3.0]]},
        {"chart": "S", "subgroups": [[float(i * j % 7) for i in range(30)] for j in range(1, 6)]},
    ],
)
def test_every_chart_runs_and_is_plain_json(given: dict[str, Any]) -> None:
    got = outcome(given)
    assert json.loads(json.dumps(got)) == got
    assert got["ucl"] is not None


def test_results_take_the_names_and_shapes_of_the_case() -> None:
    given = {"chart": "xbar", "subgroups": RINGS[:25], "sigma_method": "RMSDF"}
    got = outcome(given, {"Center": 0.0, "UCL": [0.0] * 25, "sigma": 0.0})
    assert len(got["UCL"]) == 25
    assert got["Center"] == got["center"]
    assert got["sigma"] != outcome({**given, "sigma_method": "UWAVE-R"})["sigma"]


def test_sigma_by_each_method_and_limits_by_probability() -> None:
    got = outcome({"subgroups": RINGS[:25]}, {"sigma": {"RMSDF": 0.0, "UWAVE-SD": 0.0}}, **QCC)
    assert got["sigma"]["UWAVE-SD"] == pytest.approx(0.009829977, rel=1e-6)
    wide, narrow = (
        outcome({"chart": "xbar", "subgroups": RINGS[:25], "confidence": p}) for p in (0.9973, 0.9)
    )
    assert narrow["ucl"] < wide["ucl"]
    assert narrow["ucl"] - narrow["center"] == pytest.approx(1.644854 * narrow["sigma"] / 5**0.5, rel=1e-6)


def test_capability_in_each_manner() -> None:
    indices = outcome({"subgroups": RINGS[:25], "lsl": 73.95, "usl": 74.05}, area="capability", **QCC)[
        "indices"
    ]
    assert indices["cpm"]["hi"] == pytest.approx(1.90178557705556)
    one = outcome({"individuals": DIAMETERS.tolist(), "usl": 12}, area="capability")
    assert one["indices"]["cp"]["value"] is None
    weibull = outcome(
        {"individuals": DIAMETERS.tolist(), "lsl": 0, "usl": 12, "distribution": "Weibull"}, area="capability"
    )
    assert weibull["fit"]["shape"] == pytest.approx(4.13179, rel=1e-4)
    for given in (
        {"transformation": "Box-Cox", "lsl": 0.5},
        {"transformation": "Johnson"},
        {"distribution": "3-parameter weibull"},
    ):
        some = {"individuals": DIAMETERS[:40].tolist(), "usl": 11.5, **given}
        assert outcome(some, {"Ppk": 0.0}, area="capability")["Ppk"] > 0


def test_a_bad_case_does_not_hide_the_next(tmp_path: Path) -> None:
    good = {"id": "good", "area": "control_chart", "input": {"chart": "c", "counts": [3, 4, 5]}}
    cases = [
        {"id": "unknown", "area": "astrology", "input": {}},
        {"id": "bad", "area": "control_chart", "input": {"chart": "c", "counts": [3, "x"]}},
        {"id": "chart", "area": "control_chart", "input": {"chart": "pie", "counts": [3]}},
        good,
    ]
    many, broken = tmp_path / "many.json", tmp_path / "broken.json"
    many.write_text(json.dumps({"cases": cases}), "utf-8")
    broken.write_text("{", "utf-8")
    runner = Path(__file__).with_name("run_spc.py")
    done = subprocess.run(
        [sys.executable, str(runner), str(broken), str(many)], capture_output=True, text=True, check=False
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert ["error" in line for line in lines] == [True, True, True, True, False]
    assert "文件读不出" in lines[0]["error"]
    assert "第 2 个值不是数" in lines[2]["error"]
    assert lines[4]["output"]["center"] == 4
