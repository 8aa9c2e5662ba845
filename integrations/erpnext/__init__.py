"""ERPNext over REST: stock, reorder levels, prices and invoices in, orders and their stages out."""
