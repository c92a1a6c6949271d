"""A claim as it is made: its form, its evidence, its filing."""
