"""Kingdee K/3 Cloud (金蝶云星空): stock, materials, substitutes and money in, orders out."""
