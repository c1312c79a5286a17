"""Ways of laying out a capture on the ledger, as contracts, to measure what each costs."""
