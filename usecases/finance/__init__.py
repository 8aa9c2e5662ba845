"""What finance is told, and what it settles with the other departments at the end of the month."""
