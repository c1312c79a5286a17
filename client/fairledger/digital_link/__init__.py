"""GS1 Digital Link: identifiers of goods as web addresses, and the QR codes that carry them."""
