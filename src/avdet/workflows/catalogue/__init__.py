"""Products, their stock and their files."""
