"""REST: generic for all processes, from their definitions."""
