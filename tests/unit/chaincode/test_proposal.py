"""What the client signed is read, or refused."""

import hashlib

import pytest
from fabric_protos.common.common_pb2 import Header, HeaderType
from fabric_protos.peer.proposal_pb2 import Proposal, SignedProposal

from fairledger_chaincode.errors import ArgumentsRefused, ClockRefused
from fairledger_chaincode.proposal import TransactionProposal
from tests.unit.chaincode.scripted_peer import NOW, signed_proposal


def test_time_creator_and_transient_data_are_those_of_the_proposal() -> None:
    proposal = TransactionProposal(signed_proposal(creator=b"who", transient={"a": b"1", "b": b"\xff"}))
    assert proposal.time == NOW
    assert proposal.timestamp_s == pytest.approx(NOW.timestamp())
    assert proposal.creator == b"who"
    assert dict(proposal.transient) == {"a": b"1", "b": b"\xff"}


def test_transient_data_can_not_be_changed() -> None:
    with pytest.raises(TypeError):
        TransactionProposal(signed_proposal(transient={"a": b"1"})).transient["a"] = b"2"  # type: ignore[index]


def test_the_binding_ties_nonce_creator_and_epoch() -> None:
    proposal = TransactionProposal(signed_proposal(creator=b"who", nonce=b"once"))
    assert proposal.binding == hashlib.sha256(b"oncewho" + bytes(8)).digest()


def test_a_proposal_without_a_time_is_refused_when_the_time_is_asked_for() -> None:
    proposal = TransactionProposal(signed_proposal(at=None))
    for ask in (lambda: proposal.time, lambda: proposal.timestamp_s):
        with pytest.raises(ClockRefused) as refusal:
            ask()
        assert refusal.value.code == "CHAINCODE_CLOCK"


def test_a_time_beyond_the_calendar_is_refused() -> None:
    signed = signed_proposal()
    proposal = TransactionProposal(signed)
    proposal._channel_header.timestamp.seconds = 10**15
    with pytest.raises(ClockRefused):
        _ = proposal.time


@pytest.mark.parametrize("kind", [HeaderType.MESSAGE, HeaderType.ORDERER_TRANSACTION, HeaderType.CONFIG_UPDATE])
def test_a_proposal_of_another_type_is_refused(kind: int) -> None:
    with pytest.raises(ArgumentsRefused):
        TransactionProposal(signed_proposal(kind=kind))


@pytest.mark.parametrize(
    "encoded",
    [
        b"\xff",
        Proposal(header=b"\xff").SerializeToString(),
        Proposal(header=Header(channel_header=b"\xff").SerializeToString()).SerializeToString(),
        b"",
    ],
)
def test_a_proposal_that_can_not_be_read_is_refused(encoded: bytes) -> None:
    with pytest.raises(ArgumentsRefused):
        TransactionProposal(SignedProposal(proposal_bytes=encoded))


def test_parts_that_can_not_be_read_are_refused_when_they_are_asked_for() -> None:
    signed = signed_proposal()
    proposal = Proposal.FromString(signed.proposal_bytes)
    header = Header.FromString(proposal.header)
    header.signature_header = b"\xff"
    broken = Proposal(header=header.SerializeToString(), payload=b"\xff")
    read = TransactionProposal(SignedProposal(proposal_bytes=broken.SerializeToString()))
    for ask in (lambda: read.creator, lambda: read.binding, lambda: read.transient):
        with pytest.raises(ArgumentsRefused):
            ask()
