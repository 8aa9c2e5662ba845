"""Stock, alerts and their rules."""
