"""The example enterprise: a maker of gas meters and its year 2017, reconstructed from published totals."""
