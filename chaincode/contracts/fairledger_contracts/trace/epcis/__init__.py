"""EPCIS 2.0 as pure functions: what a valid document is, and which things its events name."""
