"""Identities with real certificates."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from fabric_protos.msp.identities_pb2 import SerializedIdentity

from fairledger_chaincode.identity import ClientIdentity
from fairledger_chaincode.simulator import CertificateAuthority, Signer
from fairledger_chaincode.simulator.identity import ATTRIBUTES_OID

NOW = datetime.now(tz=UTC)


@pytest.fixture(scope="module")
def authority() -> CertificateAuthority:
    return CertificateAuthority("AMSP")


def test_a_certificate_carries_attributes_where_fabric_puts_them(authority: CertificateAuthority) -> None:
    alice = authority.issue("alice", attributes={"role": "producer", "gln": "4012345000009"})
    extension = alice.certificate.extensions.get_extension_for_oid(ATTRIBUTES_OID).value

    assert isinstance(extension, x509.UnrecognizedExtension)
    assert json.loads(extension.value) == {"attrs": {"role": "producer", "gln": "4012345000009"}}
    assert alice.certificate.subject.rfc4514_string() == "CN=alice,OU=client"


def test_a_contract_reads_it_as_it_would_a_real_one(authority: CertificateAuthority) -> None:
    caller = ClientIdentity.from_creator(authority.issue("alice", attributes={"role": "producer"}).serialized)

    assert caller.msp_id == "AMSP"
    assert caller.attributes == {"role": "producer"}


def test_who_has_no_attributes_has_no_extension(authority: CertificateAuthority) -> None:
    bob = authority.issue("bob")

    assert ClientIdentity.from_creator(bob.serialized).attributes == {}
    with pytest.raises(x509.ExtensionNotFound):
        bob.certificate.extensions.get_extension_for_oid(ATTRIBUTES_OID)


@pytest.mark.parametrize("unit", ["admin", "client", "orderer", "peer"])
def test_the_unit_is_the_role_that_policies_see(authority: CertificateAuthority, unit: str) -> None:
    assert authority.issue("x", unit=unit).signer == Signer("AMSP", unit, "x")


def test_an_unknown_unit_is_a_client(authority: CertificateAuthority) -> None:
    assert authority.issue("x", unit="department1").signer.role == "client"


def test_the_creator_field_is_msp_and_certificate(authority: CertificateAuthority) -> None:
    alice = authority.issue("alice")
    serialized = SerializedIdentity.FromString(alice.serialized)

    assert serialized.mspid == "AMSP"
    assert serialized.id_bytes == alice.certificate_pem


def test_a_signature_tells_its_maker(authority: CertificateAuthority) -> None:
    alice = authority.issue("alice")

    assert authority.signer(alice.certificate_pem, b"m", alice.sign(b"m"), NOW) == Signer("AMSP", "client", "alice")


def test_who_did_not_sign_is_nobody(authority: CertificateAuthority) -> None:
    alice = authority.issue("alice")
    stranger = CertificateAuthority("AMSP").issue("alice")
    late = authority.issue("late", not_after=NOW - timedelta(seconds=1), not_before=NOW - timedelta(days=1))
    early = authority.issue("early", not_before=NOW + timedelta(hours=1))

    assert authority.signer(alice.certificate_pem, b"other", alice.sign(b"m"), NOW) is None
    assert authority.signer(stranger.certificate_pem, b"m", stranger.sign(b"m"), NOW) is None
    assert authority.signer(late.certificate_pem, b"m", late.sign(b"m"), NOW) is None
    assert authority.signer(early.certificate_pem, b"m", early.sign(b"m"), NOW) is None
    assert authority.signer(b"no certificate", b"m", b"", NOW) is None


def test_keys_of_other_kinds_do_not_sign_proposals() -> None:
    authority = CertificateAuthority("AMSP")
    name = x509.Name([])
    other = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(authority.certificate.subject)
        .public_key(ed25519.Ed25519PrivateKey.generate().public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .sign(authority.private_key, SHA256())
    )

    assert authority.signer(other.public_bytes(Encoding.PEM), b"m", b"", NOW) is None
