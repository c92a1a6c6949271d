"""Shops, each system's documents read into the same messages."""
