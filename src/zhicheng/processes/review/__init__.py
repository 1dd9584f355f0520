"""Reviews of reports that are kept, and findings that were dismissed with a reason (M18)."""
