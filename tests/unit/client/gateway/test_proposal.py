"""Proposals: what a peer is asked, in Fabric's own bytes."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import chaincode_pb2, proposal_pb2
from hypothesis import given
from hypothesis import strategies as st

from fairledger.gateway.errors import GatewayRefused
from fairledger.gateway.proposal import Proposal, propose

CREATOR = b"serialised identity"
AT = datetime(2026, 11, 23, 6, 30, 0, 123000, tzinfo=UTC)


def proposal(**changes: object) -> Proposal:
    options = {
        "creator": CREATOR,
        "channel": "credit-channel",
        "chaincode": "credit",
        "function": "trace:capture",
        "arguments": ("文", b"\xff\x00"),
        "at": AT,
    }
    return propose(**{**options, **changes})  # type: ignore[arg-type]


def test_a_proposal_says_who_asks_which_function_of_which_chaincode_when() -> None:
    made = proposal(tls_certificate_hash=b"tls")

    content = proposal_pb2.Proposal.FromString(made.content)
    header = common_pb2.Header.FromString(content.header)
    channel_header = common_pb2.ChannelHeader.FromString(header.channel_header)
    signature_header = common_pb2.SignatureHeader.FromString(header.signature_header)
    extension = proposal_pb2.ChaincodeHeaderExtension.FromString(channel_header.extension)
    assert channel_header.type == common_pb2.HeaderType.ENDORSER_TRANSACTION
    assert (channel_header.channel_id, channel_header.tx_id) == ("credit-channel", made.tx_id)
    assert channel_header.timestamp.ToDatetime(UTC) == AT
    assert channel_header.tls_cert_hash == b"tls"
    assert extension.chaincode_id.name == "credit"
    assert signature_header.creator == CREATOR
    assert made.tx_id == sha256(signature_header.nonce + CREATOR).hexdigest()
    payload = proposal_pb2.ChaincodeProposalPayload.FromString(content.payload)
    spec = chaincode_pb2.ChaincodeInvocationSpec.FromString(payload.input).chaincode_spec
    assert spec.chaincode_id.name == "credit"
    assert list(spec.input.args) == [b"trace:capture", "文".encode(), b"\xff\x00"]


def test_each_proposal_has_an_id_of_its_own() -> None:
    assert len({proposal().tx_id for _ in range(100)}) == 100


def test_the_digest_is_over_the_proposal_and_the_signature_beside_it() -> None:
    made = proposal().with_signature(b"signature")

    assert made.digest == sha256(made.content).digest()
    assert made.signed() == proposal_pb2.SignedProposal(proposal_bytes=made.content, signature=b"signature")


@given(
    arguments=st.lists(st.binary(max_size=50), max_size=4),
    transient=st.dictionaries(st.text(max_size=8), st.binary(max_size=20), max_size=3),
    signature=st.binary(max_size=72),
)
def test_a_proposal_crosses_processes_unchanged(
    arguments: list[bytes], transient: dict[str, bytes], signature: bytes
) -> None:
    made = proposal(arguments=arguments, transient=transient, endorsing_organizations=["PlatformAMSP", "RegulatorMSP"])
    assert Proposal.from_bytes(made.with_signature(signature).to_bytes()) == made.with_signature(signature)


def test_transient_data_without_organisations_is_refused() -> None:
    with pytest.raises(GatewayRefused) as refusal:
        proposal(transient={"price": b"12"})
    assert refusal.value.code == "GATEWAY_TRANSIENT_WITHOUT_ORGANIZATIONS"


def test_transient_data_is_not_shown_by_a_representation() -> None:
    made = proposal(transient={"price": b"hidden-price"}, endorsing_organizations=["PlatformAMSP"])
    assert b"hidden-price" in made.to_bytes()
    assert "hidden-price" not in repr(made)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        proposal(at=datetime(2026, 11, 23))  # noqa: DTZ001


def test_bytes_that_are_no_proposal_are_refused() -> None:
    forged = gateway_pb2.ProposedTransaction.FromString(proposal().to_bytes())
    forged.transaction_id = "another"
    for data in (b"\xff\xff", b"", forged.SerializeToString()):
        with pytest.raises(GatewayRefused) as refusal:
            Proposal.from_bytes(data)
        assert refusal.value.code == "GATEWAY_MALFORMED"
