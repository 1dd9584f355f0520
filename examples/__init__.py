"""Example enterprises: they load through the public import path."""
