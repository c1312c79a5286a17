"""The Python twin of tests/bench/go_chaincode."""
