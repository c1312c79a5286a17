"""What the list of people says of a certificate."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from fairledger_network.person_record import ATTRIBUTES_OID, State, certificate_attributes, enrolled, registered

KEY = ec.generate_private_key(ec.SECP256R1())
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SERIAL = 0xAB12


def certificate(unit: str | None = "client", extension: bytes | None = None) -> x509.Certificate:
    units = [x509.NameAttribute(x509.OID_ORGANIZATIONAL_UNIT_NAME, unit)] if unit else []
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "alice"), *units])
    builder = x509.CertificateBuilder(name, name, KEY.public_key(), SERIAL)
    builder = builder.not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW)
    if extension is not None:
        builder = builder.add_extension(x509.UnrecognizedExtension(ATTRIBUTES_OID, extension), critical=False)
    return builder.sign(KEY, SHA256())


def attributes(**values: str) -> bytes:
    return json.dumps({"attrs": values}).encode()


def test_valid_until_its_last_second() -> None:
    record = enrolled("alice", "PlatformA", certificate(), revoked=frozenset(), now=NOW)
    assert (record.state, record.expires, record.serial) == (State.VALID, NOW, "ab12")


def test_expired_afterwards() -> None:
    record = enrolled("alice", "PlatformA", certificate(), revoked=frozenset(), now=NOW + timedelta(seconds=1))
    assert record.state is State.EXPIRED


@pytest.mark.parametrize("later", [timedelta(), timedelta(days=1)])
def test_revoked_says_more_than_expired(later: timedelta) -> None:
    record = enrolled("alice", "PlatformA", certificate(), revoked=frozenset({1, SERIAL}), now=NOW + later)
    assert record.state is State.REVOKED


def test_role_and_gln_are_attributes() -> None:
    made = certificate(extension=attributes(role="carrier", gln="9521000000032", other="x"))
    record = enrolled("alice", "PlatformA", made, revoked=frozenset(), now=NOW)
    assert (record.role, record.gln) == ("carrier", "9521000000032")


@pytest.mark.parametrize(("unit", "role"), [("admin", "admin"), (None, "")])
def test_who_has_no_role_is_called_by_the_unit(unit: str | None, role: str) -> None:
    record = enrolled("alice", "PlatformA", certificate(unit, attributes(city="x")), revoked=frozenset(), now=NOW)
    assert (record.role, record.gln) == (role, None)


@pytest.mark.parametrize("extension", [None, b"", b"\xff", b"[]", b"{}", b'{"attrs": []}', b'{"attrs": null}'])
def test_extension_that_says_nothing(extension: bytes | None) -> None:
    assert certificate_attributes(certificate(extension=extension)) == {}


def test_registered_has_no_certificate_yet() -> None:
    record = registered("alice", "PlatformA", {"role": "carrier", "gln": "9521000000032"})
    assert (record.role, record.gln, record.serial, record.expires) == ("carrier", "9521000000032", None, None)
    assert record.state is State.REGISTERED
