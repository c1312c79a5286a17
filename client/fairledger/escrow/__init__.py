"""Money and orders: the typed facade of the contract ``escrow``, and sealed goods."""

from fairledger.escrow.client import EscrowClient

__all__ = ["EscrowClient"]
