"""What a proof fails with."""


class ProofError(Exception):
    """A proof that does not hold, or can't be made.

    ``step`` is the number of the step of verification that failed, 0 outside of verification. Codes: PROOF_UNREADABLE
    (no bundle of a known format), PROOF_CHANGED (not byte for byte as it was written), PROOF_ROOTS, PROOF_CONFIG,
    PROOF_POLICY (a policy is of a kind that is not evaluated here), PROOF_HASH, PROOF_GENESIS (not the genesis block
    that was given), PROOF_ORDERERS, PROOF_TRANSACTION, PROOF_CREATOR, PROOF_ENDORSEMENTS, PROOF_RECORD,
    PROOF_RECORDER, PROOF_IDENTITY (a signer's certificate), PROOF_SIGNATURE, PROOF_MALFORMED (a part can't be read),
    PROOF_PURGE (the transaction does not purge that order),
    PROOF_NOT_VALID (the peer says that it had no effect), PROOF_SUBJECT (nothing recorded is called so).
    """

    def __init__(self, code: str, message: str, step: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.step = step
