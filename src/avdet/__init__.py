"""Avdet: after-sales for online stores. The policy is written once, as data, and the same clauses are put to every use."""

__version__ = "0.1.0"
