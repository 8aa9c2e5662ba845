"""What the factory makes, buys and uses, and what goes into what."""
