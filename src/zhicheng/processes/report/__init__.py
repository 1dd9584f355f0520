"""The quality-integrity report and its declared facts (M18)."""
