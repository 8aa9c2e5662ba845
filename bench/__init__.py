"""What is measured; `make bench` runs it, bench/README.md says how to read it."""
