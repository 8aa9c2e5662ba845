"""U8 over its OpenAPI: stock and materials in, orders out."""
