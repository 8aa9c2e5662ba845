"""What can be done with stock, alerts and their rules."""
