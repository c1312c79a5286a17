"""Fairledger's client: gateway, identities, read model, REST service and command line."""
