"""Products, routings and bills of material."""
