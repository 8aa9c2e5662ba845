"""Customers: who is the same as whom."""
