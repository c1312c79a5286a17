"""Endorsement policies: Fabric's expressions and who satisfies them."""

import pytest
from fabric_protos.common.policies_pb2 import SignaturePolicy, SignaturePolicyEnvelope
from fabric_protos.msp.msp_principal_pb2 import MSPPrincipal
from hypothesis import given
from hypothesis import strategies as st

from fairledger_chaincode.simulator import PolicyMalformed, Signer, is_satisfied, parse_policy
from fairledger_chaincode.simulator.policy import signed_by_any, signed_by_majority


def peers(organizations: str) -> list[Signer]:
    """One peer for each letter."""
    return [Signer(f"{letter}MSP", "peer", f"peer{n}") for n, letter in enumerate(organizations)]


CREDIT = "AND('AMSP.peer', OR('BMSP.peer','CMSP.peer'))"


@pytest.mark.parametrize(
    ("expression", "signers", "satisfied"),
    [
        ("OR('AMSP.peer')", "A", True),
        ("OR('AMSP.peer')", "B", False),
        ("OR('AMSP.peer')", "", False),
        ("AND('AMSP.peer', 'BMSP.peer')", "A", False),
        ("AND('AMSP.peer', 'BMSP.peer')", "BA", True),
        (CREDIT, "AC", True),
        (CREDIT, "BC", False),
        (CREDIT, "A", False),
        ("OutOf(2, 'AMSP.peer', 'BMSP.peer', 'CMSP.peer')", "C", False),
        ("OutOf(2, 'AMSP.peer', 'BMSP.peer', 'CMSP.peer')", "CA", True),
        ("OutOf(0, 'AMSP.peer')", "", True),
        ("outof(1, and('AMSP.peer', 'BMSP.peer'), or(\"CMSP.peer\"))", "C", True),
        ("AND('AMSP.peer', 'AMSP.peer')", "A", False),  # one signature counts once
        ("AND('AMSP.peer', 'AMSP.peer')", "AA", True),
        ("'AMSP.peer'", "A", True),
    ],
)
def test_who_satisfies_what(expression: str, signers: str, satisfied: bool) -> None:
    assert is_satisfied(parse_policy(expression), peers(signers)) is satisfied


def test_a_signature_that_comes_twice_counts_once() -> None:
    assert is_satisfied(parse_policy("AND('AMSP.peer', 'AMSP.peer')"), peers("A") * 2) is False


@pytest.mark.parametrize("role", ["admin", "client", "orderer", "peer"])
def test_a_member_is_anyone_of_the_organisation_and_a_role_is_that_role_only(role: str) -> None:
    signer = [Signer("AMSP", role, "somebody")]

    assert is_satisfied(parse_policy("OR('AMSP.member')"), signer)
    assert [is_satisfied(parse_policy(f"OR('AMSP.{other}')"), signer) for other in ("admin", "client", "peer")] == [
        role == other for other in ("admin", "client", "peer")
    ]


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "AND",
        "AND()",
        "AND('AMSP.peer'",
        "AND('AMSP.peer',)",
        "AND('AMSP.peer') and more",
        "XOR('AMSP.peer')",
        "OR('AMSP.boss')",
        "OR('AMSP')",
        "OR(AMSP.peer)",
        "OutOf('AMSP.peer')",
        "OutOf(3, 'AMSP.peer')",
        "OutOf(1)",
        "OR('AMSP.peer' 'BMSP.peer')",
        "OR(" * 40 + "'AMSP.peer'" + ")" * 40,
    ],
)
def test_nonsense_is_refused(expression: str) -> None:
    with pytest.raises(PolicyMalformed, match="at position"):
        parse_policy(expression)


def test_any_and_majority() -> None:
    organizations = ["AMSP", "BMSP", "CMSP", "DMSP"]

    assert is_satisfied(signed_by_any(organizations), peers("D"))
    assert not is_satisfied(signed_by_any(organizations), peers("E"))
    assert not is_satisfied(signed_by_majority(organizations), peers("AB"))
    assert is_satisfied(signed_by_majority(organizations), peers("ABD"))


def test_a_policy_that_names_what_is_not_there_is_satisfied_by_nobody() -> None:
    nobody = SignaturePolicyEnvelope(rule=SignaturePolicy(signed_by=1))
    strange = SignaturePolicyEnvelope(
        rule=SignaturePolicy(signed_by=0),
        identities=[MSPPrincipal(principal_classification=MSPPrincipal.IDENTITY, principal=b"x")],
    )

    for policy in (nobody, strange, SignaturePolicyEnvelope()):
        assert is_satisfied(policy, peers("A")) is False


expressions = st.recursive(
    st.sampled_from("ABC").map(lambda letter: f"'{letter}MSP.peer'"),
    lambda inner: st.tuples(st.sampled_from(["AND", "OR"]), st.lists(inner, min_size=1, max_size=3)).map(
        lambda gate: f"{gate[0]}({', '.join(gate[1])})"
    ),
    max_leaves=6,
)


@given(expressions, st.text(alphabet="ABC", max_size=4), st.sampled_from("ABC"))
def test_a_further_signature_never_harms_a_policy_without_and(expression: str, signers: str, further: str) -> None:
    policy = parse_policy(expression.replace("AND", "OR"))
    if is_satisfied(policy, peers(signers)):
        assert is_satisfied(policy, peers(signers + further))
