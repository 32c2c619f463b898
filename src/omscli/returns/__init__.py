"""Goods that come back. Pure."""
