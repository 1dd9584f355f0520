"""Incoming lots, first-pass batches, urgent release (M06)."""
