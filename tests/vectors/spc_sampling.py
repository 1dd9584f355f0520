"""Cases about acceptance sampling for ``spc_quality.py``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.vectors.spc_input import Given, first, given
from zhicheng.stats.sampling.finder import find_plan, find_variables_plan
from zhicheng.stats.sampling.oc import attribute_plan, operating_characteristic, quality_at
from zhicheng.stats.sampling.plans import SamplingPlan, resolve, sampling_plan
from zhicheng.stats.sampling.rectification import outgoing_limit, rectified, rectified_variables
from zhicheng.stats.sampling.switching import (
    DISCONTINUED,
    Decision,
    InspectedLot,
    Scheme,
    SwitchingState,
    SwitchingStep,
    switching_step,
)
from zhicheng.stats.sampling.tables import code_letter, printed_aql, single_size
from zhicheng.stats.sampling.variables import estimated_share, share_for_k, variables_oc
from zhicheng.stats.sampling.z19 import z19_plan


def iso2859(case: Given) -> Given:
    """Code letters and plans of GB/T 2828.1."""
    of = given(case)
    if "lot_band_lower" in of:
        lots, levels = of["lot_band_lower"], of["levels"]
        return {"letters": {level: [code_letter(lot, level) for lot in lots] for level in levels}}
    if "code_letter" in of and "lot_size" not in of:
        return plan_of_letter(of)
    plan = sampling_plan(
        of["lot_size"],
        of["aql"],
        level=first(of, "inspection_level", "level", default="II"),
        severity=of.get("severity", "normal"),
        plan_type=of.get("plan_type", "single"),
    )
    return plan_output(plan, of.get("plan_type", "single"))


def plan_of_letter(of: Given) -> Given:
    severity = of.get("severity", "normal")
    found = resolve(severity, of["code_letter"], printed_aql(of["aql"]))
    return {
        "code_letter": of["code_letter"],
        "code_letter_used": found.letter,
        "arrow_moves": list(found.moves),
        "n_table": single_size(severity, found.letter),
        "n": single_size(severity, found.letter),
        "ac": found.ac,
        "re": found.ac + 1,
        "confidence": found.confidence,
        "alternatives": list(found.alternatives),
    }


def plan_output(plan: SamplingPlan, asked: str) -> Given:
    single = asked == "single"
    return {
        "code_letter": plan.code_letter,
        "code_letter_used": plan.code_letter_used,
        "arrow_moves": list(plan.arrow_moves),
        "n": plan.n[0] if single else list(plan.n),
        "n_table": plan.n[0] if single else list(plan.n),
        "ac": plan.ac[0] if single else list(plan.ac),
        "re": plan.re[0] if single else list(plan.re),
        "full_inspection": plan.full_inspection,
        "n_inspected": plan.n_inspected,
        "plan_type_used": plan.plan_type_used,
        "confidence": plan.confidence,
        "disputed": plan.confidence == "disputed",
        "alternatives": list(plan.alternatives),
    }


def iso2859_switching(case: Given) -> Given:
    """A series of lots from a start, each with its plan, verdict, score and what follows; ends where inspection is discontinued."""
    of = given(case)
    counts = first(of, "nonconforming_by_lot", "nonconforming", default=[])
    scheme = Scheme(
        str(of["aql"]),
        first(of, "inspection_level", "level", default="II"),
        of.get("plan_type", "single"),
        first(of, "start_severity", "severity", default="normal"),
    )
    state = SwitchingState(scheme.start)
    lots: list[Given] = []
    for at, found in enumerate(counts):
        if state.severity == DISCONTINUED:
            if at not in positions(of, "supplier_action_after_lot", "resumed_after_lot", "resume_after_lot"):
                break
            state = switching_step(scheme, state, Decision("resume", "供方改进有效")).after
        step = switching_step(scheme, state, lot_of(of, at, found))
        lots.append(step_output(step))
        state = step.after
    return {
        "lots": lots,
        "final_severity": state.severity,
        "discontinued": state.severity == DISCONTINUED,
        "switching_score": state.score,
    }


def positions(of: Given, *names: str) -> set[int]:
    found = first(of, *names, default=())
    return {found} if isinstance(found, int) else set(found)


def each(value: Any, at: int, default: bool) -> bool:
    """A flag that is given once or for each lot."""
    if value is None:
        return default
    return bool(value[at]) if isinstance(value, Sequence) else bool(value)


def lot_of(of: Given, at: int, found: Any) -> InspectedLot:
    size = first(of, "lot_sizes", "lot_size_by_lot", "lot_size")
    met = first(of, "reduced_conditions_met", "reduced_conditions_met_by_lot")
    again = first(of, "resubmitted_by_lot", "resubmitted")
    numbered = again if isinstance(again, list) and again and not isinstance(again[0], bool) else None
    resubmitted = at + 1 in (numbered or positions(of, "resubmitted_lots"))
    if numbered is None:
        resubmitted = resubmitted or each(again, at, False)
    irregular = at + 1 in positions(
        of, "irregular_lots", "production_irregular_lots", "production_irregular_at_lot"
    )
    return InspectedLot(
        size[at] if isinstance(size, Sequence) else size,
        found if isinstance(found, int) else list(found),
        original=each(first(of, "original", "original_by_lot"), at, True) and not resubmitted,
        steady=each(first(of, "production_steady", "production_steady_by_lot"), at, True) and not irregular,
        reduced_approved=each(met, at, False),
    )


def step_output(step: SwitchingStep) -> Given:
    assert step.plan is not None
    assert step.judgement is not None
    one = step.plan.plan_type == "single"
    found: Given = {
        "severity": step.severity,
        "n": step.plan.n[0] if one else list(step.plan.n),
        "ac": step.plan.ac[0] if one else list(step.plan.ac),
        "re": step.plan.re[0] if one else list(step.plan.re),
        "nonconforming": step.judgement.count,
        "accepted": step.judgement.accepted,
        "severity_next": step.severity_next,
        "sentence": step.sentence,
    }
    if step.score is not None:
        found["switching_score_after"] = step.score
    return found


def distribution_of(of: Given) -> str:
    name = str(first(of, "distribution", "type", default="binomial"))
    return "hypergeometric" if name.startswith("hyper") else name


def acceptance_oc(case: Given) -> Given:
    """Curves of attribute and variables plans."""
    of = given(case)
    p = first(of, "p", "pd", "quality")
    if "k" in of:
        sigma, lot = of.get("sigma", "unknown"), first(of, "lot_size", "N")
        shown: Given = {"pa": variables_oc(of["n"], of["k"], p, sigma=sigma).tolist()}
        if lot:
            out = rectified_variables(of["n"], of["k"], p, lot_size=lot, sigma=sigma)
            shown |= {"aoq": out.aoq.tolist(), "ati": out.ati.tolist()}
        return shown
    plan, kind = attribute_plan(of["n"], first(of, "ac", "c"), first(of, "re", "r")), distribution_of(of)
    size = first(of, "lot_size", "N")
    curve = operating_characteristic(
        plan, p, distribution=kind, lot_size=size if kind == "hypergeometric" else None
    )
    found: Given = {"pa": curve.pa.tolist(), "asn": curve.asn.tolist()}
    if size:
        out = rectified(plan, p, lot_size=size, distribution=kind)
        found |= {"aoq": out.aoq.tolist(), "ati": out.ati.tolist()}
    if kind != "hypergeometric":
        limit = outgoing_limit(plan, lot_size=size, distribution=kind)
        found |= {"aoql": limit.aoql, "p_at_aoql": limit.p, "p_at_pa": {}}
        for pa in (0.99, 0.95, 0.9, 0.5, 0.1, 0.05, 0.01):
            found["p_at_pa"][str(pa)] = quality_at(plan, pa, distribution=kind)
    return found


def acceptance_plan(case: Given) -> Given:
    """The smallest plan for two risk points."""
    of = given(case)
    good, bad = of["prp"], of["crp"]
    points = (good["p"], first(good, "min_pa", "pa"), bad["p"], first(bad, "max_pa", "pa"))
    kind = distribution_of(of)
    if kind == "normal":
        sigma = of.get("sigma") or first(of, "s_type", default="known")
        plan = find_variables_plan(*points, sigma=sigma)
        found: Given = {"n": plan.n, "k": plan.k, "sigma": sigma}
        return found | {"pa_at_prp": plan.pa_at_producer, "pa_at_crp": plan.pa_at_consumer}
    single = find_plan(*points, distribution=kind, lot_size=first(of, "lot_size", "N"))
    return {
        "n": single.n,
        "ac": single.ac,
        "re": single.re,
        "pa_at_prp": single.pa_at_producer,
        "pa_at_crp": single.pa_at_consumer,
    }


def acceptance_variables(case: Given) -> Given:
    """Look-ups of Z1.9, the share that goes with k, the estimated share nonconforming."""
    of = given(case)
    if "lookups" in of:
        plans = [
            z19_plan(x["lot_size"], x["aql"], level=x["level"], severity=x["severity"], sigma=x["sigma"])
            for x in of["lookups"]
        ]
        return {"plans": [{"n": x.n, "k": x.k, "M": x.m, "code_letter": x.code_letter} for x in plans]}
    sigma = of.get("sigma_type") or ("known" if isinstance(of.get("sigma"), (int, float)) else "unknown")
    if "k" in of:
        return {"M": share_for_k(of["n"], of["k"], sigma=of.get("sigma") or "unknown")}
    values = first(of, "values", "sample")
    mean = float(np.mean(values)) if values else first(of, "mean", "xbar")
    spread = (
        of["sigma"] if sigma == "known" else float(np.std(values, ddof=1)) if values else first(of, "s", "sd")
    )
    found = estimated_share(
        mean,
        spread,
        len(values) if values else of["n"],
        lower=first(of, "lower", "lsl"),
        upper=first(of, "upper", "usl"),
        sigma=sigma,
    )
    return {"p_lower": found.below, "p_upper": found.above, "p": found.total, "p_hat": found.total}
