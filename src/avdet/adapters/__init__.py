"""TOUCHES the world: one folder an outside system, each behind a port and knowing nothing of the others."""
