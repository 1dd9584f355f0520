"""Objectives of company, departments and product types, judged by metrics (M03)."""
