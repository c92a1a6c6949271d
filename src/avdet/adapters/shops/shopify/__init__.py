"""Shopify, through its Admin REST documents and its webhooks."""

from avdet.adapters.shops.shopify.client import Shopify

__all__ = ["Shopify"]
