"""Suppliers and the materials bought from them (M05)."""
