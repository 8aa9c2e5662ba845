"""The action path and the reads over HTTP, beside the same transactions in pgbench and in a minimal app, in one run."""
