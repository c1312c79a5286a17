"""The certificate authority's client against a real fabric-ca-server."""

import base64
import hashlib
import http.server
import itertools
import json
import logging
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from fairledger.identity import P256_ORDER
from fairledger_network.ca import CertificateAuthority, Enrollment, RevokedCertificate
from fairledger_network.ca_enrollment import new_key, signing_request
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
from tests.support.fabric_ca import REGISTRAR_SECRET, RunningCa, free_port, running_ca

ATTRIBUTES = x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1")  # Fabric CA's extension for attributes

ids = (f"person{i}" for i in itertools.count())


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    with running_ca(tmp_path_factory.mktemp("ca")) as ca:
        yield ca


@pytest.fixture(scope="session")
def ca(server: RunningCa) -> CertificateAuthority:
    return server.client


@pytest.fixture(scope="session")
def registrar(server: RunningCa) -> Enrollment:
    return server.registrar()


def attributes_of(enrollment: Enrollment) -> dict[str, str]:
    extension = enrollment.certificate.extensions.get_extension_for_oid(ATTRIBUTES).value
    assert isinstance(extension, x509.UnrecognizedExtension)
    attributes: dict[str, str] = json.loads(extension.value)["attrs"]
    return attributes


def organizational_units(enrollment: Enrollment) -> list[str]:
    return [
        str(name.value)
        for name in enrollment.certificate.subject.get_attributes_for_oid(x509.OID_ORGANIZATIONAL_UNIT_NAME)
    ]


def person(ca: CertificateAuthority, registrar: Enrollment, **attributes: str) -> tuple[str, Enrollment]:
    name = next(ids)
    return name, ca.enroll(name, ca.register(registrar, name, type="client", attributes=attributes))


def test_chain_is_the_root_that_the_server_made(server: RunningCa) -> None:
    assert server.client.chain() == server.root.read_bytes()


class TestEnroll:
    def test_certificate_is_signed_by_the_root_for_the_id_the_type_and_the_key(
        self, server: RunningCa, registrar: Enrollment
    ) -> None:
        name = next(ids)
        secret = server.client.register(registrar, name, type="peer")
        enrollment = server.client.enroll(name, secret)
        root = x509.load_pem_x509_certificate(server.root.read_bytes())
        enrollment.certificate.verify_directly_issued_by(root)
        assert enrollment.enrollment_id == name
        assert organizational_units(enrollment) == ["peer"]
        assert enrollment.ca_chain_pem == server.root.read_bytes()
        assert (
            enrollment.authority_key_id
            == root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest.hex()
        )

    def test_people_have_a_year_and_nodes_five(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        name = next(ids)
        secret = ca.register(registrar, name, type="client")
        now = datetime.now(UTC)
        year = ca.enroll(name, secret).certificate.not_valid_after_utc - now
        five = ca.enroll(name, secret, profile="tls").certificate.not_valid_after_utc - now
        assert round(year / timedelta(days=365), 2) == 1.0
        assert round(five / timedelta(days=365), 2) == 5.0

    def test_attributes_registered_are_in_the_certificate(
        self, ca: CertificateAuthority, registrar: Enrollment
    ) -> None:
        name, enrollment = person(ca, registrar, role="producer", gln="9521000000018")
        assert attributes_of(enrollment) == {
            "role": "producer",
            "gln": "9521000000018",
            "hf.EnrollmentID": name,
            "hf.Type": "client",
            "hf.Affiliation": "",
        }

    def test_only_the_attributes_asked_for(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        name = next(ids)
        secret = ca.register(registrar, name, type="client", attributes={"role": "carrier", "gln": "9521000000032"})
        assert attributes_of(ca.enroll(name, secret, attributes=["role"])) == {"role": "carrier"}

    def test_an_attribute_nobody_registered_is_refused(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        name = next(ids)
        secret = ca.register(registrar, name, type="client")
        with pytest.raises(CaError, match=r"required attributes are missing: \[role\]") as refused:
            ca.enroll(name, secret, attributes=["role"])
        assert refused.value.code == "CA_REFUSED"

    def test_registry_rights_stay_out_of_certificates(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        _name, enrollment = person(ca, registrar, role="officer", **{"hf.Revoker": "true"})
        assert attributes_of(enrollment).keys() == {"role", "hf.EnrollmentID", "hf.Type", "hf.Affiliation"}

    def test_tls_profile_with_hosts(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        name = next(ids)
        secret = ca.register(registrar, name, type="peer")
        hosts = ["localhost", "peer0.PlatformA", "127.0.0.1"]
        extensions = ca.enroll(name, secret, profile="tls", hosts=hosts).certificate.extensions
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        usages = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert names.get_values_for_type(x509.DNSName) == ["localhost", "peer0.PlatformA"]
        assert names.get_values_for_type(x509.IPAddress) == [IPv4Address("127.0.0.1")]
        assert set(usages) == {x509.OID_SERVER_AUTH, x509.OID_CLIENT_AUTH}

    def test_wrong_secret_and_unknown_id_are_told_apart_by_nobody(
        self, ca: CertificateAuthority, registrar: Enrollment
    ) -> None:
        name = next(ids)
        ca.register(registrar, name, type="client")
        with pytest.raises(CaAuthentication) as wrong:
            ca.enroll(name, "guess")
        with pytest.raises(CaAuthentication) as unknown:
            ca.enroll("nobody", "guess")
        assert str(wrong.value) == str(unknown.value) == "Authentication failure"
        assert wrong.value.code == "CA_AUTHENTICATION"

    def test_secret_serves_as_often_as_registered(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        name = next(ids)
        secret = ca.register(registrar, name, type="client", max_enrollments=1)
        ca.enroll(name, secret)
        with pytest.raises(CaAuthentication):
            ca.enroll(name, secret)

    def test_profile_that_is_none(self, ca: CertificateAuthority) -> None:
        with pytest.raises(CaArgument, match="signing profile 'node' can't be used"):
            ca.enroll("registrar", REGISTRAR_SECRET, profile="node")

    @pytest.mark.parametrize("host", ["", "a b", "-a.example", "a_b", "http://a", "a\x00", "a" * 254])
    def test_host_that_is_none(self, ca: CertificateAuthority, host: str) -> None:
        with pytest.raises(CaArgument) as refused:
            ca.enroll("registrar", REGISTRAR_SECRET, hosts=[host])
        assert refused.value.code == "CA_ARGUMENT"

    @pytest.mark.parametrize(("name", "secret"), [("", "s"), ("n" * 65, "s"), ("n", "")])
    def test_id_or_secret_that_is_none(self, ca: CertificateAuthority, name: str, secret: str) -> None:
        with pytest.raises(CaArgument):
            ca.enroll(name, secret)


class TestRegister:
    def test_twice_is_refused(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        name = next(ids)
        ca.register(registrar, name, type="client")
        with pytest.raises(AlreadyRegistered, match=f"Identity '{name}' is already registered") as refused:
            ca.register(registrar, name, type="client")
        assert (refused.value.code, refused.value.ca_code) == ("CA_ALREADY_REGISTERED", 74)

    def test_needs_the_right_to_register(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        _name, nobody = person(ca, registrar)
        with pytest.raises(CaNotAllowed) as refused:
            ca.register(nobody, next(ids), type="client")
        assert refused.value.code == "CA_NOT_ALLOWED"

    def test_needs_a_certificate_of_this_ca(self, ca: CertificateAuthority, tmp_path: Path) -> None:
        with running_ca(tmp_path / "other") as other:
            foreign = other.registrar()
        with pytest.raises(CaAuthentication):
            ca.register(foreign, next(ids), type="client")

    def test_signature_by_another_key_is_refused(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        forged = Enrollment(registrar.certificate_pem, new_key(), registrar.ca_chain_pem)
        with pytest.raises(CaAuthentication):
            ca.register(forged, next(ids), type="client")

    def test_names_beyond_ascii(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        _name, enrollment = person(ca, registrar, role="producer", city="杭州")
        assert attributes_of(enrollment)["city"] == "杭州"

    def test_unusable_key_is_refused_before_anything_is_sent(self, registrar: Enrollment, server: RunningCa) -> None:
        broken = Enrollment(registrar.certificate_pem, b"no key", registrar.ca_chain_pem)
        with pytest.raises(CaArgument):
            server.client.register(broken, next(ids), type="client")


class TestReenroll:
    def test_new_key_same_person(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        name, first = person(ca, registrar, role="merchant")
        second = ca.reenroll(first)
        assert second.enrollment_id == name
        assert attributes_of(second) == attributes_of(first)
        assert second.serial != first.serial
        assert second.certificate.public_key() != first.certificate.public_key()

    def test_renewed_can_renew_again_and_so_can_the_first(
        self, ca: CertificateAuthority, registrar: Enrollment
    ) -> None:
        name, first = person(ca, registrar)
        second = ca.reenroll(first)
        assert [ca.reenroll(each).enrollment_id for each in (first, second)] == [name, name]

    def test_with_hosts_profile_and_attributes(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        _name, first = person(ca, registrar, role="merchant", gln="9521000000049")
        second = ca.reenroll(first, profile="tls", hosts=["localhost"], attributes=["gln"])
        names = second.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert names.get_values_for_type(x509.DNSName) == ["localhost"]
        assert attributes_of(second) == {"gln": "9521000000049"}


class TestReadmit:
    def test_gives_one_more_enrolment_and_voids_the_old_secret(
        self, ca: CertificateAuthority, registrar: Enrollment
    ) -> None:
        name = next(ids)
        old = ca.register(registrar, name, type="client", attributes={"role": "carrier"}, max_enrollments=1)
        ca.enroll(name, old)
        new = ca.readmit(registrar, name)
        with pytest.raises(CaAuthentication):
            ca.enroll(name, old)
        assert attributes_of(ca.enroll(name, new))["role"] == "carrier"
        with pytest.raises(CaAuthentication):
            ca.enroll(name, new)

    def test_who_was_unlimited_stays_so(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        name = next(ids)
        ca.register(registrar, name, type="client")
        secret = ca.readmit(registrar, name)
        assert [ca.enroll(name, secret).enrollment_id for _ in range(3)] == [name] * 3

    def test_revoked_stays_revoked(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        name, _enrollment = person(ca, registrar)
        ca.revoke(registrar, name)
        with pytest.raises(CaAuthentication):
            ca.enroll(name, ca.readmit(registrar, name))

    def test_nobody(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        with pytest.raises(UnknownIdentity):
            ca.readmit(registrar, "nobody")
        with pytest.raises(CaError):
            ca.readmit(registrar, "nobody/../registrar")

    def test_others_may_not(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        name, somebody = person(ca, registrar)
        with pytest.raises(CaNotAllowed):
            ca.readmit(somebody, name)


class TestRevoke:
    def test_all_certificates_of_a_person(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        name, first = person(ca, registrar)
        second = ca.reenroll(first)
        revoked = ca.revoke(registrar, name, reason="keycompromise")
        aki = first.authority_key_id
        assert set(revoked) == {RevokedCertificate(first.serial, aki), RevokedCertificate(second.serial, aki)}
        with pytest.raises(CaAuthentication):
            ca.reenroll(second)

    def test_no_enrolment_afterwards(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        name = next(ids)
        secret = ca.register(registrar, name, type="client")
        assert ca.revoke(registrar, name) == ()
        with pytest.raises(CaAuthentication):
            ca.enroll(name, secret)

    def test_one_certificate(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        name, first = person(ca, registrar)
        second = ca.reenroll(first)
        one = RevokedCertificate(first.serial, first.authority_key_id)
        assert ca.revoke_certificate(registrar, one) == (one,)
        assert ca.reenroll(second).enrollment_id == name

    def test_again_changes_nothing(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        name, _first = person(ca, registrar)
        ca.revoke(registrar, name)
        assert ca.revoke(registrar, name) == ()

    def test_unknown_id_or_certificate(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        with pytest.raises(UnknownIdentity) as person_unknown:
            ca.revoke(registrar, "nobody")
        with pytest.raises(UnknownIdentity):
            ca.revoke_certificate(registrar, RevokedCertificate("abc", "def"))
        assert person_unknown.value.code == "CA_UNKNOWN_IDENTITY"

    def test_others_may_not(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        _one, somebody = person(ca, registrar)
        another, _enrollment = person(ca, registrar)
        with pytest.raises(CaNotAllowed):
            ca.revoke(somebody, another)

    def test_reason_that_is_none(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        with pytest.raises(CaArgument, match="'dislike' is no reason"):
            ca.revoke(registrar, "nobody", reason="dislike")


class TestRevocationList:
    def test_holds_what_was_revoked_signed_by_the_root(self, server: RunningCa, registrar: Enrollment) -> None:
        ca = server.client
        name, gone = person(ca, registrar)
        _other, stays = person(ca, registrar)
        ca.revoke(registrar, name)
        crl = x509.load_pem_x509_crl(ca.generate_crl(registrar))
        root = x509.load_pem_x509_certificate(server.root.read_bytes())
        assert crl.get_revoked_certificate_by_serial_number(gone.certificate.serial_number) is not None
        assert crl.get_revoked_certificate_by_serial_number(stays.certificate.serial_number) is None
        assert crl.issuer == root.subject
        public_key = root.public_key()
        assert isinstance(public_key, ec.EllipticCurvePublicKey)
        assert crl.is_signature_valid(public_key)

    def test_bounded_by_aware_times(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        name, gone = person(ca, registrar)
        ca.revoke(registrar, name)
        now = datetime.now(UTC)
        recent = x509.load_pem_x509_crl(
            ca.generate_crl(registrar, revoked_after=now - timedelta(hours=1), expire_after=now)
        )
        later = x509.load_pem_x509_crl(ca.generate_crl(registrar, revoked_after=now + timedelta(hours=1)))
        assert recent.get_revoked_certificate_by_serial_number(gone.certificate.serial_number) is not None
        assert list(later) == []

    def test_naive_times_are_refused(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        with pytest.raises(CaArgument, match="time zone"):
            ca.generate_crl(registrar, revoked_before=datetime(2026, 1, 1))  # noqa: DTZ001

    def test_needs_the_right(self, ca: CertificateAuthority, registrar: Enrollment) -> None:
        _name, somebody = person(ca, registrar)
        with pytest.raises(CaNotAllowed):
            ca.generate_crl(somebody)


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
        name = next(ids)
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
