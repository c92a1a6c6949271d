"""A shop's stand-in: WooCommerce's REST API with its documented examples and generated orders, and Shopify's."""

from avdet.simulators.shops.shop import Shops

__all__ = ["Shops"]
