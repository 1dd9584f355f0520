"""Settings, URLs and the one explicit list of processes."""
