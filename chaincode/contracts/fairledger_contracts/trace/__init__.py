"""The contract ``trace`` and the rules of EPCIS 2.0 that it applies."""
