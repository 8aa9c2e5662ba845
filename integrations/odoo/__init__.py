"""Odoo over JSON-2, or JSON-RPC where it is older: stock, materials and money in, orders and shipments out."""
