"""PostgreSQL and Redis for a machine that has none: their binaries, their folders, their first start."""
