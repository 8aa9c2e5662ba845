"""Customers: found again, looked up, merged."""
