"""Records, processes and the three writers; organisation, authority, parameters, calendar, clocks, files."""
