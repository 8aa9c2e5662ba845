"""Kills and cuts, by one seed: what is killed at random must lose nothing and double nothing."""
