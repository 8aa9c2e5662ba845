"""What this house and a factory's ERP tell each other about orders, shipments and money."""
