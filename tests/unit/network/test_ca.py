"""The certificate authority's client against a real fabric-ca-server."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from fairledger_network.ca import CertificateAuthority, Enrollment, RevokedCertificate
from fairledger_network.ca_enrollment import new_key
from fairledger_network.ca_errors import (
    AlreadyRegistered,
    CaArgument,
    CaAuthentication,
    CaError,
    CaNotAllowed,
    UnknownIdentity,
)
from tests.support.fabric_ca import REGISTRAR_SECRET, RunningCa, running_ca

ATTRIBUTES = x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1")  # Fabric CA's extension for attributes

ids = (f"person{i}" for i in itertools.count())


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


def root_with_key_id_from_zero(home: Path) -> Path:
    """The home of a CA whose certificate and key are as a fabric-ca-server makes them, its key id 0…."""
    while True:
        key = ec.generate_private_key(ec.SECP256R1())
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        key_id = sha256(point).digest()  # how Fabric's BCCSP finds a key in its keystore
        if key_id[0] < 0x10:
            break
    now, name = datetime.now(UTC), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ca.PlatformA")])
    signs = {"key_cert_sign": True, "crl_sign": True}
    other = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"]
    usage = x509.KeyUsage(**signs, **dict.fromkeys([*other, "encipher_only", "decipher_only"], False))
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier(key_id), critical=False)
        .sign(key, hashes.SHA256())
    )
    keystore = home / "msp" / "keystore"
    keystore.mkdir(parents=True)
    (home / "ca-cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (keystore / f"{key_id.hex()}_sk").write_bytes(private)
    return home


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
        assert enrollment.authority_key_id == root.extensions.get_extension_for_class(
            x509.SubjectKeyIdentifier
        ).value.digest.hex().lstrip("0")

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

    def test_certificate_of_a_root_whose_key_id_begins_with_zero(self, tmp_path: Path) -> None:
        with running_ca(tmp_path / "ca", like=root_with_key_id_from_zero(tmp_path / "root")) as zero:
            registrar = zero.registrar()
            _name, first = person(zero.client, registrar)
            one = RevokedCertificate(first.serial, first.authority_key_id)
            assert zero.client.revoke_certificate(registrar, one) == (one,)

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
