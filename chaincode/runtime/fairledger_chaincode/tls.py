"""TLS of the chaincode server: always with client certificates."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from fairledger_chaincode.errors import StartRefused

HTTP2 = "h2"


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The server's own key and certificate, and what clients' certificates are checked against.

    ``client_ca`` holds certificates of authorities, or clients' own: then nobody else's are taken.
    """

    key: Path
    certificate: Path
    client_ca: Path


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """TLS 1.2 or newer, client certificate required, HTTP/2 only.

    Raises ``StartRefused`` when a file is missing or unreadable, or key and certificate don't fit each other: a server
    that can't be secure does not start.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a client's own certificate in client_ca is enough
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_TICKET | ssl.OP_NO_RENEGOTIATION
    context.num_tickets = 0
    context.set_alpn_protocols([HTTP2])
    for file in (files.key, files.certificate, files.client_ca):
        if not file.is_file():
            raise StartRefused(f"{file} is missing: TLS needs the server's key and certificate and the clients' CA")
    try:
        context.load_cert_chain(files.certificate, files.key, password=_no_password)
    except (OSError, ValueError) as error:
        raise StartRefused(
            f"{files.certificate} and {files.key} are no certificate and key that belong together"
        ) from error
    try:
        context.load_verify_locations(files.client_ca)
    except OSError as error:
        raise StartRefused(f"{files.client_ca} holds no CA certificate") from error
    return context


def _no_password() -> str:
    raise ValueError("the key is encrypted: a server can't be asked for a password")
