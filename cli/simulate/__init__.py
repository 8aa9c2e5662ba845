"""A year in a factory that does not exist: seeded, stochastic, and driven through the real system by simulated time."""
