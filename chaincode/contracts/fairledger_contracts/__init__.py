"""Fairledger's contracts: what the consortium agrees on."""
