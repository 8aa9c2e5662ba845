"""The demo factory: what it makes, who works there, its orders of the last two months, and the play on real samples."""
