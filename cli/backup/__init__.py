"""Backups: one file with the database, its files and its secrets as at one moment, and the way back from it."""
