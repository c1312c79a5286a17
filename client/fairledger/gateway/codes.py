"""The client's own stable codes. They never change meaning; a chaincode's codes come from the chaincode."""

TRANSIENT_WITHOUT_ORGANIZATIONS = "GATEWAY_TRANSIENT_WITHOUT_ORGANIZATIONS"  # transient data, and nobody named for it
TRANSIENT_WITHOUT_PEER = "GATEWAY_TRANSIENT_WITHOUT_PEER"  # the profile has no peer of an organisation named for it
UNSIGNED = "GATEWAY_UNSIGNED"  # a signature is missing that this gateway can't give
MALFORMED = "GATEWAY_MALFORMED"  # bytes that are not a proposal, transaction or commit
CLOSED = "GATEWAY_CLOSED"  # the gateway is not open
UNREACHABLE = "GATEWAY_UNREACHABLE"  # no peer answers
BUSY = "GATEWAY_BUSY"  # too much in flight
DEADLINE = "GATEWAY_DEADLINE"  # the stage's deadline passed
DENIED = "GATEWAY_DENIED"  # the peer does not accept this identity or signature
REJECTED = "GATEWAY_REJECTED"  # refused for another reason: see the message
ENDORSERS_DISAGREE = (
    "GATEWAY_ENDORSERS_DISAGREE"  # endorsers computed different results: the contract is not deterministic
)
ENDORSEMENT_MISSING = "GATEWAY_ENDORSEMENT_MISSING"  # an organisation's endorsement can't be had
CHAINCODE_UNKNOWN = "GATEWAY_CHAINCODE_UNKNOWN"  # no such chaincode on this channel, or no such channel
CHAINCODE_UNAVAILABLE = "GATEWAY_CHAINCODE_UNAVAILABLE"  # the peer can't reach its chaincode server, or lost it
TRANSACTION_ALTERED = "GATEWAY_TRANSACTION_ALTERED"  # what came back to be signed is not what was proposed
COMMITTED_INVALID = "GATEWAY_COMMITTED_INVALID"  # in a block, marked invalid
BLOCK_BROKEN = "GATEWAY_BLOCK_BROKEN"  # hash chain or data hash does not hold
CHECKPOINT_BROKEN = "GATEWAY_CHECKPOINT_BROKEN"  # a stored position can't be read
NOT_FOUND = "GATEWAY_NOT_FOUND"  # the ledger has no such block or transaction
EVENTS_ENDED = "GATEWAY_EVENTS_ENDED"  # a stream ended and could not be resumed
