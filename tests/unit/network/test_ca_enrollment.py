"""How an enrolment names its certificate to the CA."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from fairledger_network.ca_enrollment import Enrollment

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def enrollment(serial: int, authority_key_id: bytes) -> Enrollment:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "somebody")])
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), serial, NOW, NOW + timedelta(days=1))
        .add_extension(x509.AuthorityKeyIdentifier(authority_key_id, None, None), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Enrollment(certificate.public_bytes(Encoding.PEM), b"", b"")


@pytest.mark.parametrize(
    ("serial", "key_id", "written"),
    [
        (0xAB12, bytes.fromhex("ab12"), ("ab12", "ab12")),
        (0x0F12, bytes.fromhex("0f12"), ("f12", "f12")),
        (0x0012, bytes.fromhex("0012"), ("12", "12")),
    ],
)
def test_serial_and_key_id_are_hexadecimal_without_leading_zeros(
    serial: int, key_id: bytes, written: tuple[str, str]
) -> None:
    named = enrollment(serial, key_id)
    assert (named.serial, named.authority_key_id) == written
