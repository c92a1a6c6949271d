"""A case from filing to its end: decided, answered, examined, settled, opened again."""
