"""Certificates for keys that stay with their people, from a real Fabric CA."""

import base64
import hashlib
from collections.abc import Iterator

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from fairledger.api.enrolment import Enrolment
from fairledger.identity import KeySigner
from fairledger.profile import CertificateAuthority
from tests.support.fabric_ca import RunningCa, running_ca
from tests.support.own_key import certificate_request
from tests.support.pem import pem
from tests.support.simulated_service import MSP_ID, RunningService, ServiceUnderTest
from tests.unit.client.api.papers import refusal

KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    with running_ca(tmp_path_factory.mktemp("ca") / "home") as running:
        yield running


def enrolment(ca: RunningCa, root: bytes | None = None) -> Enrolment:
    return Enrolment(CertificateAuthority("ca", ca.url, ca.node.name, root or ca.root.read_bytes()))


def registered(ca: RunningCa, name: str) -> str:
    """The secret of somebody who may enrol once."""
    attributes = {"role": "merchant", "gln": "9521000000049"}
    return ca.client.register(ca.registrar(), name, type="client", attributes=attributes, max_enrollments=1)


async def certify(under_test: ServiceUnderTest, request: str, name: str, secret: str) -> httpx.Response:
    async with under_test.running() as running:
        body = {"request": request, "enrolment_id": name, "secret": secret}
        return await running.client.post("/signing/certificates", json=body)


async def test_a_registered_person_gets_a_certificate_for_their_own_key(
    under_test: ServiceUnderTest, ca: RunningCa
) -> None:
    under_test.enrolment = enrolment(ca)
    answer = await certify(under_test, certificate_request("anna", KEY), "anna", registered(ca, "anna"))
    assert answer.status_code == 201, answer.text
    told = answer.json()
    certificate = x509.load_pem_x509_certificate(told["certificate"].encode())
    assert certificate.public_key() == KEY.public_key()
    assert certificate.subject.rfc4514_string() == "CN=anna,OU=client"
    assert (told["name"], told["msp_id"], told["role"], told["gln"]) == ("anna", MSP_ID, "merchant", "9521000000049")
    assert told["not_after"] == certificate.not_valid_after_utc.isoformat().replace("+00:00", "Z")
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_secret_is_good_for_once(under_test: ServiceUnderTest, ca: RunningCa) -> None:
    under_test.enrolment, secret = enrolment(ca), registered(ca, "bert")
    request = certificate_request("bert", KEY)
    assert (await certify(under_test, request, "bert", secret)).status_code == 201
    assert refusal(await certify(under_test, request, "bert", secret)) == (403, "ENROLMENT_DENIED")


async def test_a_wrong_secret_is_refused_and_told_nowhere(
    under_test: ServiceUnderTest, ca: RunningCa, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    under_test.enrolment = enrolment(ca)
    registered(ca, "carl")
    answer = await certify(under_test, certificate_request("carl", KEY), "carl", "guessed-secret")
    assert refusal(answer) == (403, "ENROLMENT_DENIED")
    malformed = await certify(under_test, "no request", "carl", "guessed-secret")
    assert refusal(malformed) == (400, "ENROLMENT_REQUEST")
    told = [answer.text, malformed.text, *(str(vars(record)) for record in caplog.records)]
    assert [text for text in told if "guessed-secret" in text] == []


def other_requests() -> Iterator[str]:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "dora")])
    builder = x509.CertificateSigningRequestBuilder(subject)
    unit = x509.NameAttribute(x509.NameOID.ORGANIZATIONAL_UNIT_NAME, "admin")
    hosts = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    yield certificate_request("somebody", KEY)
    yield certificate_request("dora", ec.generate_private_key(ec.SECP384R1()))
    yield builder.add_extension(hosts, critical=False).sign(KEY, SHA256()).public_bytes(Encoding.PEM).decode()
    more = x509.CertificateSigningRequestBuilder(x509.Name([*subject, unit])).sign(KEY, SHA256())
    yield more.public_bytes(Encoding.PEM).decode()
    signed = builder.sign(KEY, SHA256()).public_bytes(Encoding.DER)
    forged = x509.load_der_x509_csr(signed.replace(b"dora", b"dorb")).public_bytes(Encoding.PEM).decode()
    yield forged
    yield pem("CERTIFICATE REQUEST", signed.replace(bytes.fromhex("020100"), bytes.fromhex("020101"), 1))


@pytest.mark.parametrize("number", range(6), ids=["other-name", "other-curve", "hosts", "unit", "forged", "version"])
async def test_a_request_is_for_the_persons_name_and_no_more(
    under_test: ServiceUnderTest, ca: RunningCa, number: int
) -> None:
    under_test.enrolment = enrolment(ca)
    request, name = list(other_requests())[number], "dorb" if number == 4 else "dora"
    assert refusal(await certify(under_test, request, name, "unused")) == (400, "ENROLMENT_REQUEST")


async def test_a_ca_that_is_not_there_or_not_the_known_one_is_not_shown_the_secret(
    under_test: ServiceUnderTest, ca: RunningCa
) -> None:
    request = certificate_request("emil", KEY)
    other_root = under_test.ledger.simulator.authority(MSP_ID).certificate.public_bytes(Encoding.PEM)
    away = CertificateAuthority("ca", "https://127.0.0.1:9", "ca", ca.root.read_bytes())
    for unusable in (enrolment(ca, other_root), Enrolment(away)):
        under_test.enrolment = unusable
        assert refusal(await certify(under_test, request, "emil", "s")) == (503, "ENROLMENT_UNREACHABLE")
    under_test.enrolment = None
    assert refusal(await certify(under_test, request, "emil", "s")) == (404, "ENROLMENT_NONE")


NEW_KEY = ec.generate_private_key(ec.SECP256R1())


async def renew(
    running: RunningService, certificate: str, request: str, key: ec.EllipticCurvePrivateKey = KEY
) -> httpx.Response:
    """Both steps, signed by ``key``; the answer of the first that was refused."""
    body = {"certificate": certificate, "request": request}
    prepared = await running.client.post("/signing/renewals", json=body)
    if prepared.is_error:
        return prepared
    signature = KeySigner(key).sign(hashlib.sha256(prepared.json()["text"].encode()).digest())
    signed = {**body, "signature": base64.b64encode(signature).decode()}
    return await running.client.post("/signing/renewals/signed", json=signed)


async def enrolled(under_test: ServiceUnderTest, ca: RunningCa, name: str) -> str:
    """The certificate of somebody for ``KEY``, whose organisation's root is the CA's from now on."""
    under_test.enrolment = enrolment(ca)
    root = x509.load_pem_x509_certificate(ca.client.chain())
    under_test.ledger.trust(MSP_ID, root)
    answer = await certify(under_test, certificate_request(name, KEY), name, registered(ca, name))
    return str(answer.json()["certificate"])


async def test_the_key_in_use_has_another_certified_and_the_person_stays_the_same(
    under_test: ServiceUnderTest, ca: RunningCa
) -> None:
    certificate = await enrolled(under_test, ca, "frida")
    async with under_test.running() as running:
        answer = await renew(running, certificate, certificate_request("frida", NEW_KEY))
        again = await renew(running, answer.json()["certificate"], certificate_request("frida", KEY), NEW_KEY)
    assert (answer.status_code, again.status_code) == (201, 201), answer.text
    told = answer.json()
    before, after = (x509.load_pem_x509_certificate(each.encode()) for each in (certificate, told["certificate"]))
    assert (after.public_key(), after.subject) == (NEW_KEY.public_key(), before.subject)
    assert (told["name"], told["role"], told["gln"]) == ("frida", "merchant", "9521000000049")
    assert answer.headers["Cache-Control"] == "no-store"


async def test_only_the_key_in_use_renews_and_only_for_its_own_name(
    under_test: ServiceUnderTest, ca: RunningCa
) -> None:
    certificate = await enrolled(under_test, ca, "gerd")
    own, others = certificate_request("gerd", NEW_KEY), certificate_request("somebody", NEW_KEY)
    stranger = under_test.ledger.simulator.identity("PlatformBMSP", "gerd", role="producer").certificate_pem.decode()
    async with under_test.running() as running:
        assert refusal(await renew(running, certificate, own, NEW_KEY)) == (403, "SIGNING_SIGNATURE")
        assert refusal(await renew(running, certificate, others)) == (400, "ENROLMENT_REQUEST")
        assert refusal(await renew(running, "no certificate", own)) == (403, "SIGNING_CERTIFICATE")
        assert refusal(await renew(running, stranger, own)) == (403, "SIGNING_CERTIFICATE")


async def test_who_is_revoked_at_the_ca_renews_no_more(under_test: ServiceUnderTest, ca: RunningCa) -> None:
    certificate = await enrolled(under_test, ca, "hans")
    ca.client.revoke(ca.registrar(), "hans")
    async with under_test.running() as running:
        answer = await renew(running, certificate, certificate_request("hans", NEW_KEY))
    assert refusal(answer) == (403, "ENROLMENT_DENIED")
