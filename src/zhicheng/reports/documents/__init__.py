"""Documents of the system on paper and on pages: drawn, compared, held against the records."""
