"""Zarinpal, a payment gateway in Iran."""

from avdet.adapters.payments.zarinpal.callback import read as read_callback
from avdet.adapters.payments.zarinpal.client import Zarinpal

__all__ = ["Zarinpal", "read_callback"]
