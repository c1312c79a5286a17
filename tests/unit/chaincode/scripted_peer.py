"""A peer in memory that a test plays message by message, and the proposals that clients would send through it."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from fabric_protos.common.common_pb2 import ChannelHeader, Header, HeaderType, SignatureHeader
from fabric_protos.peer.chaincode_pb2 import ChaincodeInput
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage
from fabric_protos.peer.proposal_pb2 import ChaincodeProposalPayload, Proposal, SignedProposal
from fabric_protos.peer.proposal_response_pb2 import Response

from fairledger_chaincode import ChaincodeHandler

CHANNEL = "credit-channel"
NOW = datetime(2026, 11, 23, 6, 30, 0, 123456, tzinfo=UTC)
ANSWER_MAX_S = 20.0

Answer = bytes | Exception


def signed_proposal(
    *,
    at: datetime | None = NOW,
    creator: bytes = b"",
    transient: Mapping[str, bytes] | None = None,
    nonce: bytes = b"nonce",
    kind: int = HeaderType.ENDORSER_TRANSACTION,
) -> SignedProposal:
    channel_header = ChannelHeader(type=kind, channel_id=CHANNEL)
    if at is not None:
        channel_header.timestamp.FromDatetime(at)
    header = Header(
        channel_header=channel_header.SerializeToString(),
        signature_header=SignatureHeader(creator=creator, nonce=nonce).SerializeToString(),
    )
    payload = ChaincodeProposalPayload(TransientMap=dict(transient or {}))
    proposal = Proposal(header=header.SerializeToString(), payload=payload.SerializeToString())
    return SignedProposal(proposal_bytes=proposal.SerializeToString())


def transaction_message(
    tx_id: str, *args: str | bytes, proposal: SignedProposal | None = None, kind: int = ChaincodeMessage.TRANSACTION
) -> ChaincodeMessage:
    call = ChaincodeInput(args=[arg.encode() if isinstance(arg, str) else arg for arg in args])
    return ChaincodeMessage(
        type=kind,
        txid=tx_id,
        channel_id=CHANNEL,
        payload=call.SerializeToString(),
        proposal=proposal or signed_proposal(),
    )


def answer_to(request: ChaincodeMessage, answer: Answer) -> ChaincodeMessage:
    """A RESPONSE that carries bytes, or an ERROR that carries an exception's text."""
    failed = isinstance(answer, Exception)
    return ChaincodeMessage(
        type=ChaincodeMessage.ERROR if failed else ChaincodeMessage.RESPONSE,
        payload=str(answer).encode() if isinstance(answer, Exception) else answer,
        txid=request.txid,
        channel_id=request.channel_id,
    )


class ScriptedPeer:
    """Both ends of a message stream: the handler uses it as a stream, the test as a peer."""

    def __init__(self) -> None:
        self._to_chaincode: asyncio.Queue[ChaincodeMessage | None] = asyncio.Queue()
        self._from_chaincode: asyncio.Queue[ChaincodeMessage] = asyncio.Queue()
        self._run: asyncio.Task[None] | None = None
        self._count = 0

    # the handler's side

    async def receive(self) -> ChaincodeMessage | None:
        return await self._to_chaincode.get()

    def send(self, message: ChaincodeMessage) -> None:
        self._from_chaincode.put_nowait(message)

    async def drain(self) -> None:
        return None

    # the test's side

    async def attach(self, handler: ChaincodeHandler) -> ChaincodeMessage:
        """Let ``handler`` register, and make it ready; returns its REGISTER."""
        self._run = asyncio.create_task(handler.run(self))
        register = await self.next()
        self.tell(ChaincodeMessage(type=ChaincodeMessage.REGISTERED))
        self.tell(ChaincodeMessage(type=ChaincodeMessage.READY))
        return register

    def tell(self, message: ChaincodeMessage) -> None:
        self._to_chaincode.put_nowait(message)

    async def next(self) -> ChaincodeMessage:
        async with asyncio.timeout(ANSWER_MAX_S):
            return await self._from_chaincode.get()

    @property
    def nothing_said(self) -> bool:
        return self._from_chaincode.empty()

    async def close(self) -> None:
        """End the stream, and wait for the handler to notice."""
        self._to_chaincode.put_nowait(None)
        if self._run is not None:
            async with asyncio.timeout(ANSWER_MAX_S):
                await self._run

    async def transact(
        self,
        *args: str | bytes,
        answers: Callable[[ChaincodeMessage], Answer] = lambda _request: b"",
        proposal: SignedProposal | None = None,
        kind: int = ChaincodeMessage.TRANSACTION,
    ) -> ChaincodeMessage:
        """Send one transaction, answer its requests, return what it ends with."""
        self._count += 1
        self.tell(transaction_message(f"tx{self._count}", *args, proposal=proposal, kind=kind))
        while (message := await self.next()).type not in (ChaincodeMessage.COMPLETED, ChaincodeMessage.ERROR):
            self.tell(answer_to(message, answers(message)))
        return message


def response_of(message: ChaincodeMessage) -> Response:
    assert message.type == ChaincodeMessage.COMPLETED
    return Response.FromString(message.payload)


def refusal_of(message: ChaincodeMessage) -> str:
    """The message of a refused transaction."""
    response = response_of(message)
    assert response.status == 500
    assert response.payload == b""
    return str(response.message)


def result_of(message: ChaincodeMessage) -> bytes:
    """The payload of a transaction that succeeded."""
    response = response_of(message)
    assert (response.status, response.message) == (200, "")
    return bytes(response.payload)
