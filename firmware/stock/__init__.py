"""What is on the shelf: the clinic's drugs, what is left of each batch, and which boxes have left."""

from firmware.stock.boxes import Boxes
from firmware.stock.errors import StockError
from firmware.stock.shelf import Shelf

__all__ = ["Boxes", "Shelf", "StockError"]
