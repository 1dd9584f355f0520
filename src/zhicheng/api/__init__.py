"""The REST API: generic for all processes, from their definitions."""
