"""Files of orders and products: CSV in several layouts and spellings, JSON and JSON lines, each read in one pass."""

from avdet.adapters.shops.files.file import open_file

__all__ = ["open_file"]
