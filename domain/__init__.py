"""What Throughline decides: no framework, no I/O; time, ids and facts arrive as arguments."""
