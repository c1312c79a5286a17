"""The REST service of one organisation: EPCIS 2.0 capture and query over its peer and its read model."""
