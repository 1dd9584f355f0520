"""Statistical studies kept as records: capability, measurement systems, the seven tools; computed from an attached data file."""
