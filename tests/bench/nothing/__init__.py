"""A chaincode that does nothing: what any transaction on this network costs."""
