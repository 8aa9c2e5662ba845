"""Spreadsheets: workbooks that people upload, and empty ones for them to fill in."""
