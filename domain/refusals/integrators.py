"""API keys, outbound webhooks and limits."""
