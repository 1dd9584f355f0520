"""Cases about intervals and tests of hypotheses for ``spc_quality.py``."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from tests.vectors.spc_input import Given, first, given
from zhicheng.stats.hypothesis_test import HypothesisTest
from zhicheng.stats.means import (
    bartlett_test,
    deviation_test,
    levene_test,
    mean_test,
    one_way_anova,
    paired_test,
    two_means_test,
    variances_test,
)
from zhicheng.stats.proportions import (
    chi_square_fit,
    chi_square_table,
    proportion_interval,
    proportion_test,
    rate_interval,
    two_proportions_test,
)
from zhicheng.stats.tolerance_intervals import (
    ToleranceInterval,
    binomial_tolerance_interval,
    nonparametric_sample_size,
    nonparametric_tolerance_interval,
    normal_k,
    normal_tolerance_interval,
    poisson_tolerance_interval,
)


def tolerance_interval(case: Given) -> Given:
    """Tolerance intervals and their sample sizes and factors."""
    of = given(case)
    found: Given = {}
    if "binomial" in of:
        x = of["binomial"]
        pair = binomial_tolerance_interval(
            x["x"], x["n"], x["m"], x["coverage"], x["confidence"], side=side_of(x)
        )
        found["binomial"] = bounds_of(pair)
    if "poisson" in of:
        x = of["poisson"]
        pair = poisson_tolerance_interval(
            x["x"], x["n"], x["m"], x["coverage"], x["confidence"], side=side_of(x)
        )
        found["poisson"] = bounds_of(pair)
    if found:
        return found
    values = first(of, "values", "data")
    if values is not None:
        return of_values(of, values)
    cases = of.get("cases") or [of]
    if all("n" in x for x in cases):
        factors = [factor(x) for x in cases]
        return {"k": factors if "cases" in of else factors[0]}
    sizes = [
        nonparametric_sample_size(
            x["coverage"], x["confidence"], sides=int(first(x, "side", "sides", default=2))
        )
        for x in cases
    ]
    return {"n": sizes if "cases" in of else sizes[0]}


def side_of(of: Given) -> str:
    asked = first(of, "side", "sides", default=2)
    return {"1": "upper", "2": "two"}.get(str(asked), str(asked))


def bounds_of(found: ToleranceInterval) -> list[float]:
    return [found.lower, found.upper]


def method_of(of: Given) -> str:
    name = str(first(of, "method", default="exact")).lower()
    return {"he": "howe_corrected", "he2": "howe", "howe": "howe"}.get(name, "exact")


def factor(of: Given) -> Any:
    if isinstance(of["n"], list):
        return [factor(of | {"n": n}) for n in of["n"]]
    sides = 2 if side_of(of) == "two" else 1
    return normal_k(
        of["n"], of["coverage"], of["confidence"], sides=sides, method=method_of(of), df=first(of, "df", "f")
    )


def of_values(of: Given, values: Sequence[float]) -> Given:
    side, asked = side_of(of), (of["coverage"], of["confidence"])
    if str(of.get("method", "")).startswith(("nonpar", "wilks", "distribution", "WILKS")):
        found = nonparametric_tolerance_interval(values, *asked, side=side)
        return {"lower": found.lower, "upper": found.upper, "reached": found.reached}
    low = normal_tolerance_interval(
        values, *asked, side="two" if side == "two" else "lower", method=method_of(of)
    )
    high = normal_tolerance_interval(
        values, *asked, side="two" if side == "two" else "upper", method=method_of(of)
    )
    return {"k": low.k, "lower": low.lower, "upper": high.upper}


def test_output(found: HypothesisTest) -> Given:
    return {
        "statistic": found.statistic,
        "t": found.statistic,
        "F": found.statistic,
        "chi_square": found.statistic,
        "df": found.df if math.isnan(found.df_2) else [found.df, found.df_2],
        "p": found.p,
        "p_value": found.p,
        "estimate": found.estimate,
        "ci": list(found.interval),
        "ci_lower": found.interval[0],
        "ci_upper": found.interval[1],
    }


test_output.__test__ = False  # type: ignore[attr-defined]


def hypothesis_test(case: Given) -> Given:
    """Tests for means, spreads and proportions by the name in ``test``."""
    of = given(case)
    name = str(first(of, "test", "method", "kind", default="")).lower().replace("-", "_").replace(" ", "_")
    options: Given = {"confidence": first(of, "confidence", "conf_level", default=0.95)}
    sided: Given = options | {"alternative": str(of.get("alternative", "two-sided")).replace("_", "-")}
    x, y = first(of, "x", "first", "values", "data"), first(of, "y", "second")
    groups = of.get("groups")
    groups = list(groups.values()) if isinstance(groups, dict) else groups
    tests: dict[str, Callable[[], Given]] = {
        "t_one_sample": lambda: test_output(mean_test(x, first(of, "mean", "mu", default=0.0), **sided)),
        "t_two_sample": lambda: test_output(two_means_test(x, y, equal_variances=True, **sided)),
        "welch": lambda: test_output(two_means_test(x, y, **sided)),
        "paired": lambda: test_output(paired_test(x, y, **sided)),
        "chi_square_variance": lambda: test_output(deviation_test(x, of["sigma"], **sided)),
        "f_variance": lambda: test_output(variances_test(x, y, **sided)),
        "levene": lambda: test_output(
            levene_test(groups or [x, y], center=of.get("center", "median"), **options)
        ),
        "bartlett": lambda: test_output(bartlett_test(groups or [x, y], **options)),
        "anova": lambda: anova_output(groups or []),
        "binomial": lambda: test_output(proportion_test(of["x"], of["n"], first(of, "p0", "p"), **sided)),
        "two_proportions": lambda: test_output(
            two_proportions_test(*of["x"], *of["n"], **sided)
            if isinstance(of.get("x"), list) and len(of["x"]) == 4
            else two_proportions_test(of["x"][0], of["n"][0], of["x"][1], of["n"][1], **sided)
        ),
        "chi_square": lambda: chi_output(of),
    }
    aliases = {
        "one_sample_t": "t_one_sample",
        "two_sample_t": "t_two_sample",
        "one_way_anova": "anova",
        "f": "f_variance",
    }
    return tests[aliases.get(name, name)]()


def anova_output(groups: Sequence[Sequence[float]]) -> Given:
    found = one_way_anova(groups)
    return {
        "ss": {"between": found.ss_between, "within": found.ss_within},
        "df": {"between": found.df_between, "within": found.df_within},
        "ms": {"between": found.ms_between, "within": found.ms_within},
        "F": found.f,
        "p": found.p,
        "r_squared": found.r_squared,
        "residual_sd": found.pooled_sd,
    }


def chi_output(of: Given) -> Given:
    table = first(of, "table", "counts", "observed")
    two_way = isinstance(table[0], Sequence)
    found = chi_square_table(table) if two_way else chi_square_fit(table, of.get("probabilities"))
    shown: Given = {
        "chi_square": found.chi_square,
        "statistic": found.chi_square,
        "df": found.df,
        "p": found.p,
    }
    return shown | {"expected": found.expected.tolist()}


def interval(case: Given) -> Given:
    """Intervals of a proportion or a rate."""
    of = given(case)
    confidence = first(of, "confidence", default=0.95)
    if str(of.get("distribution", "")) == "poisson":
        low, high = rate_interval(of["x"], of["n"], confidence)
    else:
        name = str(first(of, "method", default="clopper_pearson")).lower().replace("-", "_")
        found = proportion_interval(of["x"], of["n"], confidence, method=name)
        low, high = found.lower, found.upper
    return {"lower": low, "upper": high, "ci": [low, high], "estimate": of["x"] / of["n"]}
