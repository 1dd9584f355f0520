"""Acceptance sampling: plans of GB/T 2828.1 (ISO 2859-1), switching, skip-lot, OC curves, plan finder, sampling by variables.

Tables, plans, switching and skip-lot use the standard library alone; curves and finders load NumPy and SciPy when used.
"""
