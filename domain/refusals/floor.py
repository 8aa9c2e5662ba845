"""The floor: work orders, reports and what the phones sync."""
