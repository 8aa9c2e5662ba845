"""Feishu (飞书) group robots."""
