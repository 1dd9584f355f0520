"""The third example: a service company with sixteen branches, its documents and its people."""
