"""One's own data as Excel: asked for, made by a worker, taken for seven days, and handed back edited."""
