"""One's own data as a workbook, and what an edited copy of it asks for when it comes back."""
