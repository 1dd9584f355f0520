"""The evidence log: an append-only table of entries, its tree, its checkpoints. Format: docs/evidence-format.md."""
