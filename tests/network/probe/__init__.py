"""A contract that asks everything of the ledger that the runtime can, and one that misbehaves."""
