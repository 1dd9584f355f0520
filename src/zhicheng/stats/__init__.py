"""Statistics of quality work, usable alone: no Django, no database; integers, floats and arrays in, plain values out.

``from zhicheng.stats import xbar_r``. NumPy and SciPy are loaded when a method that needs them is first asked for.
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
    from zhicheng.stats.proposals import Proposal as Proposal
    from zhicheng.stats.proposals import draw_charts as draw_charts
    from zhicheng.stats.proposals import propose_chart as propose_chart
    from zhicheng.stats.rare_events import g_chart as g_chart
    from zhicheng.stats.rare_events import t_chart as t_chart
    from zhicheng.stats.rules import RULE_SETS as RULE_SETS
    from zhicheng.stats.rules import RuleSet as RuleSet
    from zhicheng.stats.rules import beyond_limits as beyond_limits
    from zhicheng.stats.rules import iso7870_2 as iso7870_2
    from zhicheng.stats.rules import nelson as nelson
    from zhicheng.stats.rules import western_electric as western_electric
    from zhicheng.stats.sigma import individual_sigma as individual_sigma
    from zhicheng.stats.sigma import within_sigma as within_sigma
    from zhicheng.stats.studies import CapabilityStudy as CapabilityStudy
    from zhicheng.stats.studies import capability_study as capability_study
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
    "Capability": "indices",
    "Conventions": "indices",
    "Index": "index_intervals",
    "QCC": "indices",
    "capability": "indices",
    "CapabilityStudy": "studies",
    "capability_study": "studies",
    "Factors": "constants",
    "factors": "constants",
    "d2": "constants",
    "d3": "constants",
    "c4": "constants",
    "p_chart": "counts",
    "np_chart": "counts",
    "c_chart": "counts",
    "u_chart": "counts",
    "laney_p": "counts",
    "laney_u": "counts",
    "Fitted": "distributions",
    "fit_distribution": "distributions",
    "T2Limits": "hotelling",
    "T2Chart": "hotelling",
    "t2_chart": "hotelling",
    "i_chart": "individuals",
    "mr_chart": "individuals",
    "i_mr": "individuals",
    "Limits": "limits",
    "ControlChart": "limits",
    "NonnormalPerformance": "nonnormal",
    "nonnormal_performance": "nonnormal",
    "TransformedCapability": "nonnormal",
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
    "Proposal": "proposals",
    "propose_chart": "proposals",
    "draw_charts": "proposals",
    "g_chart": "rare_events",
    "t_chart": "rare_events",
    "RULE_SETS": "rules",
    "RuleSet": "rules",
    "Signals": "judging",
    "nelson": "rules",
    "western_electric": "rules",
    "iso7870_2": "rules",
    "beyond_limits": "rules",
    "judge": "judging",
    "within_sigma": "sigma",
    "individual_sigma": "sigma",
    "BoxCox": "transformations",
    "Johnson": "transformations",
    "box_cox": "transformations",
    "johnson": "transformations",
    "XbarR": "variables",
    "XbarS": "variables",
    "MedianR": "variables",
    "IMR": "variables",
    "xbar_chart": "variables",
    "r_chart": "variables",
    "s_chart": "variables",
    "median_chart": "variables",
    "xbar_r": "variables",
    "xbar_s": "variables",
    "median_r": "variables",
    "Ewma": "weighted",
    "Cusum": "weighted",
    "ewma": "weighted",
    "cusum": "weighted",
    "moving_average": "weighted",
}

__all__ = ["MIN_POINTS", "Point", "ProportionChart", "TooFew", "share_chart", *_WHERE]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
