"""Iyzico, a payment gateway in Turkey."""

from avdet.adapters.payments.iyzico.client import Iyzico
from avdet.adapters.payments.iyzico.webhook import read as read_webhook

__all__ = ["Iyzico", "read_webhook"]
