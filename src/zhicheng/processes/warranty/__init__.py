"""Warranty: what the firm promises, and claims by serial number (M10)."""
