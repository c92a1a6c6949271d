"""WooCommerce, through its REST API v3 and its webhooks."""

from avdet.adapters.shops.woocommerce.client import WooCommerce

__all__ = ["WooCommerce"]
