"""REMEMBERS: one Django app a noun. `models` are tables, `actions` write, `queries` read; nobody else touches a table."""
