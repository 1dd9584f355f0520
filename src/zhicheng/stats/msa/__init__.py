"""Measurement systems analysis after AIAG MSA (4th edition), with the terms of GB/T 3358: variables, attributes, type-1 studies."""
