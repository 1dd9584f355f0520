"""Complaints: from the first call to the effect confirmed by telephone, against what the house promised (M10)."""
