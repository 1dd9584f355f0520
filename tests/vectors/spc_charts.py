"""Cases of control charts and of capability, for ``run_spc.py``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tests.vectors.spc_capability import capability_case
from tests.vectors.spc_naming import Results, as_expected, first, needed
from zhicheng import stats as st
from zhicheng.stats import constants as k
from zhicheng.stats.sigma import Estimator, IndividualEstimator

Case = dict[str, Any]
Given = dict[str, Any]
SUBGROUP_ESTIMATORS: tuple[Estimator, ...] = ("UWAVE-R", "UWAVE-SD", "MVLUE-R", "MVLUE-SD", "RMSDF", "POOLED")


def convention(case: Case) -> k.Convention:
    """Printed constants where the case gives them or comes from a tool that uses them; else exact ones."""
    given = case["input"]
    asked = str(given.get("constants", "")).lower()
    if "exact" in asked:
        return "exact"
    said = asked + str(given.get("sigma_method", "")).lower()
    return "table" if ("d2" in said and "." in said) or "qcc" in str(case.get("source", "")) else "exact"


def probability(given: Given) -> Any:
    """The share of points within the limits, where the case asks for that instead of a multiple of sigma."""
    return (
        None if given.get("nsigma") else first(given, "probability", "conf", "confidence", "confidence_level")
    )


def estimator(given: Given, default: Any) -> Any:
    """The estimator that a case names, in the words of R or of a textbook."""
    said = first(given, "sigma_method", "sigma_estimator", "std_dev", "estimator", "method_sigma")
    if not isinstance(said, str):
        return default
    text = said.upper().replace(" ", "").replace("_", "-")
    for name in ("UWAVE-R", "UWAVE-SD", "MVLUE-R", "MVLUE-SD", "RMSDF", "MEDIAN-MR", "SD-RAW", "POOLED"):
        if name in text:
            return name
    for words, name in (
        (("MEDIANMOV", "MEDIAN(MR"), "MEDIAN-MR"), (("RBAR", "R/D2", "RANGE/D2"), "UWAVE-R"), (("SBAR", "S/C4", "SD/C4"), "UWAVE-SD"),
        (("RMS",), "RMSDF"), (("MR", "MOVING"), "MR"), (("SD",), "SD"),
    ):  # fmt: skip
        if any(word in text for word in words):
            return "MR" if name == "UWAVE-R" and default == "MR" else name
    return default


def limits_of(chart: st.ControlChart) -> Results:
    """What every Shewhart chart tells, with one number where all points share it."""

    def one(line: Any) -> Any:
        spread = np.unique(line)
        return float(spread[0]) if spread.size == 1 else np.broadcast_to(line, chart.statistic.shape)

    beyond = [int(i) + 1 for i in np.flatnonzero(chart.beyond)]
    told: Results = {
        "center": one(chart.centre),
        "lcl": one(chart.lower),
        "ucl": one(chart.upper),
        "beyond_limits": beyond,
    }
    told.update(
        statistics=chart.statistic, n_beyond=len(beyond), limits_lcl=np.broadcast_to(chart.lower, chart.statistic.shape),
        limits_ucl=np.broadcast_to(chart.upper, chart.statistic.shape), violations=beyond,
    )  # fmt: skip
    return told


def with_rules(chart: st.ControlChart) -> Results:
    """The limits, and both rule sets; ``runs_ge_7_one_side`` is the run test of qcc 2.7."""
    told = limits_of(chart)
    if not chart.independent or chart.standard_error is None:
        return told
    told["nelson"] = chart.signals().found()
    told["western_electric"] = chart.signals(st.western_electric()).found()
    told.update(told["nelson"])
    told.update(told["western_electric"])
    told["runs_ge_7_one_side"] = chart.signals(st.nelson(same_side=7).only(2)).points("nelson2")
    return told


def two_phases(
    chart: Callable[..., st.ControlChart],
    first_data: Any,
    later: Any,
    sizes: tuple[Any, Any] | None,
    **options: Any,
) -> st.ControlChart:
    """Limits from phase I, then all points in order judged by them."""
    if sizes is None:
        limits = chart(first_data, **options).limits
        rest = {"missing": options["missing"]} if "missing" in options else {}
        return chart([*first_data, *later], limits=limits, **rest)
    both = [
        *spread(sizes[0], len(first_data)),
        *spread(sizes[1] if sizes[1] is not None else sizes[0], len(later)),
    ]
    limits = chart(first_data, spread(sizes[0], len(first_data)), **options).limits
    return chart([*first_data, *later], both, limits=limits)


def spread(sizes: Any, count: int) -> list[float]:
    """One size for each sample."""
    return [sizes] * count if np.ndim(sizes) == 0 else list(sizes)[:count]


def split(told: Results, count: int) -> Results:
    """Statistics of phase I and II apart, as R does."""
    told["newstats"] = told["new_statistics"] = told["statistics"][count:]
    told["all_statistics"] = told["statistics"]
    told["statistics"] = told["statistics"][:count]
    return told


MEASURED: dict[str, tuple[Callable[..., Any], str]] = {
    "xbar": (st.xbar_chart, "UWAVE-R"), "r": (st.r_chart, "UWAVE-R"), "s": (st.s_chart, "UWAVE-SD"), "median": (st.median_chart, "UWAVE-R"),
}  # fmt: skip


def measured(case: Case, names: tuple[str, ...]) -> Results:
    """X̄, R, s, median, singly or as a pair."""
    given = case["input"]
    data, later = (
        needed(given, "subgroups", "phase1", "data", "trial"),
        first(given, "phase2", "new_subgroups", "newdata"),
    )
    widest = max(len(row) for row in data)
    constants = "exact" if widest > k.LARGEST_PRINTED else convention(case)
    told: Results = {}
    for name in names:
        chart, usual = MEASURED[name]
        usual = "UWAVE-SD" if "s" in names else "RMSDF" if widest > k.LARGEST_PRINTED else usual
        options = {
            "estimator": estimator(given, usual), "constants": constants, "nsigma": given.get("nsigma") or 3.0,
            "sigma": first(given, "sigma", "known_sigma"), "probability": probability(given), "missing": "omit",
        }  # fmt: skip
        if name in ("xbar", "median"):
            options["centre"] = first(given, "center", "centre", "mean", "known_mean")
        drawn = chart(data, **options) if later is None else two_phases(chart, data, later, None, **options)
        one = {**with_rules(drawn), "sigma": drawn.limits.sigma}
        if isinstance(given.get("parameters"), dict):
            one.update(stepwise(drawn, given["parameters"]))
        if later is not None:
            one = split(one, len(data))
        told[{"xbar": "xbar", "r": "R", "s": "S", "median": "median"}[name]] = one
    if all(len(row) >= 2 for row in data):
        told["sigma_by_method"] = {
            m: st.within_sigma(data, m, constants=constants, missing="omit") for m in SUBGROUP_ESTIMATORS
        }  # fmt: skip
        told.update(told["sigma_by_method"])
    return {**told, **told[next(iter(told))]}


def individual(case: Case, with_ranges: bool) -> Results:
    """Individual values, one series or columns of them."""
    given = case["input"]
    if isinstance(given.get("columns"), dict):
        charts = [
            {
                "column": name,
                **individual(
                    {**case, "input": {**given, "columns": None, "individuals": values}}, with_ranges
                ),
            }
            for name, values in given["columns"].items()
        ]
        return {"charts": charts}
    data, later = (
        needed(given, "individuals", "phase1", "data", "values", "x"),
        first(given, "phase2", "new_individuals", "newdata"),
    )
    options = {
        "estimator": estimator(given, "MR"), "constants": convention(case), "nsigma": given.get("nsigma") or 3.0,
        "sigma": first(given, "sigma", "known_sigma"), "span": int(first(given, "span", "r", "moving_range_length") or 2),
    }  # fmt: skip
    centred = {
        **options,
        "centre": first(given, "center", "centre", "mean"),
        "probability": probability(given),
    }
    chart = (
        st.i_chart(data, **centred) if later is None else two_phases(st.i_chart, data, later, None, **centred)
    )
    told = {**with_rules(chart), "sigma": chart.limits.sigma}
    if later is not None:
        told = split(told, len(data))
    if isinstance(given.get("parameters"), dict):
        told.update(stepwise(chart, given["parameters"]))
    if len(data) >= 3:
        methods: tuple[IndividualEstimator, ...] = ("MR", "MEDIAN-MR", "SD")
        told["sigma_by_method"] = {
            m: st.individual_sigma(data, m, constants=convention(case)) for m in methods
        }
    ranges = limits_of(st.mr_chart(data, **options))
    told["I"] = dict(told)
    told["MR"] = {**ranges, "sigma": chart.limits.sigma}
    return {**told, "MR": told["MR"]} if with_ranges else told


def stepwise(chart: st.ControlChart, parameters: dict[str, Any]) -> Results:
    """The eight tests as Minitab and JASP count and order them."""
    side, trend, turns = (
        int(parameters.get(name, usual))
        for name, usual in (("same_side", 9), ("trend", 6), ("alternating", 14))
    )
    found = chart.signals(
        st.nelson(same_side=side, trend=trend, alternating=turns, count="steps", both_sides=False)
    ).found()
    return {
        "rule1_beyond_3s": found["nelson1"],
        f"rule2_same_side_{side}": found["nelson2"],
        f"rule3_trend_{trend}": found["nelson3"],
        "rule4_2of3_beyond_2s": found["nelson5"],
        "rule5_15_within_1s": found["nelson7"],
        "rule6_8_beyond_1s": found["nelson8"],
        "rule7_4of5_beyond_1s": found["nelson6"],
        f"rule8_alternating_{turns}": found["nelson4"],
    }


COUNTED: dict[str, tuple[Callable[..., Any], bool]] = {
    "p": (st.p_chart, True), "np": (st.np_chart, True), "c": (st.c_chart, False), "u": (st.u_chart, True),
    "laney_p": (st.laney_p, True), "laney_u": (st.laney_u, True),
}  # fmt: skip


def counted(case: Case, name: str) -> Results:
    """p, np, c, u and Laney's charts."""
    given = case["input"]
    chart, sized = COUNTED[name]
    data = needed(given, "defectives", "counts", "defects", "nonconforming", "x", "data")
    later = first(given, "new_defectives", "new_counts", "new_defects", "newdata", "phase2")
    sizes = needed(given, "sizes", "size", "n") if sized else None
    options: dict[str, Any] = {
        "nsigma": given.get("nsigma") or 3.0,
        "centre": first(given, "center", "centre", "pbar", "cbar", "ubar"),
    }
    if name.startswith("laney"):
        options["constants"] = convention(case)
    else:
        options["probability"] = probability(given)
    if later is not None:
        drawn = two_phases(
            chart, data, later, (sizes, first(given, "new_sizes", "newsizes")) if sized else None, **options
        )
    else:
        drawn = chart(data, spread(sizes, len(data)), **options) if sized else chart(data, **options)
    told = with_rules(drawn)
    error = np.unique(np.asarray(drawn.standard_error))
    told["sigma"] = (
        drawn.limits.sigma if name in ("u", "c") else error[0] if error.size == 1 else drawn.standard_error
    )
    if "sigma_z" in drawn.limits.parameters:
        told["sigma_z"] = drawn.limits.parameters["sigma_z"]
    return split(told, len(data)) if later is not None else told


def weighted_options(case: Case) -> tuple[Any, Any, dict[str, Any]]:
    """Data of phase I, all data, and the options of EWMA, CUSUM and moving average."""
    given = case["input"]
    data = needed(given, "subgroups", "individuals", "phase1", "data", "x", "values")
    later = first(given, "phase2", "newdata", "new_individuals", "new_subgroups") or []
    nested = isinstance(data[0], list)
    options = {
        "centre": first(given, "center", "centre", "mean", "target"), "sigma": first(given, "sigma", "std_dev"),
        "estimator": estimator(given, "UWAVE-R" if nested else "MR"), "constants": convention(case),
    }  # fmt: skip
    return data, [*data, *later], options


def ewma_case(case: Case) -> Results:
    data, every, options = weighted_options(case)
    given = case["input"]
    weight, distance = first(given, "lambda", "weight") or 0.2, given.get("nsigma") or 3.0
    limits = st.ewma(data, weight=weight, nsigma=distance, **options).chart.limits
    drawn = st.ewma(every, limits=limits)
    told = limits_of(drawn.chart)
    points = [int(i) + 1 for i in np.flatnonzero(drawn.chart.beyond)]
    told.update(
        ewma=drawn.chart.statistic, violations=points, asymptotic_lcl=drawn.asymptotic_lower, sigma=limits.sigma,
        asymptotic_ucl=drawn.asymptotic_upper, center=limits.centre, statistics=drawn.chart.statistic,
        lcl=told["limits_lcl"], ucl=told["limits_ucl"],
    )  # fmt: skip
    return told


def cusum_case(case: Case) -> Results:
    data, every, options = weighted_options(case)
    given = case["input"]
    shift = first(given, "se_shift", "se.shift", "shift")
    reference = first(given, "k") if given.get("k") is not None else (shift / 2 if shift is not None else 0.5)
    interval, start = first(given, "h", "decision_interval") or 5.0, first(given, "head_start", "fir") or 0.0
    units = str(given.get("units", "standard errors")).lower()
    limits = st.cusum(data, h=interval, k=reference, head_start=start, **options).limits
    drawn = st.cusum(every, limits=limits)
    scale = (
        float(limits.sigma) if ("data" in units or "original" in units) and "standard" not in units else 1.0
    )
    upper, lower = ([int(i) + 1 for i in np.flatnonzero(one)] for one in (drawn.upper, drawn.lower))
    return {
        "center": limits.centre, "sigma": limits.sigma, "pos": drawn.positive * scale, "neg": -drawn.negative * scale, "upper": upper,
        "lower": lower, "violations": sorted({*upper, *lower}), "n_plus": drawn.positive_since, "n_minus": drawn.negative_since,
    }  # fmt: skip


def moving_average_case(case: Case) -> Results:
    data, every, options = weighted_options(case)
    given = case["input"]
    span, distance = int(first(given, "span", "w", "window") or 3), given.get("nsigma") or 3.0
    limits = st.moving_average(data, span=span, nsigma=distance, **options).limits
    chart = st.moving_average(every, limits=limits)
    told = limits_of(chart)
    return {**told, "sigma": limits.sigma, "moving_average": chart.statistic, "ma": chart.statistic}


def g_case(case: Case) -> Results:
    given = case["input"]
    said = f"{given.get('method', '')} {given.get('limits', '')}".lower()
    quantile = (
        "quantile" in said
        or "probab" in said
        or first(given, "probability", "conf", "confidence") is not None
    )
    options = (
        {"probability": p} if (p := first(given, "probability", "conf", "confidence")) is not None else {}
    )
    chart = st.g_chart(
        needed(given, "counts", "between", "individuals", "data", "x"), method="quantile" if quantile else "sigma",
        counting="trials" if "trials" in str(given.get("counting", "")) else "between", nsigma=given.get("nsigma") or 3.0, **options,
    )  # fmt: skip
    return {**limits_of(chart), "sigma": chart.limits.sigma}


def t_case(case: Case) -> Results:
    given = case["input"]
    said = f"{given.get('method', '')} {given.get('distribution', '')}".lower()
    method: Any = next((m for m in ("weibull", "exponential") if m in said), "power")
    chart = st.t_chart(
        needed(given, "times", "individuals", "data", "x"), method=method, nsigma=given.get("nsigma") or 3.0
    )
    return {**limits_of(chart), "sigma": chart.limits.sigma}


def t2_case(case: Case) -> Results:
    given = case["input"]
    data, later = (
        needed(given, "matrix", "variables", "columns", "subgroups", "data", "phase1"),
        first(given, "phase2", "new_matrix", "newdata"),
    )

    def stacked(values: Any) -> np.ndarray:
        return (
            np.stack([np.asarray(v, dtype=float) for v in values.values()], axis=-1)
            if isinstance(values, dict)
            else np.asarray(values, dtype=float)
        )

    inside = float(first(given, "confidence", "probability", "confidence_level") or 0.9973)
    differences = "difference" in str(given.get("covariance", "")).lower()
    chart = st.t2_chart(
        stacked(data), probability=inside, covariance="differences" if differences else "sample"
    )
    told: Results = {
        "center": chart.limits.mean, "T2": chart.statistic, "statistics": chart.statistic, "ucl": chart.upper,
        "ucl_phase1": chart.limits.upper_phase1, "covariance": chart.limits.covariance, "cov": chart.limits.covariance,
        "beyond_limits": [int(i) + 1 for i in np.flatnonzero(chart.beyond)], "ucl_phase2": None,
    }  # fmt: skip
    if (
        later is not None
        or isinstance((case.get("expected") or {}).get("ucl_phase2"), float)
        or given.get("pred_limits")
    ):
        told["ucl_phase2"] = chart.limits.upper_phase2
    if later is not None:
        second = st.t2_chart(stacked(later), limits=chart.limits)
        told["T2_phase2"] = told["newstats"] = second.statistic
        told["beyond_phase2"] = [int(i) + 1 for i in np.flatnonzero(second.beyond)]
    return told


def constants_case(case: Case) -> Results:
    sizes = [int(n) for n in case["input"]["n"]]
    names = ("A2", "A3", "A4", "B3", "B4", "D3", "D4")
    exact = [st.factors(n) for n in sizes]
    told: Results = {name: [getattr(one, name) for one in exact] for name in ("d2", "d3", "c4", *names)}
    told["A6"] = told["A4"]
    told["d2_table_3dp"] = [k.d2(n, "table") if n <= k.LARGEST_PRINTED else round(k.d2(n), 3) for n in sizes]
    return told


CHARTS: dict[str, Callable[[Case], Results]] = {
    **{name: partial(measured, names=(name,)) for name in MEASURED},
    **{name: partial(counted, name=name) for name in COUNTED},
    "xbarr": lambda case: measured(case, ("xbar", "r")), "xbars": lambda case: measured(case, ("xbar", "s")),
    "medianr": lambda case: measured(case, ("median", "r")), "i": lambda case: individual(case, False),
    "imr": lambda case: individual(case, True), "mr": lambda case: {**individual(case, True)["MR"]}, "ewma": ewma_case, "cusum": cusum_case,
    "ma": moving_average_case, "g": g_case, "t": t_case, "t2": t2_case, "t2single": t2_case,
}  # fmt: skip
ALIASES = {
    "x": "xbar", "xbarone": "i", "xmr": "imr", "individuals": "i", "movingaverage": "ma", "hotelling": "t2", "laneyp": "laney_p",
    "laneyu": "laney_u", "pprime": "laney_p", "uprime": "laney_u", "sd": "s", "range": "r", "movingrange": "mr", "ichart": "i", "xr": "xbarr",
    "xs": "xbars", "laneypprime": "laney_p", "laneyuprime": "laney_u", "hotellingt2": "t2",
}  # fmt: skip


def control_chart(case: Case) -> Results:
    """A case of any chart, by its name; a case with only ``n`` asks for the constants."""
    given = case["input"]
    if "chart" not in given:
        if set(given) <= {"n", "sizes"}:
            return as_expected(constants_case(case), case.get("expected"))
        given = {**given, "chart": "xbar" if "subgroups" in given else "i"}
    raw = str(given["chart"]).strip()
    primed = raw.lower() in ("p'", "p′", "u'", "u′")
    name = f"laney_{raw[0].lower()}" if primed else "".join(c for c in raw.lower() if c.isalnum())
    name = ALIASES.get(name, name)
    if name not in CHARTS:
        raise st.Unusable(f"不认识的控制图 {raw!r}：可用 {'、'.join(CHARTS)}。")
    return as_expected(CHARTS[name]({**case, "input": given}), case.get("expected"))


HANDLERS: dict[str, Callable[[Case], Results]] = {
    "control_chart": control_chart,
    "capability": capability_case,
}
