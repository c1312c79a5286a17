"""The contract ``escrow``: money as notes, agreements in advance, and orders that settle themselves."""
