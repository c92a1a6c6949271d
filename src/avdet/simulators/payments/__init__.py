"""A payment gateway's stand-in: Iyzico's and Zarinpal's protocols over one set of books."""

from avdet.simulators.payments.gateway import Payments

__all__ = ["Payments"]
