"""A payment provider's side: signed events to and from the system that moves money outside the ledger."""
