"""What is bounded, and by how much."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one chaincode server; each number has its unit in its name."""

    message_max_bytes: int = 100 * MEBIBYTE  # what Fabric's peer and its Go shim accept
    envelope_max_bytes: int = 64 * 1024  # of a message, what its payload leaves for ids, event name and framing
    argument_max_bytes: int = 16 * MEBIBYTE  # far above a document of 500 events, far below a message
    transactions_max: int = 2_500  # a stream; the peer's own limit of concurrent endorsements
    clock_skew_max_s: float = 120.0

    send_queue_max_bytes: int = 16 * MEBIBYTE  # a stream; above it, no further message is taken in
    receive_queue_max_bytes: int = 16 * MEBIBYTE  # a stream; above it, the peer's flow-control window stays shut
    window_bytes: int = 4 * MEBIBYTE  # HTTP/2 flow control, both for a stream and for a connection
    connections_max: int = 64
    streams_max: int = 16  # a connection; a peer opens one

    handshake_max_s: float = 5.0
    keepalive_interval_s: float = 60.0  # as Fabric's shim has it
    keepalive_answer_max_s: float = 20.0
    stop_max_s: float = 5.0  # how long running transactions may go on after SIGTERM

    @property
    def payload_max_bytes(self) -> int:
        """What one message can carry."""
        return self.message_max_bytes - self.envelope_max_bytes


DEFAULT_LIMITS = Limits()
