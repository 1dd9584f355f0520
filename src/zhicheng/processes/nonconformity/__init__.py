"""Nonconformities: identified, contained, disposed, reworked, re-inspected, closed (J-3.2.5, T-8.2)."""
