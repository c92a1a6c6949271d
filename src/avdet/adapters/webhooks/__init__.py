"""Webhooks over HTTP, to addresses of the public internet only."""

from avdet.adapters.webhooks.courier import HttpCourier

__all__ = ["HttpCourier"]
