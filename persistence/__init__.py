"""PostgreSQL and nothing else: loads and saves what the domain decides about."""
