"""Order changes: revisions, approvals and acknowledgements."""
