"""Listening to customers: by which channels, what came of it, what they need, what was negotiated (M11)."""
