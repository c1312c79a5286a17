"""Requests to a certificate authority: what they carry, whom they trust, and what becomes of an answer."""

import base64
import hashlib
import http.server
import logging
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from fairledger.identity import P256_ORDER
from fairledger_network.ca import CertificateAuthority, Enrollment
from fairledger_network.ca_enrollment import signing_request
from fairledger_network.ca_errors import (
    AlreadyRegistered,
    CaArgument,
    CaAuthentication,
    CaError,
    CaNotAllowed,
    CaNotTrusted,
    CaUnreachable,
    UnknownIdentity,
    refusal,
)
from fairledger_network.ca_transport import ANSWER_BYTES_MAX, request_token
from tests.support.fabric_ca import REGISTRAR_SECRET, RunningCa, running_ca
from tests.support.ports import free_port


class TestTransport:
    def test_only_https(self) -> None:
        with pytest.raises(CaArgument, match="https only"):
            CertificateAuthority("http://127.0.0.1:7054", "ca", Path("root.pem"))

    def test_nobody_listens(self, server: RunningCa) -> None:
        ca = CertificateAuthority(f"https://127.0.0.1:{free_port()}", "ca.PlatformA", server.root)
        with pytest.raises(CaUnreachable, match="is the CA running") as refused:
            ca.chain()
        assert refused.value.code == "CA_UNREACHABLE"

    def test_server_under_another_root_is_not_trusted(self, server: RunningCa, tmp_path: Path) -> None:
        with running_ca(tmp_path / "other") as other:
            impostor = CertificateAuthority(other.url, "ca.PlatformA", server.root)
            with pytest.raises(CaNotTrusted) as refused:
                impostor.enroll("registrar", REGISTRAR_SECRET)
        assert refused.value.code == "CA_TLS"

    def test_root_that_is_missing(self, server: RunningCa, tmp_path: Path) -> None:
        with pytest.raises(CaNotTrusted, match="no TLS root"):
            CertificateAuthority(server.url, "ca.PlatformA", tmp_path / "none.pem").chain()

    def test_ca_of_another_name(self, server: RunningCa) -> None:
        with pytest.raises(CaError, match=r"CA 'ca\.Other' does not exist"):
            CertificateAuthority(server.url, "ca.Other", server.root).chain()

    def test_environment_does_not_redirect(self, server: RunningCa, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
        assert server.client.chain() == server.root.read_bytes()

    @pytest.mark.parametrize(
        "answer",
        [
            b"<html>",
            b"[]",
            b"{}",
            b'{"success": "yes"}',
            b'{"success": true}',
            b'{"success": true, "result": {}}',
            b'{"success": true, "result": {"CAName": "other"}}',
            b'{"success": true, "result": {"CAName": "ca.PlatformA", "CAChain": 7}}',
            b'"' + b"x" * ANSWER_BYTES_MAX + b'"',
        ],
        ids=lambda answer: answer[:40].decode(),
    )
    def test_answer_that_is_none(self, server: RunningCa, answer: bytes) -> None:
        with answering(server, answer) as ca, pytest.raises(CaError) as refused:
            ca.chain()
        assert refused.value.code == "CA_ANSWER"

    def test_refusal_without_a_reason(self, server: RunningCa) -> None:
        with answering(server, b'{"success": false}') as ca, pytest.raises(CaError, match="without a reason"):
            ca.chain()

    def test_token_signs_method_uri_body_and_certificate_with_low_s(self, registrar: Enrollment) -> None:
        public_key = registrar.certificate.public_key()
        assert isinstance(public_key, ec.EllipticCurvePublicKey)
        encoded = [base64.b64encode(part).decode() for part in (b"/api/v1/x?ca=y", b"{}", registrar.certificate_pem)]
        signed = ".".join(["PUT", *encoded]).encode()
        for _ in range(20):
            certificate, signature = request_token(registrar, "PUT", "/api/v1/x?ca=y", b"{}").split(".")
            assert certificate == encoded[2]
            public_key.verify(base64.b64decode(signature), signed, ec.ECDSA(SHA256()))
            assert decode_dss_signature(base64.b64decode(signature))[1] <= P256_ORDER // 2


@contextmanager
def answering(server: RunningCa, answer: bytes) -> Iterator[CertificateAuthority]:
    """A server with the real CA's TLS certificate that answers everything with ``answer``."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    registrar = server.client.enroll("registrar", REGISTRAR_SECRET, profile="tls", hosts=["127.0.0.1"])
    pem = server.home / f"fake-{hashlib.sha256(answer).hexdigest()[:8]}.pem"
    pem.write_bytes(registrar.private_key_pem + registrar.certificate_pem)
    context.load_cert_chain(pem)
    fake = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    fake.socket = context.wrap_socket(fake.socket, server_side=True)
    thread = threading.Thread(target=fake.serve_forever)
    thread.start()
    try:
        yield CertificateAuthority(f"https://127.0.0.1:{fake.server_port}", "ca.PlatformA", server.root)
    finally:
        fake.shutdown()
        thread.join()
        fake.server_close()


class TestSecrets:
    def test_neither_logs_nor_errors_tell_them(
        self, ca: CertificateAuthority, registrar: Enrollment, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        name = "secretive"
        secret = ca.register(registrar, name, type="client")
        enrollment = ca.enroll(name, secret)
        with pytest.raises(CaAuthentication) as refused:
            ca.enroll(name, secret + "-wrong")
        told = caplog.text + repr(refused.value) + str(refused.value) + repr(enrollment)
        assert "/api/v1/enroll" in told  # the logs were really read
        assert secret not in told
        assert "PRIVATE KEY" not in told

    def test_signing_request_for_a_key_of_another_kind(self) -> None:
        with pytest.raises(CaArgument):
            signing_request("name", b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", [])


@pytest.mark.parametrize(
    ("number", "kind"),
    [(74, AlreadyRegistered), (20, CaAuthentication), (71, CaNotAllowed), (63, UnknownIdentity), (9999, CaError)],
)
def test_numbers_of_the_server_become_our_errors(number: int, kind: type[CaError]) -> None:
    error = refusal(number, "why")
    assert (type(error), error.ca_code, error.code) == (kind, number, kind.code)


def test_messages_are_bounded() -> None:
    assert len(str(refusal(1, "x" * 100_000))) == 300
