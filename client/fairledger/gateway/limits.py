"""Every bound of the gateway client, in one place."""

from dataclasses import dataclass

PEER_IN_FLIGHT_LIMIT = 500  # the gateway service's own default (CORE_PEER_LIMITS_CONCURRENCY_GATEWAYSERVICE)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Deadlines a stage, what may be in flight, and how often something is tried again.

    ``in_flight_max`` counts transactions and queries, each from its first call to its last; what comes on top waits, at
    most ``waiting_max`` of them and each at most ``waiting_deadline_s``, then ``GatewayBusy`` is raised. It stays below
    the peer's own limit, so that event streams, which count there too, have room.

    Raises ValueError when a bound is not positive, or ``in_flight_max`` is not below the peer's limit.
    """

    connect_deadline_s: float = 5.0
    evaluate_deadline_s: float = 30.0
    endorse_deadline_s: float = 30.0
    submit_deadline_s: float = 10.0
    commit_status_deadline_s: float = 60.0
    discovery_deadline_s: float = 10.0
    in_flight_max: int = 200
    waiting_max: int = 10_000
    waiting_deadline_s: float = 120.0
    busy_attempts_max: int = 6  # calls, when the peer says it has too many requests
    divided_attempts_max: int = 7  # endorsements, when peers have different states: about 5 s until all have a block
    submit_attempts_max: int = 3  # sendings of one envelope, when the answer to it is lost
    recovery_status_deadline_s: float = 3.0  # asked between those sendings: some batch timeouts
    backoff_initial_s: float = 0.1
    backoff_max_s: float = 5.0
    reconnect_attempts_max: int = 120  # in a row without anything received: with 5 s between them about 10 minutes
    message_max_bytes: int = 100 * 1024 * 1024  # Fabric's own bound on a gRPC message

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be positive, not {getattr(self, name)}")
        if self.in_flight_max >= PEER_IN_FLIGHT_LIMIT:
            raise ValueError(f"in_flight_max must be below {PEER_IN_FLIGHT_LIMIT}, not {self.in_flight_max}")
