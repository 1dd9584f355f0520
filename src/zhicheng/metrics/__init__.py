"""The metric language: metrics as plain data, computed in the database and, equal to it, by the verifier."""
