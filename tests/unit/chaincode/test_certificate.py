"""Certificates that others hand in: read whole, or refused in one way."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from fairledger_chaincode.certificate import read_certificate
from tests.support.pem import pem
from tests.unit.chaincode.certificates import Issued, common_name, issue

VERSION_3, VERSION_2 = bytes.fromhex("a003020102"), bytes.fromhex("a003020101")
P256, NO_CURVE = bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a8648ce3d030177")


@pytest.fixture(scope="module")
def issued() -> Issued:
    return issue(common_name("somebody"), issue(common_name("ca")))


def encoded(issued: Issued) -> bytes:
    return issued.certificate.public_bytes(Encoding.DER)


def read(content: bytes) -> x509.Certificate:
    return read_certificate(pem("CERTIFICATE", content).encode())


def test_a_certificate_is_read(issued: Issued) -> None:
    assert read(encoded(issued)) == issued.certificate


@pytest.mark.parametrize("content", [b"", b"somebody", b"-----BEGIN CERTIFICATE-----\n"])
def test_what_is_no_pem_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  in the library's words
        read_certificate(content)


@pytest.mark.parametrize(
    ("known", "other", "reason"),
    [(VERSION_3, VERSION_2, "InvalidVersion"), (P256, NO_CURVE, "UnsupportedAlgorithm")],
    ids=["version", "curve"],
)
def test_what_the_library_does_not_know_is_refused(issued: Issued, known: bytes, other: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read(encoded(issued).replace(known, other, 1))


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@pytest.mark.parametrize("mask", [1 << bit for bit in range(8)])
def test_with_a_bit_changed_it_is_refused_or_can_be_read_whole(issued: Issued, mask: int) -> None:
    content = encoded(issued)
    for position in range(len(content)):
        try:
            found = read(content[:position] + bytes([content[position] ^ mask]) + content[position + 1 :])
        except ValueError:
            continue
        assert found.subject.rfc4514_string() is not None
        assert found.public_key() is not None
        assert all(extension.value is not None for extension in found.extensions)
