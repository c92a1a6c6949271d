"""Stores, staff and customers, and what is kept of them."""
