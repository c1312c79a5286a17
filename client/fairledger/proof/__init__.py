"""Proofs that travel: a bundle of blocks with what they record, verified with nothing but root certificates."""

from fairledger.proof.bundle import Bundle, Claim, Evidence, read_bundle
from fairledger.proof.chain import genesis_hash
from fairledger.proof.errors import ProofError
from fairledger.proof.verify import Step, verify

__all__ = ["Bundle", "Claim", "Evidence", "ProofError", "Step", "genesis_hash", "read_bundle", "verify"]
