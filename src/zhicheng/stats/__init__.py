"""Statistics of quality work, usable alone: no Django, no database; integers and floats in, plain values out."""

from zhicheng.stats.attributes import MIN_POINTS, Point, ProportionChart, TooFew, p_chart

__all__ = ["MIN_POINTS", "Point", "ProportionChart", "TooFew", "p_chart"]
