"""Measurements: ratios of one run, on whatever machine this is, beside the goals."""
