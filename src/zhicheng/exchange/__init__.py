"""Excel and CSV in and out: templates, imports with row-level errors, exports."""
