"""Acceptance sampling in use: the series of lots of a supplier and item, and the severity that its history calls for."""
