"""Cases about measurement systems for ``spc_quality.py``: what kind of study it is follows from what is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.vectors.spc_input import Given
from zhicheng.stats.msa.attribute_agreement import AgreementStudy, attribute_agreement
from zhicheng.stats.msa.bias import bias_study, linearity_study
from zhicheng.stats.msa.gauge import Component, Components, crossed_layout, nested_layout
from zhicheng.stats.msa.gauge_rr_anova import gauge_rr_anova, gauge_rr_nested
from zhicheng.stats.msa.gauge_rr_range import gauge_rr_range
from zhicheng.stats.msa.kappa import Kappa, cohen_kappa, fleiss_kappa, kappa_from_table, kendall_w
from zhicheng.stats.msa.type1 import type1_study

PARTS = ("grr", "repeatability", "reproducibility", "operator", "interaction", "part", "total")


VALUES = ("y", "value", "rating", "result", "response", "measurement")


def value_of(row: Given) -> Any:
    """What was measured or judged in a row."""
    return next(row[name] for name in VALUES if name in row)


def msa(of: Given, title: str = "") -> Given:
    """The study that the names of the input (and, where they leave it open, the title) ask for."""
    kind = " ".join(
        [title, *(str(of.get(name, "")) for name in ("method", "design", "study", "type", "kind"))]
    ).lower()
    rows = of.get("rows")
    if (
        "reference" in of
        and "tolerance" in of
        and "values" in of
        and not isinstance(of["reference"], Sequence)
    ):
        return type1(of)
    if any(name in of for name in ("ratings", "table", "rater1")) or (rows and judged(rows, kind)):
        return attribute(of)
    if "references" in of or (rows and any(name in rows[0] for name in ("reference", "standard"))):
        return linearity(of)
    if "values" in of and "reference" in of:
        return bias(of)
    if "nest" in kind or of.get("nested") or (rows and own_parts(rows)):
        return nested(of)
    if "K1" in of or "range" in kind:
        return average_range(of)
    return crossed(of)


def judged(rows: list[Given], kind: str) -> bool:
    """Whether rows hold categories and not measurements."""
    return (
        "ratings" in rows[0]
        or isinstance(value_of(rows[0]), str)
        or any(word in kind for word in ("kappa", "attribute", "agreement"))
    )


def own_parts(rows: list[Given]) -> bool:
    """Whether no part was measured by two operators."""
    pairs = {(row["part"], row["operator"]) for row in rows}
    return len({part for part, _operator in pairs}) == len(pairs)


def bias(of: Given) -> Given:
    found = bias_study(of["values"], of["reference"])
    return {
        "mean": found.mean,
        "bias": found.bias,
        "sd": found.sd,
        "t": found.t,
        "df": found.df,
        "p": found.p,
        "ci": list(found.interval),
    }


def type1(of: Given) -> Given:
    found = type1_study(
        of["values"],
        of["reference"],
        of["tolerance"],
        k_percent=of.get("k_percent", 20.0),
        spread=of.get("sigma_spread", 6.0),
    )
    return {
        "mean": found.mean,
        "bias": found.bias,
        "sd": found.sd,
        "study_variation": found.study_variation,
        "Cg": found.cg,
        "Cgk": found.cgk,
        "pct_var_repeatability": found.pct_var_repeatability,
        "pct_var_rep_and_bias": found.pct_var_repeatability_and_bias,
        "t": found.t,
        "df": found.df,
        "p": found.p,
        "bias_ci": list(found.bias_interval),
    }


def layout(of: Given, *, is_nested: bool = False) -> Any:
    if "data" in of:
        data = np.asarray(of["data"], dtype=float)
        return np.moveaxis(data, 0, 1) if str(of.get("layout", "")).startswith("data[part][op") else data
    rows = [(x["part"], x["operator"], value_of(x)) for x in of["rows"]]
    return nested_layout(rows)[0] if is_nested else crossed_layout(rows)[0]


def average_range(of: Given) -> Given:
    found = gauge_rr_range(
        layout(of), k1=of.get("K1"), k2=of.get("K2"), k3=of.get("K3"), tolerance=of.get("tolerance")
    )
    return {
        "Rbar_by_operator": found.r_bar_by_operator.tolist(),
        "Rbarbar": float(found.r_bar_bar),
        "Xbar_diff": float(found.x_bar_diff),
        "Rp": float(found.r_part),
        "UCL_R": float(found.ucl_r),
        "EV": float(found.ev),
        "AV": float(found.av),
        "GRR": float(found.grr),
        "PV": float(found.pv),
        "TV": float(found.tv),
        "pct": {
            "EV": float(found.pct_ev),
            "AV": float(found.pct_av),
            "GRR": float(found.pct_grr),
            "PV": float(found.pct_pv),
        },
        "ndc_raw": float(found.ndc_raw),
        "ndc": int(found.ndc),
    } | shares(found.components)


def pooling(of: Given) -> float | None:
    asked = next(
        (of[name] for name in ("alpha_pool", "pool_alpha", "pooling_p", "alpha_interaction") if name in of),
        0.25,
    )
    return None if asked in (None, 1, False) else float(asked)


def crossed(of: Given) -> Given:
    found = gauge_rr_anova(
        layout(of),
        pooling_p=pooling(of),
        tolerance=of.get("tolerance"),
        k_study=of.get("k_study", 6.0),
        process_sd=of.get("historical_sd", of.get("process_sd")),
    )
    lines = {
        "part": found.part,
        "operator": found.operator,
        "interaction": found.interaction,
        "repeatability": found.repeatability,
    }
    tested = {name: line for name, line in lines.items() if name != "repeatability"}
    return {
        "ss": {name: float(line.ss) for name, line in lines.items()},
        "df": {name: line.df for name, line in lines.items()},
        "ms": {name: float(line.ms) for name, line in lines.items()},
        "F": {name: float(line.f) for name, line in tested.items()},
        "p": {name: float(line.p) for name, line in tested.items()},
        "pooled": bool(found.pooled),
    } | shares(found.components)


def nested(of: Given) -> Given:
    found = gauge_rr_nested(
        layout(of, is_nested=True),
        tolerance=of.get("tolerance"),
        k_study=of.get("k_study", 6.0),
        process_sd=of.get("historical_sd", of.get("process_sd")),
    )
    part = found.part_in_operator
    lines = {
        "operator": found.operator,
        "part": part,
        "part_in_operator": part,
        "part(operator)": part,
        "repeatability": found.repeatability,
    }
    tested = {name: line for name, line in lines.items() if name != "repeatability"}
    return {
        "ss": {name: float(line.ss) for name, line in lines.items()},
        "df": {name: line.df for name, line in lines.items()},
        "ms": {name: float(line.ms) for name, line in lines.items()},
        "F": {name: float(line.f) for name, line in tested.items()},
        "p": {name: float(line.p) for name, line in tested.items()},
    } | shares(found.components)


def shares(found: Components) -> Given:
    def column(field: str) -> dict[str, float]:
        return {name: float(getattr(part(found, name), field)) for name in PARTS}

    return {
        "var": column("variance"),
        "sd": column("sd"),
        "study_var": column("study_variation"),
        "pct_contribution": column("pct_contribution"),
        "pct_study_var": column("pct_study_variation"),
        "pct_tolerance": column("pct_tolerance"),
        "ndc_raw": float(found.ndc_raw),
        "ndc": int(found.ndc),
    }


def part(found: Components, name: str) -> Component:
    one = getattr(found, name)
    assert isinstance(one, Component)
    return one


def linearity(of: Given) -> Given:
    rows = of.get("rows")
    if rows:
        x = [row.get("reference", row.get("standard")) for row in rows]
        y = [value_of(row) for row in rows]
    else:
        x, y = of["references"], of["values"]
    found = linearity_study(x, y, process_variation=of.get("process_variation"))
    fit = found.regression
    return {
        "bias": [one.bias for one in found.parts],
        "mean": [one.mean for one in found.parts],
        "reference": [one.reference for one in found.parts],
        "p": [one.p for one in found.parts],
        "pct_bias": [one.pct_bias for one in found.parts],
        "average_bias": found.average_bias,
        "average_bias_p": found.average_bias_p,
        "pct_average_bias": found.pct_average_bias,
        "intercept": fit.intercept,
        "slope": fit.slope,
        "intercept_se": fit.intercept_se,
        "slope_se": fit.slope_se,
        "intercept_t": fit.intercept_t,
        "slope_t": fit.slope_t,
        "intercept_p": fit.intercept_p,
        "slope_p": fit.slope_p,
        "S": fit.s,
        "s": fit.s,
        "r_squared": fit.r_squared,
        "linearity": found.linearity,
        "pct_linearity": found.pct_linearity,
    }


def kappa_output(found: Kappa) -> Given:
    return {
        "kappa": found.kappa,
        "se": found.se,
        "se_null": found.se_null,
        "z": found.z,
        "p": found.p,
        "ci": list(found.interval),
    }


def attribute(of: Given) -> Given:
    weights = of.get("weights") or "none"
    if "table" in of:
        return kappa_output(kappa_from_table(of["table"], weights=weights))
    if "rater1" in of:
        return kappa_output(cohen_kappa(of["rater1"], of["rater2"], weights=weights))
    if isinstance(of.get("ratings"), list):
        found = kappa_output(fleiss_kappa(of["ratings"]))
        if all(isinstance(value, (int, float)) for row in of["ratings"] for value in row):
            found["W"] = kendall_w(of["ratings"]).w
        return found
    ratings, standard = of.get("ratings"), of.get("standard")
    if ratings is None:
        ratings, standard = from_rows(of["rows"])
    return study_output(
        attribute_agreement(ratings, standard, positive=of.get("positive", of.get("positive_reference"))),
        ratings,
        standard,
    )


def from_rows(rows: list[Given]) -> tuple[dict[str, list[list[Any]]], list[Any] | None]:
    found: dict[str, dict[Any, list[Any]]] = {}
    truth: dict[Any, Any] = {}
    for row in rows:
        one = row.get("rating", row.get("result"))
        found.setdefault(str(row.get("operator", row.get("appraiser"))), {}).setdefault(
            row["part"], []
        ).append(one)
        known = row.get("standard", row.get("reference"))
        if known is not None:
            truth[row["part"]] = known
    parts = list(next(iter(found.values())))
    ratings = {name: [by_part[at] for at in parts] for name, by_part in found.items()}
    return ratings, [truth[at] for at in parts] if truth else None


def study_output(found: AgreementStudy, ratings: dict[str, Any], standard: Any) -> Given:
    def percent(of: Any) -> Given:
        return {
            "inspected": of.inspected,
            "matched": of.matched,
            "percent": of.percent,
            "ci": list(of.interval),
        }

    shown: Given = {
        "within": {name: percent(one) for name, one in found.within.items()},
        "between": percent(found.between),
        "each_vs_standard": {name: percent(one) for name, one in found.each_vs_standard.items()},
        "all_vs_standard": percent(found.all_vs_standard) if found.all_vs_standard else None,
        "effectiveness": {name: one.effectiveness for name, one in found.effectiveness.items()},
        "miss_rate": {name: one.miss_rate for name, one in found.effectiveness.items()},
        "false_alarm_rate": {name: one.false_alarm_rate for name, one in found.effectiveness.items()},
        "cohen_kappa": {name: one.kappa for name, one in found.cohen_vs_standard.items()},
        "cohen_kappa_between": {"-".join(pair): one.kappa for pair, one in found.cohen_between.items()},
        "fleiss_within": {name: one.kappa for name, one in found.fleiss_within.items()},
        "fleiss_between": found.fleiss_between.kappa,
        "fleiss_vs_standard": dict(found.fleiss_vs_standard),
    }
    if standard:
        flat = [value for rows in ratings.values() for row in rows for value in row]
        truth = [t for rows in ratings.values() for row, t in zip(rows, standard, strict=True) for _ in row]
        shown["cohen_kappa"]["All"] = cohen_kappa(flat, truth).kappa
        shown["fleiss_vs_standard"]["All"] = float(np.mean(list(found.fleiss_vs_standard.values())))
    return shown
