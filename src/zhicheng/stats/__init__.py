"""Statistics of quality work, usable alone: no Django, no database; integers, floats and arrays in, plain values out.

``from zhicheng.stats import xbar_r``. Each name is loaded from its module when it is first asked for, so that ``import
zhicheng.stats`` loads neither NumPy nor SciPy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zhicheng.stats.shares import MIN_POINTS, Point, ProportionChart, TooFew, share_chart

if TYPE_CHECKING:
    from zhicheng.stats.constants import Factors as Factors
    from zhicheng.stats.constants import c4 as c4
    from zhicheng.stats.constants import d2 as d2
    from zhicheng.stats.constants import d3 as d3
    from zhicheng.stats.constants import factors as factors
    from zhicheng.stats.counts import c_chart as c_chart
    from zhicheng.stats.counts import laney_p as laney_p
    from zhicheng.stats.counts import laney_u as laney_u
    from zhicheng.stats.counts import np_chart as np_chart
    from zhicheng.stats.counts import p_chart as p_chart
    from zhicheng.stats.counts import u_chart as u_chart
    from zhicheng.stats.distributions import Fitted as Fitted
    from zhicheng.stats.distributions import fit_distribution as fit_distribution
    from zhicheng.stats.hotelling import T2Chart as T2Chart
    from zhicheng.stats.hotelling import T2Limits as T2Limits
    from zhicheng.stats.hotelling import t2_chart as t2_chart
    from zhicheng.stats.hypothesis_test import HypothesisTest as HypothesisTest
    from zhicheng.stats.index_intervals import Index as Index
    from zhicheng.stats.indices import QCC as QCC
    from zhicheng.stats.indices import Capability as Capability
    from zhicheng.stats.indices import Conventions as Conventions
    from zhicheng.stats.indices import capability as capability
    from zhicheng.stats.individuals import i_chart as i_chart
    from zhicheng.stats.individuals import i_mr as i_mr
    from zhicheng.stats.individuals import mr_chart as mr_chart
    from zhicheng.stats.judging import Signals as Signals
    from zhicheng.stats.judging import judge as judge
    from zhicheng.stats.limits import ControlChart as ControlChart
    from zhicheng.stats.limits import Limits as Limits
    from zhicheng.stats.means import bartlett_test as bartlett_test
    from zhicheng.stats.means import deviation_interval as deviation_interval
    from zhicheng.stats.means import deviation_test as deviation_test
    from zhicheng.stats.means import levene_test as levene_test
    from zhicheng.stats.means import mean_test as mean_test
    from zhicheng.stats.means import one_way_anova as one_way_anova
    from zhicheng.stats.means import paired_test as paired_test
    from zhicheng.stats.means import two_means_test as two_means_test
    from zhicheng.stats.means import variances_test as variances_test
    from zhicheng.stats.msa.attribute_agreement import AgreementStudy as AgreementStudy
    from zhicheng.stats.msa.attribute_agreement import attribute_agreement as attribute_agreement
    from zhicheng.stats.msa.bias import bias_study as bias_study
    from zhicheng.stats.msa.bias import linearity_study as linearity_study
    from zhicheng.stats.msa.bias import stability_study as stability_study
    from zhicheng.stats.msa.gauge import crossed_layout as crossed_layout
    from zhicheng.stats.msa.gauge import gauge_verdict as gauge_verdict
    from zhicheng.stats.msa.gauge import nested_layout as nested_layout
    from zhicheng.stats.msa.gauge_rr_anova import CrossedStudy as CrossedStudy
    from zhicheng.stats.msa.gauge_rr_anova import NestedStudy as NestedStudy
    from zhicheng.stats.msa.gauge_rr_anova import gauge_rr_anova as gauge_rr_anova
    from zhicheng.stats.msa.gauge_rr_anova import gauge_rr_nested as gauge_rr_nested
    from zhicheng.stats.msa.gauge_rr_anova import variance_intervals as variance_intervals
    from zhicheng.stats.msa.gauge_rr_expanded import gauge_rr_expanded as gauge_rr_expanded
    from zhicheng.stats.msa.gauge_rr_range import RangeStudy as RangeStudy
    from zhicheng.stats.msa.gauge_rr_range import gauge_rr_range as gauge_rr_range
    from zhicheng.stats.msa.kappa import cohen_kappa as cohen_kappa
    from zhicheng.stats.msa.kappa import fleiss_kappa as fleiss_kappa
    from zhicheng.stats.msa.kappa import fleiss_kappa_by_category as fleiss_kappa_by_category
    from zhicheng.stats.msa.kappa import kappa_from_table as kappa_from_table
    from zhicheng.stats.msa.kappa import kendall_tau as kendall_tau
    from zhicheng.stats.msa.kappa import kendall_w as kendall_w
    from zhicheng.stats.msa.type1 import Type1Study as Type1Study
    from zhicheng.stats.msa.type1 import type1_study as type1_study
    from zhicheng.stats.nonnormal import NonnormalPerformance as NonnormalPerformance
    from zhicheng.stats.nonnormal import TransformedCapability as TransformedCapability
    from zhicheng.stats.nonnormal import nonnormal_performance as nonnormal_performance
    from zhicheng.stats.nonnormal import transformed_capability as transformed_capability
    from zhicheng.stats.normality import AndersonDarling as AndersonDarling
    from zhicheng.stats.normality import GoodnessOfFit as GoodnessOfFit
    from zhicheng.stats.normality import anderson_darling as anderson_darling
    from zhicheng.stats.normality import goodness_of_fit as goodness_of_fit
    from zhicheng.stats.observations import Unusable as Unusable
    from zhicheng.stats.phases import Stages as Stages
    from zhicheng.stats.phases import apply_limits as apply_limits
    from zhicheng.stats.phases import in_stages as in_stages
    from zhicheng.stats.process_models import ProcessModel as ProcessModel
    from zhicheng.stats.process_models import process_model as process_model
    from zhicheng.stats.proportions import chi_square_fit as chi_square_fit
    from zhicheng.stats.proportions import chi_square_table as chi_square_table
    from zhicheng.stats.proportions import proportion_interval as proportion_interval
    from zhicheng.stats.proportions import proportion_test as proportion_test
    from zhicheng.stats.proportions import rate_interval as rate_interval
    from zhicheng.stats.proportions import two_proportions_test as two_proportions_test
    from zhicheng.stats.proposals import Proposal as Proposal
    from zhicheng.stats.proposals import draw_charts as draw_charts
    from zhicheng.stats.proposals import propose_chart as propose_chart
    from zhicheng.stats.rare_events import g_chart as g_chart
    from zhicheng.stats.rare_events import t_chart as t_chart
    from zhicheng.stats.record_truth import TruthSignal as TruthSignal
    from zhicheng.stats.record_truth import benjamini_hochberg as benjamini_hochberg
    from zhicheng.stats.record_truth import digit_preference as digit_preference
    from zhicheng.stats.record_truth import late_bursts as late_bursts
    from zhicheng.stats.record_truth import piling_at_limit as piling_at_limit
    from zhicheng.stats.record_truth import regular_timing as regular_timing
    from zhicheng.stats.record_truth import repeated_readings as repeated_readings
    from zhicheng.stats.record_truth import repeated_series as repeated_series
    from zhicheng.stats.rules import RULE_SETS as RULE_SETS
    from zhicheng.stats.rules import RuleSet as RuleSet
    from zhicheng.stats.rules import beyond_limits as beyond_limits
    from zhicheng.stats.rules import iso7870_2 as iso7870_2
    from zhicheng.stats.rules import nelson as nelson
    from zhicheng.stats.rules import western_electric as western_electric
    from zhicheng.stats.sample_sizes import mean_sample_size as mean_sample_size
    from zhicheng.stats.sample_sizes import proportion_sample_size as proportion_sample_size
    from zhicheng.stats.sample_sizes import t_test_power as t_test_power
    from zhicheng.stats.sample_sizes import t_test_sample_size as t_test_sample_size
    from zhicheng.stats.sample_sizes import two_proportions_sample_size as two_proportions_sample_size
    from zhicheng.stats.sample_sizes import zero_failure_sample_size as zero_failure_sample_size
    from zhicheng.stats.sampling.acceptance import single_acceptance as single_acceptance
    from zhicheng.stats.sampling.finder import find_plan as find_plan
    from zhicheng.stats.sampling.finder import find_variables_plan as find_variables_plan
    from zhicheng.stats.sampling.inspection_rule import InspectionRule as InspectionRule
    from zhicheng.stats.sampling.inspection_rule import inspection_rule as inspection_rule
    from zhicheng.stats.sampling.inspection_rule import units_inspected as units_inspected
    from zhicheng.stats.sampling.oc import AttributePlan as AttributePlan
    from zhicheng.stats.sampling.oc import acceptance_probability as acceptance_probability
    from zhicheng.stats.sampling.oc import attribute_plan as attribute_plan
    from zhicheng.stats.sampling.oc import operating_characteristic as operating_characteristic
    from zhicheng.stats.sampling.oc import quality_at as quality_at
    from zhicheng.stats.sampling.oc import risks as risks
    from zhicheng.stats.sampling.plans import Judgement as Judgement
    from zhicheng.stats.sampling.plans import SamplingPlan as SamplingPlan
    from zhicheng.stats.sampling.plans import sampling_plan as sampling_plan
    from zhicheng.stats.sampling.rectification import outgoing_limit as outgoing_limit
    from zhicheng.stats.sampling.rectification import rectified as rectified
    from zhicheng.stats.sampling.rectification import rectified_variables as rectified_variables
    from zhicheng.stats.sampling.skip_lot import SkipLotPolicy as SkipLotPolicy
    from zhicheng.stats.sampling.skip_lot import SkipLotState as SkipLotState
    from zhicheng.stats.sampling.skip_lot import check_policy as check_policy
    from zhicheng.stats.sampling.skip_lot import is_inspected as is_inspected
    from zhicheng.stats.sampling.skip_lot import replay_skip_lot as replay_skip_lot
    from zhicheng.stats.sampling.skip_lot import skip_lot_step as skip_lot_step
    from zhicheng.stats.sampling.switching import Decision as Decision
    from zhicheng.stats.sampling.switching import InspectedLot as InspectedLot
    from zhicheng.stats.sampling.switching import Scheme as Scheme
    from zhicheng.stats.sampling.switching import SwitchingRules as SwitchingRules
    from zhicheng.stats.sampling.switching import SwitchingState as SwitchingState
    from zhicheng.stats.sampling.switching import SwitchingStep as SwitchingStep
    from zhicheng.stats.sampling.switching import one_step_tighter as one_step_tighter
    from zhicheng.stats.sampling.switching import replay_switching as replay_switching
    from zhicheng.stats.sampling.switching import switching_step as switching_step
    from zhicheng.stats.sampling.tables import code_letter as code_letter
    from zhicheng.stats.sampling.tables import preferred_aqls as preferred_aqls
    from zhicheng.stats.sampling.tables import printed_aql as printed_aql
    from zhicheng.stats.sampling.variables import estimated_share as estimated_share
    from zhicheng.stats.sampling.variables import k_for as k_for
    from zhicheng.stats.sampling.variables import matching_variables_plan as matching_variables_plan
    from zhicheng.stats.sampling.variables import share_for_k as share_for_k
    from zhicheng.stats.sampling.variables import variables_acceptance as variables_acceptance
    from zhicheng.stats.sampling.variables import variables_decision as variables_decision
    from zhicheng.stats.sampling.variables import variables_oc as variables_oc
    from zhicheng.stats.sampling.z19 import z19_plan as z19_plan
    from zhicheng.stats.sigma import individual_sigma as individual_sigma
    from zhicheng.stats.sigma import within_sigma as within_sigma
    from zhicheng.stats.studies import CapabilityStudy as CapabilityStudy
    from zhicheng.stats.studies import capability_study as capability_study
    from zhicheng.stats.tolerance_intervals import ToleranceInterval as ToleranceInterval
    from zhicheng.stats.tolerance_intervals import binomial_tolerance_interval as binomial_tolerance_interval
    from zhicheng.stats.tolerance_intervals import nonparametric_sample_size as nonparametric_sample_size
    from zhicheng.stats.tolerance_intervals import (
        nonparametric_tolerance_interval as nonparametric_tolerance_interval,
    )
    from zhicheng.stats.tolerance_intervals import normal_k as normal_k
    from zhicheng.stats.tolerance_intervals import normal_tolerance_interval as normal_tolerance_interval
    from zhicheng.stats.tolerance_intervals import poisson_tolerance_interval as poisson_tolerance_interval
    from zhicheng.stats.tolerance_intervals import prediction_interval as prediction_interval
    from zhicheng.stats.tools.association import correlation as correlation
    from zhicheng.stats.tools.cause_effect import Cause as Cause
    from zhicheng.stats.tools.cause_effect import CauseAndEffect as CauseAndEffect
    from zhicheng.stats.tools.cause_effect import cause_and_effect as cause_and_effect
    from zhicheng.stats.tools.check_sheet import check_sheet as check_sheet
    from zhicheng.stats.tools.histogram import histogram as histogram
    from zhicheng.stats.tools.histogram import normality_test as normality_test
    from zhicheng.stats.tools.pareto import pareto as pareto
    from zhicheng.stats.tools.run_chart import run_chart as run_chart
    from zhicheng.stats.tools.stratification import stratify as stratify
    from zhicheng.stats.transformations import BoxCox as BoxCox
    from zhicheng.stats.transformations import Johnson as Johnson
    from zhicheng.stats.transformations import box_cox as box_cox
    from zhicheng.stats.transformations import johnson as johnson
    from zhicheng.stats.variables import IMR as IMR
    from zhicheng.stats.variables import MedianR as MedianR
    from zhicheng.stats.variables import XbarR as XbarR
    from zhicheng.stats.variables import XbarS as XbarS
    from zhicheng.stats.variables import median_chart as median_chart
    from zhicheng.stats.variables import median_r as median_r
    from zhicheng.stats.variables import r_chart as r_chart
    from zhicheng.stats.variables import s_chart as s_chart
    from zhicheng.stats.variables import xbar_chart as xbar_chart
    from zhicheng.stats.variables import xbar_r as xbar_r
    from zhicheng.stats.variables import xbar_s as xbar_s
    from zhicheng.stats.weighted import Cusum as Cusum
    from zhicheng.stats.weighted import Ewma as Ewma
    from zhicheng.stats.weighted import cusum as cusum
    from zhicheng.stats.weighted import ewma as ewma
    from zhicheng.stats.weighted import moving_average as moving_average

# One name a line: the module that has it, below zhicheng.stats.
_WHERE = {
    "Factors": "constants",
    "c4": "constants",
    "d2": "constants",
    "d3": "constants",
    "factors": "constants",
    "c_chart": "counts",
    "laney_p": "counts",
    "laney_u": "counts",
    "np_chart": "counts",
    "p_chart": "counts",
    "u_chart": "counts",
    "Fitted": "distributions",
    "fit_distribution": "distributions",
    "T2Chart": "hotelling",
    "T2Limits": "hotelling",
    "t2_chart": "hotelling",
    "HypothesisTest": "hypothesis_test",
    "Index": "index_intervals",
    "Capability": "indices",
    "Conventions": "indices",
    "QCC": "indices",
    "capability": "indices",
    "i_chart": "individuals",
    "i_mr": "individuals",
    "mr_chart": "individuals",
    "Signals": "judging",
    "judge": "judging",
    "ControlChart": "limits",
    "Limits": "limits",
    "bartlett_test": "means",
    "deviation_interval": "means",
    "deviation_test": "means",
    "levene_test": "means",
    "mean_test": "means",
    "one_way_anova": "means",
    "paired_test": "means",
    "two_means_test": "means",
    "variances_test": "means",
    "AgreementStudy": "msa.attribute_agreement",
    "attribute_agreement": "msa.attribute_agreement",
    "bias_study": "msa.bias",
    "linearity_study": "msa.bias",
    "stability_study": "msa.bias",
    "crossed_layout": "msa.gauge",
    "gauge_verdict": "msa.gauge",
    "nested_layout": "msa.gauge",
    "CrossedStudy": "msa.gauge_rr_anova",
    "NestedStudy": "msa.gauge_rr_anova",
    "gauge_rr_anova": "msa.gauge_rr_anova",
    "gauge_rr_nested": "msa.gauge_rr_anova",
    "variance_intervals": "msa.gauge_rr_anova",
    "gauge_rr_expanded": "msa.gauge_rr_expanded",
    "RangeStudy": "msa.gauge_rr_range",
    "gauge_rr_range": "msa.gauge_rr_range",
    "cohen_kappa": "msa.kappa",
    "fleiss_kappa": "msa.kappa",
    "fleiss_kappa_by_category": "msa.kappa",
    "kappa_from_table": "msa.kappa",
    "kendall_tau": "msa.kappa",
    "kendall_w": "msa.kappa",
    "Type1Study": "msa.type1",
    "type1_study": "msa.type1",
    "NonnormalPerformance": "nonnormal",
    "TransformedCapability": "nonnormal",
    "nonnormal_performance": "nonnormal",
    "transformed_capability": "nonnormal",
    "AndersonDarling": "normality",
    "GoodnessOfFit": "normality",
    "anderson_darling": "normality",
    "goodness_of_fit": "normality",
    "Unusable": "observations",
    "Stages": "phases",
    "apply_limits": "phases",
    "in_stages": "phases",
    "ProcessModel": "process_models",
    "process_model": "process_models",
    "chi_square_fit": "proportions",
    "chi_square_table": "proportions",
    "proportion_interval": "proportions",
    "proportion_test": "proportions",
    "rate_interval": "proportions",
    "two_proportions_test": "proportions",
    "Proposal": "proposals",
    "draw_charts": "proposals",
    "propose_chart": "proposals",
    "g_chart": "rare_events",
    "t_chart": "rare_events",
    "TruthSignal": "record_truth",
    "benjamini_hochberg": "record_truth",
    "digit_preference": "record_truth",
    "late_bursts": "record_truth",
    "piling_at_limit": "record_truth",
    "regular_timing": "record_truth",
    "repeated_readings": "record_truth",
    "repeated_series": "record_truth",
    "RULE_SETS": "rules",
    "RuleSet": "rules",
    "beyond_limits": "rules",
    "iso7870_2": "rules",
    "nelson": "rules",
    "western_electric": "rules",
    "mean_sample_size": "sample_sizes",
    "proportion_sample_size": "sample_sizes",
    "t_test_power": "sample_sizes",
    "t_test_sample_size": "sample_sizes",
    "two_proportions_sample_size": "sample_sizes",
    "zero_failure_sample_size": "sample_sizes",
    "single_acceptance": "sampling.acceptance",
    "find_plan": "sampling.finder",
    "find_variables_plan": "sampling.finder",
    "InspectionRule": "sampling.inspection_rule",
    "inspection_rule": "sampling.inspection_rule",
    "units_inspected": "sampling.inspection_rule",
    "AttributePlan": "sampling.oc",
    "acceptance_probability": "sampling.oc",
    "attribute_plan": "sampling.oc",
    "operating_characteristic": "sampling.oc",
    "quality_at": "sampling.oc",
    "risks": "sampling.oc",
    "Judgement": "sampling.plans",
    "SamplingPlan": "sampling.plans",
    "sampling_plan": "sampling.plans",
    "outgoing_limit": "sampling.rectification",
    "rectified": "sampling.rectification",
    "rectified_variables": "sampling.rectification",
    "SkipLotPolicy": "sampling.skip_lot",
    "SkipLotState": "sampling.skip_lot",
    "check_policy": "sampling.skip_lot",
    "is_inspected": "sampling.skip_lot",
    "replay_skip_lot": "sampling.skip_lot",
    "skip_lot_step": "sampling.skip_lot",
    "Decision": "sampling.switching",
    "InspectedLot": "sampling.switching",
    "Scheme": "sampling.switching",
    "SwitchingRules": "sampling.switching",
    "SwitchingState": "sampling.switching",
    "SwitchingStep": "sampling.switching",
    "one_step_tighter": "sampling.switching",
    "replay_switching": "sampling.switching",
    "switching_step": "sampling.switching",
    "code_letter": "sampling.tables",
    "preferred_aqls": "sampling.tables",
    "printed_aql": "sampling.tables",
    "estimated_share": "sampling.variables",
    "k_for": "sampling.variables",
    "matching_variables_plan": "sampling.variables",
    "share_for_k": "sampling.variables",
    "variables_acceptance": "sampling.variables",
    "variables_decision": "sampling.variables",
    "variables_oc": "sampling.variables",
    "z19_plan": "sampling.z19",
    "individual_sigma": "sigma",
    "within_sigma": "sigma",
    "CapabilityStudy": "studies",
    "capability_study": "studies",
    "ToleranceInterval": "tolerance_intervals",
    "binomial_tolerance_interval": "tolerance_intervals",
    "nonparametric_sample_size": "tolerance_intervals",
    "nonparametric_tolerance_interval": "tolerance_intervals",
    "normal_k": "tolerance_intervals",
    "normal_tolerance_interval": "tolerance_intervals",
    "poisson_tolerance_interval": "tolerance_intervals",
    "prediction_interval": "tolerance_intervals",
    "correlation": "tools.association",
    "Cause": "tools.cause_effect",
    "CauseAndEffect": "tools.cause_effect",
    "cause_and_effect": "tools.cause_effect",
    "check_sheet": "tools.check_sheet",
    "histogram": "tools.histogram",
    "normality_test": "tools.histogram",
    "pareto": "tools.pareto",
    "run_chart": "tools.run_chart",
    "stratify": "tools.stratification",
    "BoxCox": "transformations",
    "Johnson": "transformations",
    "box_cox": "transformations",
    "johnson": "transformations",
    "IMR": "variables",
    "MedianR": "variables",
    "XbarR": "variables",
    "XbarS": "variables",
    "median_chart": "variables",
    "median_r": "variables",
    "r_chart": "variables",
    "s_chart": "variables",
    "xbar_chart": "variables",
    "xbar_r": "variables",
    "xbar_s": "variables",
    "Cusum": "weighted",
    "Ewma": "weighted",
    "cusum": "weighted",
    "ewma": "weighted",
    "moving_average": "weighted",
}

__all__ = ["MIN_POINTS", "Point", "ProportionChart", "TooFew", "share_chart", *_WHERE]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
