"""Measures of how the factory does: what counts for each, over which days, and what a boss may read from it."""
