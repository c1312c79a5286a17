"""The desk's pages of escrow: orders, goods on offer, and money."""
