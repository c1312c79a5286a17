"""X.509 certificates that others hand in: read whole, or refused in one way."""

from collections.abc import Iterator
from contextlib import contextmanager

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm


@contextmanager
def unreadable_as_value_error() -> Iterator[None]:
    """Raise ``ValueError`` for all that ``cryptography`` raises where it can't read a certificate, request or list."""
    try:
        yield
    except (
        x509.InvalidVersion,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
        UnsupportedAlgorithm,
    ) as error:
        raise ValueError(f"can't be read: {type(error).__name__}") from error


def read_certificate(pem: bytes) -> x509.Certificate:
    """The certificate. Raises ``ValueError`` for what is none, and for one of which a part can't be read.

    ``cryptography`` reads most parts when they are asked for, so they are asked for here.
    """
    with unreadable_as_value_error():
        certificate = x509.load_pem_x509_certificate(pem)
        _ = certificate.subject, certificate.issuer, certificate.extensions, certificate.public_key()
        _ = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return certificate
