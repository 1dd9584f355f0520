"""Cases of capability, for ``run_spc.py``."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.vectors.spc_naming import Results, as_expected, first, needed
from zhicheng import stats as st
from zhicheng.stats.distributions import Distribution
from zhicheng.stats.indices import Conventions
from zhicheng.stats.observations import Unusable

Case = dict[str, Any]
DISTRIBUTIONS: dict[str, Distribution] = {
    "normal": "normal", "gaussian": "normal", "lognormal": "lognormal", "weibull": "weibull", "gamma": "gamma", "exponential": "exponential",
    "logistic": "logistic", "loglogistic": "loglogistic", "largestextreme": "largest_extreme", "gumbel": "largest_extreme",
    "largestextremevalue": "largest_extreme", "smallestextremevalue": "smallest_extreme", "smallestextreme": "smallest_extreme",
    "rayleigh": "rayleigh", "halfnormal": "half_normal", "3parameterweibull": "weibull3", "weibull3": "weibull3",
    "3parameterlognormal": "lognormal3", "lognormal3": "lognormal3",
}  # fmt: skip
NAMES = ("cp", "cpl", "cpu", "cpk", "cpm", "pp", "ppl", "ppu", "ppk")


def capability_case(case: Case) -> Results:
    """Normal indices with intervals, a fitted distribution, or a transformation."""
    given = case["input"]
    said = (
        " ".join(str(given.get(name, "")) for name in ("transformation", "transform", "method"))
        .lower()
        .replace("-", "")
        .replace(" ", "")
    )
    if "boxcox" in said or "johnson" in said:
        told = _transformed(case, "box-cox" if "boxcox" in said else "johnson")
    elif given.get("distribution"):
        told = _fitted(given)
    else:
        told = _normal(case)
    return as_expected(told, case.get("expected"))


def _data(given: dict[str, Any]) -> Any:
    return needed(given, "subgroups", "individuals", "data", "x", "values")


def _limits(given: dict[str, Any]) -> dict[str, Any]:
    return {"lsl": first(given, "lsl", "LSL"), "usl": first(given, "usl", "USL")}


def _conventions(case: Case) -> Conventions:
    """Those of qcc, unless the case comes from Minitab or JASP."""
    said = f"{case.get('source', '')} {case.get('input', {}).get('interval', '')}".lower()
    nsigma = float(case["input"].get("nsigma") or 3.0)
    if "qcc" in said or not ("minitab" in said or "jasp" in said):
        return Conventions(freedom="total", cpm="qcc", sides="each-side", nsigma=nsigma)
    return Conventions(freedom="minitab", cpm="boyles", sides="two-sided", nsigma=nsigma)


def _normal(case: Case) -> Results:
    from tests.vectors.spc_charts import convention, estimator

    given = case["input"]
    data = _data(given)
    nested = isinstance(data[0], list)
    found = st.capability(
        data, **_limits(given), target=first(given, "target", "T"), estimator=estimator(given, "UWAVE-R" if nested else "MR"),
        sigma=first(given, "sigma", "std_dev", "sigma_within"), centre=first(given, "center", "centre"),
        confidence=float(given.get("confidence") or 0.95), conventions=_conventions(case), constants=convention(case),
    )  # fmt: skip
    return told_of(found, data)


def told_of(found: st.Capability, data: Any) -> Results:
    """Everything of a capability under the names of qcc, SixSigma and a textbook."""
    told: Results = {
        "center": found.mean, "mean": found.mean, "sigma_within": found.sigma_within, "sigma_overall": found.sigma_overall,
        "sigma": found.sigma_within, "n": found.observations, "cpmk": found.cpmk, "ppmk": found.ppmk,
    }  # fmt: skip
    indices: Results = {}
    for name in (*NAMES, "ppm_taguchi"):
        index = getattr(found, name)
        short = "ppm" if name == "ppm_taguchi" else name
        indices[short] = (
            {"value": None, "lo": None, "hi": None}
            if index is None
            else {"value": index.value, "lo": index.lower, "hi": index.upper}
        )
        told[short] = indices[short]["value"]
        told[f"{short}_ci"] = [indices[short]["lo"], indices[short]["hi"]]
        told[f"{short}_lo"], told[f"{short}_hi"] = indices[short]["lo"], indices[short]["hi"]
    told["indices"] = indices
    for side in ("below", "above"):
        name = "lsl" if side == "below" else "usl"
        for label, share in (
            ("expected", getattr(found, f"expected_within_{side}")), ("expected_overall", getattr(found, f"expected_overall_{side}")),
            ("observed", getattr(found, f"observed_{side}")),
        ):  # fmt: skip
            told[f"{label}_pct_{side}_{name}"] = None if share is None else 100 * share
            told[f"{label}_fraction_{side}_{name}"] = share
            told[f"{label}_ppm_{side}_{name}"] = None if share is None else 1e6 * share
    values = np.concatenate([np.ravel(row) for row in data])
    if values.size >= 8:
        told.update(_normality(values))
    return told


def _normality(values: Any) -> Results:
    test = st.anderson_darling(values)
    return {"anderson_darling": {"statistic": test.statistic, "A": test.statistic, "p": test.p_value, "p_value": test.p_value}, "ad_statistic": test.statistic, "ad_p": test.p_value}  # fmt: skip


def _fitted(given: dict[str, Any]) -> Results:
    asked = "".join(c for c in str(given["distribution"]).lower() if c.isalnum())
    if asked not in DISTRIBUTIONS:
        raise Unusable(f"不认识的分布 {given['distribution']!r}：可用 {'、'.join(DISTRIBUTIONS)}。")
    share = "conform" in str(given.get("method", "")).lower()
    values = np.concatenate([np.ravel(row) for row in _data(given)])
    found = st.nonnormal_performance(
        values,
        **_limits(given),
        distribution=DISTRIBUTIONS[asked],
        method="nonconformance" if share else "percentile",
    )
    fit = {name: float(value) for name, value in found.fitted.parameters.items()}
    if "scale" in fit and asked in ("gamma", "exponential"):
        fit["rate"] = 1 / fit["scale"]
    told: Results = {
        "Pp": found.pp, "Ppk": found.ppk, "Ppl": found.ppl, "Ppu": found.ppu, "Cp": found.pp, "Cpk": found.ppk, "Cpl": found.ppl, "Cpu": found.ppu,
        "fraction_below_lsl": found.expected_below, "fraction_above_usl": found.expected_above, "fraction_total": found.expected_total,
        "fit": fit, "quantiles": found.quantiles, "observed_below_lsl": found.observed_below, "observed_above_usl": found.observed_above,
        "log_likelihood": found.fitted.log_likelihood, **fit,
    }  # fmt: skip
    for name in ("fraction_below_lsl", "fraction_above_usl", "fraction_total"):
        told[name.replace("fraction", "ppm")] = None if told[name] is None else 1e6 * told[name]
    return told


def _transformed(case: Case, by: Any) -> Results:
    from tests.vectors.spc_charts import convention

    given = case["input"]
    data = _data(given)
    found = st.transformed_capability(
        data, **_limits(given), by=by, lam=first(given, "lambda"), conventions=_conventions(case), constants=convention(case),
        confidence=float(given.get("confidence") or 0.95),
    )  # fmt: skip
    change = found.transformation
    told = told_of(found.capability, change(np.asarray(data)).tolist())
    if isinstance(change, st.BoxCox):
        return {**told, "lambda": change.lam}
    parameters = {"family": change.family, "gamma": change.gamma, "eta": change.eta, "delta": change.eta, "epsilon": change.epsilon, "xi": change.epsilon, "lambda": change.lam}  # fmt: skip
    return {**told, "johnson": parameters, **parameters}
