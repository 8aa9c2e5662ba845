"""Forecasts of when open orders are delivered."""
