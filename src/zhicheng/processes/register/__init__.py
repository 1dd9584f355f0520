"""Registers: certificates, standards, patents, honours (M16)."""
