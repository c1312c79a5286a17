"""Policies of single keys."""

import pytest
from fabric_protos.common.policies_pb2 import SignaturePolicyEnvelope
from fabric_protos.msp.msp_principal_pb2 import MSPRole

from fairledger_chaincode.endorsement import organizations_of, require_all
from fairledger_chaincode.errors import ArgumentsRefused


def test_a_peer_of_each_organisation_signs() -> None:
    envelope = SignaturePolicyEnvelope.FromString(require_all(["RegulatorMSP", "AssociationMSP"]))
    roles = [MSPRole.FromString(identity.principal) for identity in envelope.identities]
    assert [(role.msp_identifier, role.role) for role in roles] == [
        ("AssociationMSP", MSPRole.PEER),
        ("RegulatorMSP", MSPRole.PEER),
    ]
    assert envelope.rule.n_out_of.n == 2
    assert [rule.signed_by for rule in envelope.rule.n_out_of.rules] == [0, 1]


def test_the_same_organisations_make_the_same_bytes() -> None:
    assert require_all(["A", "B", "C", "A"]) == require_all(["C", "B", "A"])


def test_the_organisations_of_a_policy_are_read_back() -> None:
    assert organizations_of(require_all(["B", "A"])) == ("A", "B")
    assert organizations_of(b"") == ()


def test_no_organisation_makes_no_policy() -> None:
    with pytest.raises(ArgumentsRefused):
        require_all([])


def test_bytes_that_are_no_policy_are_refused() -> None:
    with pytest.raises(ArgumentsRefused):
        organizations_of(b"\xff")
