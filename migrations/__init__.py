"""The database's shape, step by step; run by `throughline migrate`."""
