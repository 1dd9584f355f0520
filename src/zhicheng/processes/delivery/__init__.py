"""Deliveries: what was sent to whom, with batch and serial numbers (M10)."""
