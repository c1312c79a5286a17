"""Start, check, heal and extend a Fairledger consortium."""
