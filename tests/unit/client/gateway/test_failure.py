"""Peers tell in prose why they fail; callers get codes. The prose is Fabric 2.5's own."""

import pytest

from fairledger.gateway.errors import NodeDetail
from fairledger.gateway.failure import failure_of, is_divided
from fairledger.gateway.transport import TransportError
from fairledger.profile import Node

PEER = Node("peer0.PlatformA", "PlatformAMSP", "127.0.0.1:7051", None)


COLLECT = "failed to collect enough transaction endorsements, see attached details for more info"
REFUSED = "chaincode response 500, NOTE_UNKNOWN: no such note"


def error(status: str, message: str, *details: tuple[str, str]) -> TransportError:
    nodes = tuple(NodeDetail("127.0.0.1:7052", msp_id, said) for msp_id, said in details)
    return TransportError(PEER, status, message, nodes)


def failure(status: str, message: str, *details: tuple[str, str]) -> tuple[str, str, tuple[str, ...]]:
    found = failure_of(error(status, message, *details))
    return found.code, found.message, found.missing_organizations


def test_the_chaincodes_own_code_goes_before_all_else() -> None:
    assert failure(
        "ABORTED",
        COLLECT,
        ("PlatformAMSP", "rpc error: code = Unavailable desc = connection refused"),
        ("AssociationMSP", "chaincode response 500, NOTE_UNKNOWN: no such note:\nn1"),
    ) == ("NOTE_UNKNOWN", "no such note:\nn1", ())


@pytest.mark.parametrize("text", ["chaincode response 500, it broke", "chaincode response 500, Oops: it broke"])
def test_a_refusal_without_a_stable_code_is_just_rejected(text: str) -> None:
    assert failure("UNKNOWN", f"evaluate call to endorser returned error: {text}")[0] == "GATEWAY_REJECTED"


def test_endorsers_that_disagree_are_named() -> None:
    code, message, _ = failure(
        "ABORTED", "failed to collect", ("RegulatorMSP", "ProposalResponsePayloads do not match")
    )
    assert code == "GATEWAY_ENDORSERS_DISAGREE"
    assert "RegulatorMSP computed another result" in message


@pytest.mark.parametrize(
    ("status", "message", "details", "missing"),
    [
        (
            "UNAVAILABLE",
            "failed to find any endorsing peers for org(s): AssociationMSP, RegulatorMSP",
            [],
            ("AssociationMSP", "RegulatorMSP"),
        ),
        (
            "ABORTED",
            COLLECT,
            [("AssociationMSP", "rpc error: code = Unavailable desc = connection error: connection refused")],
            ("AssociationMSP",),
        ),
    ],
)
def test_it_is_said_whose_endorsement_is_missing(
    status: str, message: str, details: list[tuple[str, str]], missing: tuple[str, ...]
) -> None:
    code, said, organizations = failure(status, message, *details)
    assert (code, organizations) == ("GATEWAY_ENDORSEMENT_MISSING", missing)
    assert f"the endorsement of {', '.join(missing)} can't be had" in said


@pytest.mark.parametrize(
    ("status", "message", "code"),
    [
        ("DEADLINE_EXCEEDED", "endorsement timeout expired", "GATEWAY_DEADLINE"),
        ("FAILED_PRECONDITION", "no combination of peers can be derived which satisfy the endorsement policy: x",
         "GATEWAY_ENDORSEMENT_MISSING"),
        ("FAILED_PRECONDITION", "error validating proposal: access denied: channel [c] creator org [o]",
         "GATEWAY_DENIED"),
        ("FAILED_PRECONDITION", "no combination of peers: No metadata was found for chaincode c in channel d",
         "GATEWAY_CHAINCODE_UNKNOWN"),
        ("PERMISSION_DENIED", "no", "GATEWAY_DENIED"),
        ("UNAVAILABLE", "failed to connect to all addresses", "GATEWAY_UNREACHABLE"),
        ("CANCELLED", "the gateway was closed", "GATEWAY_CLOSED"),
        ("UNKNOWN", "too many requests for /gateway.Gateway, exceeding concurrency limit (500)", "GATEWAY_BUSY"),
        ("INTERNAL", "something else", "GATEWAY_REJECTED"),
    ],
)  # fmt: skip
def test_reasons_have_codes(status: str, message: str, code: str) -> None:
    assert failure(status, message)[0] == code


@pytest.mark.parametrize(
    "said",
    [
        "error in simulation: chaincode stream terminated",
        'could not launch chaincode credit:1: connection error: desc = "dial tcp: connect: connection refused"',
    ],
)
def test_a_chaincode_that_is_gone_is_named_by_its_organisation(said: str) -> None:
    code, message, missing = failure("ABORTED", "failed to endorse transaction", ("RegulatorMSP", said))
    assert (code, missing) == ("GATEWAY_CHAINCODE_UNAVAILABLE", ("RegulatorMSP",))
    assert message == (
        "the chaincode server of RegulatorMSP does not answer, so the endorsement of RegulatorMSP can't be had"
    )


def test_a_node_that_is_gone_and_a_chaincode_that_is_gone_are_both_missing() -> None:
    assert failure(
        "ABORTED",
        "failed to collect enough transaction endorsements",
        ("RegulatorMSP", "could not launch chaincode credit:1: connection refused"),
        ("AssociationMSP", "rpc error: code = Unavailable desc = connection refused"),
    )[::2] == ("GATEWAY_ENDORSEMENT_MISSING", ("AssociationMSP", "RegulatorMSP"))


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ((COLLECT, ("AssociationMSP", REFUSED)), []),
        ((COLLECT, ("AssociationMSP", REFUSED)), ["AssociationMSP", "RegulatorMSP"]),
        ((COLLECT, ("RegulatorMSP", "ProposalResponsePayloads do not match")), []),
    ],
)
def test_endorsers_are_divided_when_some_endorsed_what_others_refused(
    said: tuple[str, tuple[str, str]], named: list[str]
) -> None:
    assert is_divided(error("ABORTED", *said), named)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (("failed to endorse transaction, see attached details for more info", ("PlatformAMSP", REFUSED)), []),
        ((COLLECT, ("AssociationMSP", REFUSED), ("RegulatorMSP", REFUSED)), ["AssociationMSP", "RegulatorMSP"]),
        ((COLLECT, ("AssociationMSP", "connection refused")), []),
        ((COLLECT,), []),
    ],
)
def test_endorsers_are_not_divided_when_all_refuse_or_one_is_missing(
    said: tuple[str, *tuple[tuple[str, str], ...]], named: list[str]
) -> None:
    assert not is_divided(error("ABORTED", *said), named)
