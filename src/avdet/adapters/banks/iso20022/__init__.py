"""ISO 20022: an order to pay as pain.001.001.09, and a bank's answer read from pain.002. Whose schemas: `ATTRIBUTION.md`."""

from avdet.adapters.banks.iso20022.answer import read_answer
from avdet.adapters.banks.iso20022.order import write_order

__all__ = ["read_answer", "write_order"]
