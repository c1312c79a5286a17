"""The caller as Fabric's own shim would tell it."""

import base64

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from fabric_protos.msp.identities_pb2 import SerializedIdentity

from fairledger_chaincode.errors import IdentityRefused
from fairledger_chaincode.identity import ClientIdentity
from tests.unit.chaincode.certificates import Issued, common_name, issue, name


def creator(issued: Issued, msp_id: str = "PlatformAMSP") -> bytes:
    return bytes(SerializedIdentity(mspid=msp_id, id_bytes=issued.certificate_pem).SerializeToString())


def fabric_id(issued: Issued) -> str:
    return base64.b64decode(ClientIdentity.from_creator(creator(issued)).id).decode()


def test_the_id_is_that_of_a_certificate_as_fabrics_ca_issues_it() -> None:
    ca = issue(
        name(
            (NameOID.COUNTRY_NAME, "CN"),
            (NameOID.STATE_OR_PROVINCE_NAME, "Zhejiang"),
            (NameOID.LOCALITY_NAME, "Hangzhou"),
            (NameOID.ORGANIZATION_NAME, "platforma"),
            (NameOID.COMMON_NAME, "ca.platforma"),
        )
    )
    user = issue(
        name(
            (NameOID.ORGANIZATIONAL_UNIT_NAME, "client"),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, "sales"),
            (NameOID.COMMON_NAME, "producer"),
        ),
        ca,
    )
    expected = "x509::CN=producer,OU=client+OU=sales::CN=ca.platforma,ST=Zhejiang,L=Hangzhou,O=platforma,C=CN"
    assert fabric_id(user) == expected


def test_every_kind_of_name_attribute_has_its_place_and_unknown_ones_have_none() -> None:
    subject = name(
        (NameOID.SERIAL_NUMBER, "7"),
        (NameOID.EMAIL_ADDRESS, "a@b"),
        (NameOID.POSTAL_CODE, "310000"),
        (NameOID.STREET_ADDRESS, "West Lake"),
        (NameOID.COMMON_NAME, "first"),
        (NameOID.COMMON_NAME, "last"),
    )
    told = "SERIALNUMBER=7,CN=last,POSTALCODE=310000,STREET=West Lake"
    assert fabric_id(issue(subject)) == f"x509::{told}::{told}"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a,b", "a\\,b"),
        (" a ", "\\ a\\ "),
        ("#a#", "\\#a#"),
        ('+"\\<>;', '\\+\\"\\\\\\<\\>\\;'),
        ("a b", "a b"),
        ("小明", "小明"),
        (" ", "\\ "),
    ],
)
def test_characters_with_a_meaning_are_escaped(text: str, escaped: str) -> None:
    assert fabric_id(issue(common_name(text))) == f"x509::CN={escaped}::CN={escaped}"


def test_the_id_stays_when_the_certificate_is_renewed() -> None:
    ca = issue(common_name("ca"))
    first, renewed = issue(common_name("alice"), ca), issue(common_name("alice"), ca)
    assert first.certificate.serial_number != renewed.certificate.serial_number
    assert fabric_id(first) == fabric_id(renewed)


def test_attributes_come_from_fabrics_extension() -> None:
    issued = issue(common_name("alice"), fabric_attributes={"attrs": {"role": "producer", "gln": "9521000000018"}})
    identity = ClientIdentity.from_creator(creator(issued, "RegulatorMSP"))
    assert identity.msp_id == "RegulatorMSP"
    assert dict(identity.attributes) == {"role": "producer", "gln": "9521000000018"}
    assert identity.certificate == issued.certificate
    with pytest.raises(TypeError):
        identity.attributes["role"] = "regulator"  # type: ignore[index]


@pytest.mark.parametrize("attributes", [None, {}, {"attrs": None}, {"attrs": {}}])
def test_a_certificate_without_attributes_has_none(attributes: object) -> None:
    issued = issue(common_name("alice"), fabric_attributes=attributes)
    assert dict(ClientIdentity.from_creator(creator(issued)).attributes) == {}


@pytest.mark.parametrize("attributes", ["text", {"attrs": {"role": 1}}, {"attrs": ["role"]}, [1]])
def test_attributes_that_are_none_are_refused(attributes: object) -> None:
    with pytest.raises(IdentityRefused) as refusal:
        ClientIdentity.from_creator(creator(issue(common_name("alice"), fabric_attributes=attributes)))
    assert refusal.value.code == "CHAINCODE_IDENTITY"


@pytest.mark.parametrize(
    "identity",
    [b"", b"\xff", bytes(SerializedIdentity(mspid="M", id_bytes=b"no certificate").SerializeToString())],
)
def test_a_creator_without_a_certificate_is_refused(identity: bytes) -> None:
    with pytest.raises(IdentityRefused):
        ClientIdentity.from_creator(identity)


def test_the_message_of_a_refusal_holds_nothing_of_the_certificate() -> None:
    with pytest.raises(IdentityRefused) as refusal:
        ClientIdentity.from_creator(bytes(SerializedIdentity(id_bytes=b"SECRET").SerializeToString()))
    assert "SECRET" not in str(refusal.value)


def test_the_extension_is_fabrics() -> None:
    assert (
        x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1")
        == issue(common_name("a"), fabric_attributes={}).certificate.extensions[-1].oid
    )
