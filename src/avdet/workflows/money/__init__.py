"""Payments, refunds and payouts, and their entries in the books."""
