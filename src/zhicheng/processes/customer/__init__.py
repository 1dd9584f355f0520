"""Customers: who they are, how they are heard, what they need (M11)."""
