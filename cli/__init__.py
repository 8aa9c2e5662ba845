"""The `throughline` command: starts the servers, the API and the workers, and goes through the same door as they do."""
