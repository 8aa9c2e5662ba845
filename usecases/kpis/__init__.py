"""Measures: read for two periods side by side, with the list behind each figure."""
