"""One call of the chaincode: from its input to the response that the peer endorses."""

import logging
import traceback
from collections.abc import Callable
from functools import cached_property

from fabric_protos.peer.proposal_response_pb2 import Response

from fairledger_chaincode.calls import PeerCalls
from fairledger_chaincode.context import Context
from fairledger_chaincode.contract import FunctionKind
from fairledger_chaincode.errors import (
    ClockRefused,
    ContractError,
    FunctionUnknown,
    IdentityRefused,
    InternalError,
    StreamLost,
)
from fairledger_chaincode.functions import FunctionTable
from fairledger_chaincode.identity import ClientIdentity
from fairledger_chaincode.limits import Limits
from fairledger_chaincode.metadata import METADATA_FUNCTION, contract_metadata
from fairledger_chaincode.proposal import TransactionProposal
from fairledger_chaincode.stub import Stub

STATUS_OK = 200
STATUS_REFUSED = 500  # what the gateway and every SDK take for a refusal

log = logging.getLogger(__name__)


class Executor:
    """Calls contract functions. One serves all streams; nothing of a transaction is kept between calls."""

    def __init__(self, table: FunctionTable, limits: Limits, clock: Callable[[], float]) -> None:
        self._table = table
        self._limits = limits
        self._clock = clock

    @cached_property
    def _metadata(self) -> bytes:
        """Described when somebody asks: most servers are never asked, and it costs more than all else at the start."""
        return contract_metadata(self._table)

    async def execute(self, stub: Stub, calls: PeerCalls) -> Response:
        """Answer the call that ``stub`` holds. Raises nothing but ``StreamLost`` and cancellation."""
        try:
            payload = await self._run(stub)
            if calls.failure is not None:  # the contract went on without what the peer refused
                raise calls.failure
        except ContractError as error:
            log.debug("refused", extra={"tx_id": stub.tx_id, "code": error.code})
            return Response(status=STATUS_REFUSED, message=str(error))
        return Response(status=STATUS_OK, payload=payload)

    async def _run(self, stub: Stub) -> bytes:
        self._check_clock(stub.proposal)
        _check_certificate(stub.proposal)
        arguments = stub.args
        if not arguments:
            raise FunctionUnknown("no function is named: it is the first argument")
        if arguments[0] == METADATA_FUNCTION:
            return self._metadata
        function = self._table.find(arguments[0])
        stub.read_only = function.kind is FunctionKind.QUERY
        values = function.read_arguments(arguments[1:], self._limits.argument_max_bytes)
        ctx = Context(stub, function.contract.wire_name(), function.name)
        try:
            return await function.run(ctx, values)
        except (ContractError, StreamLost):
            raise
        except Exception as error:
            _log_unexpected(error, stub.tx_id, function.name)
            raise InternalError(f"{function.name} failed with {type(error).__name__}") from error

    def _check_clock(self, proposal: TransactionProposal) -> None:
        skew_s = abs(proposal.timestamp_s - self._clock())
        if not skew_s <= self._limits.clock_skew_max_s:
            raise ClockRefused(
                f"the proposal's time is more than {self._limits.clock_skew_max_s:g} s off the endorser's clock"
            )


def _check_certificate(proposal: TransactionProposal) -> None:
    """Refuse a caller whose certificate had expired when the proposal was made.

    Peers refuse it, too, except for a call that comes through a peer's own gateway: that one goes past the filter
    (Fabric 2.5), so an expired certificate could still query at its own organisation's peer.
    """
    try:
        expires_s = ClientIdentity.from_creator(proposal.creator).expires_s
    except IdentityRefused:
        return  # no certificate, no end of it; a contract that asks who calls is told
    if expires_s < proposal.timestamp_s:
        raise IdentityRefused("the caller's certificate has expired")


def _log_unexpected(error: Exception, tx_id: str, function: str) -> None:
    # The exception's own text may hold a value: log its type and where it came from, never what it says.
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[1:]]
    log.error(
        "unexpected exception in a contract",
        extra={"tx_id": tx_id, "function": function, "exception": type(error).__name__, "places": places},
    )
