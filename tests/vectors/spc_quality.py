"""Cases about sampling, measurement systems, intervals, tests and the tools, run by ``run_spc.py``: ``HANDLERS`` by area.

A handler gets a case (or its ``input`` alone) and returns all that we know to say about it under the names that such cases use.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.vectors.spc_input import Given, first, given, named, plain
from tests.vectors.spc_intervals import hypothesis_test, interval, tolerance_interval
from tests.vectors.spc_msa import msa as measurement_study
from tests.vectors.spc_sampling import (
    acceptance_oc,
    acceptance_plan,
    acceptance_variables,
    iso2859,
    iso2859_switching,
)
from zhicheng.stats.tools.association import correlation
from zhicheng.stats.tools.histogram import normality_test
from zhicheng.stats.tools.pareto import pareto


def pareto_table(case: Given) -> Given:
    found = pareto(given(case)["counts"])
    return {
        "order": list(found.order),
        "frequency": list(found.frequency),
        "cum_frequency": list(found.cum_frequency),
        "percentage": list(found.percentage),
        "cum_percentage": list(found.cum_percentage),
    }


def correlation_of(case: Given) -> Given:
    of = given(case)
    found = correlation(of["x"], of["y"], confidence=first(of, "confidence", default=0.95))
    return {
        "r": found.r,
        "t": found.t,
        "p": found.p,
        "ci": list(found.r_interval),
        "slope": found.slope,
        "intercept": found.intercept,
        "r_squared": found.r_squared,
        "spearman": found.spearman,
    }


def normality(case: Given) -> Given:
    a2, p = normality_test(first(given(case), "values", "data"))
    return {"A2": a2, "AD": a2, "p": p}


def msa(case: Given) -> Given:
    return measurement_study(given(case), f"{case.get('id', '')} {case.get('title', '')}")


AREAS: dict[str, Callable[[Given], Given]] = {
    "iso2859": iso2859,
    "iso2859_switching": iso2859_switching,
    "acceptance_oc": acceptance_oc,
    "acceptance_plan": acceptance_plan,
    "acceptance_variables": acceptance_variables,
    "tolerance_interval": tolerance_interval,
    "hypothesis_test": hypothesis_test,
    "hypothesis": hypothesis_test,
    "interval": interval,
    "proportion": interval,
    "pareto": pareto_table,
    "correlation": correlation_of,
    "normality": normality,
    "msa": msa,
}


def answering(run: Callable[[Given], Given]) -> Callable[[Given], Given]:
    """The handler of an area, with its answer as plain JSON under the names that the case uses."""

    def handler(case: Given) -> Given:
        found = named(plain(run(case)), case.get("expected", {}))
        assert isinstance(found, dict)
        return found

    return handler


HANDLERS: dict[str, Callable[[Given], Given]] = {area: answering(run) for area, run in AREAS.items()}
