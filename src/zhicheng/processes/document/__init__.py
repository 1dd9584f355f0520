"""Documents that rule the work: editions by rule, approval, issue, distribution, reading, yearly review (M02)."""
