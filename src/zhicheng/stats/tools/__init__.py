"""The seven tools of quality and their kin: check sheet, Pareto, cause and effect, histogram, scatter, stratification, run chart.

Data in, figures out; drawing is done elsewhere.
"""
