"""Money and orders: the typed facade of the contract ``escrow``, sealed goods, and the keeper."""

from fairledger.escrow.client import EscrowClient

__all__ = ["EscrowClient"]
