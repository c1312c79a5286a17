"""The chaincode's side of Fabric's chaincode protocol, over any stream of messages."""

import time
from collections.abc import Callable, Sequence

from fairledger_chaincode.contract import Contract
from fairledger_chaincode.limits import DEFAULT_LIMITS, Limits
from fairledger_chaincode.stream import MessageStream


class ChaincodeHandler:
    """Serves peers on behalf of ``contracts``; the first of them answers calls that name no contract.

    ``chaincode_id`` is the package id that the peer expects. ``clock`` tells the endorser's own time in seconds since
    1970 UTC, which proposals are compared with. Raises ``StartRefused`` for contracts that can't be served.
    """

    def __init__(
        self,
        contracts: Sequence[Contract],
        chaincode_id: str,
        limits: Limits = DEFAULT_LIMITS,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        raise NotImplementedError

    async def run(self, stream: MessageStream) -> None:
        """Register on ``stream`` and answer until the peer closes it; running transactions are then cancelled."""
        raise NotImplementedError
