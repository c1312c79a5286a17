"""Signing where no network is: what is signed is shown first, and nothing else than that is signed."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from fabric_protos.common import common_pb2
from fabric_protos.msp import identities_pb2
from fabric_protos.peer import proposal_pb2
from typer.testing import CliRunner

from fairledger.api.enrolment import Enrolment
from fairledger.api.signing import check_signature
from fairledger.cli import commands
from fairledger.cli.errors import CommandError
from fairledger.cli.own_key import check_renewal
from fairledger.cli.root import app
from fairledger.cli.service_client import Answer
from fairledger.cli.signing_file import SigningFile
from fairledger.deployment import CHAINCODE, CHANNEL
from fairledger.gateway import Proposal
from fairledger.gateway.proposal import propose
from fairledger.identity import Identity
from fairledger.profile import CertificateAuthority as OrganizationsCa
from fairledger.proof.organization import Member
from fairledger_chaincode.simulator import SimulatedIdentity
from fairledger_chaincode.simulator.identity import CertificateAuthority
from tests.support.captures import payload_of, simulator
from tests.support.simulated_ca import issued

SERVICE = "http://service.invalid"
ARGUMENTS = ('["urn:epc:id:sgtin:9521000.012345.1"]', '"return"', "it may [bold]burn[/]\x1b[2J")


class Machine:
    """A folder with a key and files to sign, and somebody who reads before they sign."""

    def __init__(self, folder: Path, person: SimulatedIdentity) -> None:
        self.folder = folder
        self.identity = Identity(person.msp_id, person.certificate_pem)
        (folder / "cert.pem").write_bytes(person.certificate_pem)
        self.put_key("key.pem", person.private_key)

    def put_key(self, name: str, key: ec.EllipticCurvePrivateKey) -> None:
        (self.folder / name).write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def run(self, *words: str, says: str = "y") -> tuple[int, str, str]:
        result = CliRunner().invoke(app, ["sign", *words], input=f"{says}\n")
        return result.exit_code, result.stdout, result.stderr.partition(":")[0]

    def sign(self, name: str, key: str = "key.pem", says: str = "y") -> tuple[int, str, str]:
        return self.run("sign", name, "--key", key, "-o", "signed.json", says=says)

    def proposal(self, *arguments: str) -> Proposal:
        return propose(
            creator=self.identity.serialized,
            channel=CHANNEL,
            chaincode=CHAINCODE,
            function="trace:recall",
            arguments=arguments or ARGUMENTS,
        )

    def put(self, name: str, proposal: Proposal, **members: str) -> None:
        SigningFile(service=SERVICE, proposal=_text(proposal.content), **members).write(self.folder / name)

    def signature(self, member: str) -> tuple[bytes, str]:
        """What is signed in the written file, and the file's text."""
        text = (self.folder / "signed.json").read_text("utf-8")
        return base64.b64decode(json.loads(text)[member]), text


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.fixture
async def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    commands.installed_commands.cache_clear()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    return Machine(tmp_path, simulator().identity("AssociationMSP", "anna", role="officer"))


def check(machine: Machine, signature: bytes, message: bytes) -> None:
    Member("AssociationMSP", "client", machine.identity.certificate).check_signature(signature, message)


def test_a_proposal_is_shown_as_its_bytes_say_and_then_signed(machine: Machine) -> None:
    proposal = machine.proposal()
    machine.put("proposal.json", proposal)
    status, out, _ = machine.sign("proposal.json")
    assert status == 0
    for said in ("trace:recall", "credit-channel, credit", ARGUMENTS[0], "it may [bold]burn[/]\ufffd[2J", "CN=anna"):
        assert said in out
    assert proposal.tx_id in out
    assert proposal.digest.hex() in out
    signature, text = machine.signature("proposal_signature")
    check(machine, signature, proposal.content)
    assert "PRIVATE" not in text


def test_who_does_not_agree_signs_nothing(machine: Machine) -> None:
    machine.put("proposal.json", machine.proposal())
    assert machine.sign("proposal.json", says="n")[0] == 1
    assert not (machine.folder / "signed.json").exists()


async def test_an_endorsed_transaction_is_signed_if_it_is_the_proposals_own(machine: Machine) -> None:
    async with simulator() as ledger:
        person = ledger.identity("AssociationMSP", "anna", role="officer")
        machine = Machine(machine.folder, person)
        proposal = machine.proposal(*ARGUMENTS[:2], "it may burn")
        other = machine.proposal(*ARGUMENTS[:2], "another reason")
        signed = proposal.with_signature(person.sign(proposal.content))
        transaction = payload_of(await ledger.endorse_signed(signed.signed()), proposal)
    machine.put("endorsed.json", proposal, proposal_signature="AAAA", transaction=_text(transaction))
    status, out, _ = machine.sign("endorsed.json")
    assert (status, "the endorsed transaction" in out) == (0, True)
    check(machine, machine.signature("transaction_signature")[0], transaction)
    (machine.folder / "signed.json").unlink()
    machine.put("other.json", other, proposal_signature="AAAA", transaction=_text(transaction))
    assert machine.sign("other.json")[::2] == (1, "SIGN_ALTERED")
    assert not (machine.folder / "signed.json").exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda creator, _time: setattr(creator, "id_bytes", b"nobody"),
        lambda _creator, time: setattr(time, "seconds", 2**62),
    ],
    ids=["nobody", "no time"],
)
def test_what_nobody_or_no_time_asks_for_is_not_signed(machine: Machine, damage: Callable[[Any, Any], None]) -> None:
    made = proposal_pb2.Proposal.FromString(machine.proposal().content)
    header = common_pb2.Header.FromString(made.header)
    channel = common_pb2.ChannelHeader.FromString(header.channel_header)
    signature = common_pb2.SignatureHeader.FromString(header.signature_header)
    creator = identities_pb2.SerializedIdentity.FromString(signature.creator)
    damage(creator, channel.timestamp)
    signature.creator = creator.SerializeToString()
    channel.tx_id = hashlib.sha256(signature.nonce + signature.creator).hexdigest()
    header.channel_header, header.signature_header = channel.SerializeToString(), signature.SerializeToString()
    made.header = header.SerializeToString()
    machine.put("proposal.json", Proposal.of(made.SerializeToString()))
    assert machine.sign("proposal.json")[::2] == (1, "SIGN_ALTERED")
    assert not (machine.folder / "signed.json").exists()


def test_another_key_is_refused(machine: Machine) -> None:
    machine.put("proposal.json", machine.proposal())
    machine.put_key("other.pem", ec.generate_private_key(ec.SECP256R1()))
    machine.put_key("curve.pem", ec.generate_private_key(ec.SECP384R1()))
    (machine.folder / "none.pem").write_text("none")
    refused = [machine.sign("proposal.json", key)[2] for key in ("other.pem", "curve.pem", "none.pem", "missing.pem")]
    assert refused == ["SIGN_KEY_OTHER", "IDENTITY_CURVE", "IDENTITY_KEY", "SIGN_FILE"]
    assert not (machine.folder / "signed.json").exists()


def test_files_that_are_none_are_refused(machine: Machine) -> None:
    proposal = machine.proposal()
    machine.put("signed-already.json", proposal, proposal_signature="AAAA")
    (machine.folder / "bytes.json").write_text(
        SigningFile(service=SERVICE, proposal=_text(b"\xff\xff")).model_dump_json(), encoding="utf-8"
    )
    (machine.folder / "other.json").write_text('{"format": "other"}', encoding="utf-8")
    names = ("signed-already.json", "bytes.json", "other.json", "missing.json")
    refused = [machine.sign(name)[2] for name in names]
    assert refused == ["SIGN_DONE", "SIGN_ALTERED", "SIGN_FILE", "SIGN_FILE"]


def test_only_what_is_signed_is_sent(machine: Machine) -> None:
    machine.put("proposal.json", machine.proposal())
    assert machine.run("send", "proposal.json", "-o", "endorsed.json")[2] == "SIGN_UNSIGNED"
    machine.put("signed.json", machine.proposal(), proposal_signature="AAAA")
    assert machine.run("send", "signed.json")[2] == "SIGN_OUTPUT"
    assert machine.run("send", "signed.json", "-o", "endorsed.json")[2] == "SERVICE_UNREACHABLE"


@pytest.mark.parametrize(
    "lie", [{"function": "trace:end_recall"}, {"arguments": ["other"]}, {"creator": b"other"}], ids=str
)
def test_a_service_that_prepares_something_else_is_found_out(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, lie: dict[str, Any]
) -> None:
    right: dict[str, Any] = {"creator": machine.identity.serialized, "function": "trace:recall", "arguments": ["[]"]}
    made = propose(**{**right, **lie}, channel=CHANNEL, chaincode=CHAINCODE)
    told = {"proposal": _text(made.content), "transaction_id": made.tx_id}
    monkeypatch.setattr("fairledger.cli.sign.post", lambda _url, _body: Answer(told, ""))
    who = ("--certificate", "cert.pem", "--msp", "AssociationMSP")
    assert machine.run("propose", "trace:recall", "[]", *who, "-o", "proposal.json")[2] == "SIGN_ALTERED"
    assert not (machine.folder / "proposal.json").exists()


class RenewingService:
    """Answers ``/signing/renewals`` as a service does whose CA signs what it is asked for."""

    def __init__(self, machine: Machine, issuer: CertificateAuthority) -> None:
        self.enrolment = Enrolment(OrganizationsCa("ca", "https://ca.invalid", "ca", None))
        self.issuer, self.identity = issuer, machine.identity
        self.lie = ""

    def post(self, url: str, body: dict[str, str]) -> Answer:
        assert url.startswith(f"{SERVICE}/signing/renewals")
        text = self.enrolment.to_sign(self.identity, body["request"])
        if not url.endswith("/signed"):
            return Answer({"text": text.replace("POST", self.lie) if self.lie else text}, "")
        check_signature(
            Member("AssociationMSP", "client", self.identity.certificate),
            base64.b64decode(body["signature"]),
            text.encode(),
        )
        request = x509.load_pem_x509_csr(body["request"].encode())
        until = datetime.now(UTC) + timedelta(days=365)
        certificate = issued(self.issuer, request, {"role": "officer"}, until).public_bytes(Encoding.PEM).decode()
        return Answer({"certificate": certificate, "name": "anna", "msp_id": "AssociationMSP", "not_after": "2027"}, "")


@pytest.fixture
def renewing(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> RenewingService:
    service = RenewingService(machine, simulator().authority("AssociationMSP"))
    monkeypatch.setattr("fairledger.cli.sign.post", service.post)
    return service


IN_USE = ("renew", "--certificate", "cert.pem", "--key", "key.pem", "--service", SERVICE)
NEW = ("--new-key", "new-key.pem", "-o", "new-cert.pem")


@pytest.mark.usefixtures("renewing")
def test_another_key_is_certified_by_a_signature_of_the_one_in_use(machine: Machine) -> None:
    before = {name: (machine.folder / name).read_bytes() for name in ("key.pem", "cert.pem")}
    status, out, error = machine.run(*IN_USE, *NEW)
    assert (status, "anna of AssociationMSP, until 2027" in out) == (0, True), error
    certificate = x509.load_pem_x509_certificate((machine.folder / "new-cert.pem").read_bytes())
    key = load_pem_private_key((machine.folder / "new-key.pem").read_bytes(), None)
    assert certificate.public_key() == key.public_key() != machine.identity.certificate.public_key()
    assert certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value == "anna"
    assert (machine.folder / "new-key.pem").stat().st_mode & 0o777 == 0o600
    assert {name: (machine.folder / name).read_bytes() for name in before} == before


def test_a_service_that_prepares_something_else_than_a_renewal_gets_no_signature(
    machine: Machine, renewing: RenewingService
) -> None:
    renewing.lie = "PUT"
    assert machine.run(*IN_USE, *NEW)[2] == "SIGN_ALTERED"
    assert not (machine.folder / "new-cert.pem").exists()


@pytest.mark.usefixtures("renewing")
def test_nothing_in_use_is_overwritten_and_no_other_key_renews(machine: Machine) -> None:
    machine.put_key("other.pem", ec.generate_private_key(ec.SECP256R1()))
    (machine.folder / "none.pem").write_text("none")
    other = [word.replace("key.pem", "other.pem") for word in IN_USE]
    missing = [word.replace("key.pem", "missing.pem") for word in IN_USE]
    none = [word.replace("cert.pem", "none.pem") for word in IN_USE]
    refused = [
        machine.run(*words)[2]
        for words in (
            (*other, *NEW),
            (*missing, *NEW),
            (*none, *NEW),
            (*IN_USE, "--new-key", "key.pem", "-o", "new-cert.pem"),
            (*IN_USE, "--new-key", "new-key.pem", "-o", "cert.pem"),
        )
    ]
    assert refused == ["SIGN_KEY_OTHER", "SIGN_FILE", "SIGN_FILE", "SIGN_OUTPUT", "SIGN_OUTPUT"]
    assert not (machine.folder / "new-key.pem").exists()


def test_a_text_with_anything_beside_the_request_is_no_renewal(machine: Machine) -> None:
    request, certificate = "REQUEST", machine.identity.certificate_pem

    def text(**more: str) -> str:
        body = json.dumps({"certificate_request": request, "caname": "ca", **more}).encode()
        return ".".join(["POST", _text(b"/api/v1/reenroll"), _text(body), _text(certificate)])

    check_renewal(text(), certificate, request)
    for bad in (text(hosts="x"), text(certificate_request="OTHER"), f"{text()}.AAAA", "", "POST.?.?.?"):
        with pytest.raises(CommandError) as refused:
            check_renewal(bad, certificate, request)
        assert refused.value.code == "SIGN_ALTERED"
