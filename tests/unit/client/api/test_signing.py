"""Transactions of people whose key the service never has: prepared here, looked at and signed there, passed on."""

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from fairledger.api.signing_routes import ARGUMENT_LENGTH_MAX, ARGUMENTS_MAX
from fairledger.deployment import CHAINCODE, CHANNEL
from fairledger.gateway import Proposal, Transaction
from fairledger.gateway.invoked import Invoked
from fairledger.gateway.proposal import propose
from fairledger.identity import Identity, KeySigner
from fairledger_chaincode.simulator.identity import CertificateAuthority
from tests.support.own_key import OwnKeyHolder, Sign, another_key, with_high_s
from tests.support.pem import pem
from tests.support.simulated_service import MSP_ID, RunningService, ServiceUnderTest
from tests.unit.client.api.papers import RECALL, refusal

RECALLING = ("trace:recall", json.dumps(RECALL["items"]), json.dumps(RECALL["measure"]), RECALL["reason"])


def holder(running: RunningService, msp_id: str = "AssociationMSP", role: str = "officer") -> OwnKeyHolder:
    """Somebody whom no wallet holds."""
    made = running.ledger.simulator.identity(msp_id, "keyholder", role=role)
    return OwnKeyHolder(running.client, Identity(msp_id, made.certificate_pem), KeySigner(made.private_key))


def with_version_2(certificate: x509.Certificate) -> str:
    """A certificate of a version that nobody reads any more."""
    version, other = bytes.fromhex("a003020102"), bytes.fromhex("a003020101")
    return pem("CERTIFICATE", certificate.public_bytes(Encoding.DER).replace(version, other, 1))


async def endorsed(person: OwnKeyHolder) -> str:
    prepared = (await person.propose(*RECALLING)).json()["proposal"]
    made: str = (await person.endorse(prepared)).json()["transaction"]
    return made


async def test_what_is_signed_elsewhere_takes_effect_in_its_signers_name(running: RunningService) -> None:
    person = holder(running)
    answer = await person.call(*RECALLING)
    assert answer.status_code == 200, answer.text
    (recall,) = (await running.client.get("/trace/recalls")).json()
    assert recall["id"] == answer.headers["Fairledger-Transaction"] == answer.json()["id"]
    assert answer.headers["Fairledger-Block"] == str(len(running.ledger.chain.blocks) - 1)
    assert (answer.json()["recorder"]["msp_id"], answer.json()["recorder"]["role"]) == ("AssociationMSP", "officer")
    assert base64.b64decode(answer.json()["recorder"]["id"]).startswith(b"x509::CN=keyholder,")


async def test_what_is_prepared_says_what_will_be_signed(running: RunningService) -> None:
    person = holder(running)
    told = (await person.propose(*RECALLING)).json()
    proposal = Proposal.of(base64.b64decode(told["proposal"]))
    assert (told["digest"], told["transaction_id"]) == (proposal.digest.hex(), proposal.tx_id)
    expected = Invoked(
        CHANNEL,
        CHAINCODE,
        "trace:recall",
        tuple(str(argument).encode() for argument in RECALLING[1:]),
        person.identity.serialized,
    )
    assert Invoked.by(proposal) == expected
    made = (await person.endorse(told["proposal"])).json()
    transaction = Transaction.of(base64.b64decode(made["transaction"]))
    assert (made["digest"], made["transaction_id"]) == (transaction.digest.hex(), proposal.tx_id)
    assert Invoked.by(transaction) == expected
    assert running.ledger.submissions == []


async def test_arguments_and_certificates_are_signed_as_they_were_sent(running: RunningService) -> None:
    told = (await holder(running).propose("trace:recall", " [] ", "\n", "a b ")).json()
    assert Invoked.by(Proposal.of(base64.b64decode(told["proposal"]))).arguments == (b" [] ", b"\n", b"a b ")


async def test_an_argument_of_bytes_is_told_in_base64(running: RunningService) -> None:
    sealed = bytes(range(256))
    told = await holder(running).propose("escrow:prove_wrong_key", "o-1", {"base64": base64.b64encode(sealed).decode()})
    assert Invoked.by(Proposal.of(base64.b64decode(told.json()["proposal"]))).arguments == (b"o-1", sealed)
    for text in ("AAA", "?", "A" * 5):
        answer = await holder(running).propose("escrow:prove_wrong_key", "o-1", {"base64": text})
        assert refusal(answer) == (400, "REQUEST_INVALID")


async def test_the_same_transaction_again_has_one_effect_and_the_same_answer(running: RunningService) -> None:
    person = holder(running)
    transaction = await endorsed(person)
    first, again = await person.submit(transaction), await person.submit(transaction)
    assert (first.status_code, first.content) == (again.status_code, again.content) == (200, first.content)
    assert first.headers["Fairledger-Block"] == again.headers["Fairledger-Block"]
    assert len(running.ledger.submissions) == 1
    assert len((await running.client.get("/trace/recalls")).json()) == 1


@pytest.mark.parametrize(
    "function",
    ["trace:captured", "trace:history", "trace:none", "none:recall", "qscc:x", "lifecycle:approve", "privacy:read"],
)
async def test_only_transactions_of_the_contracts_are_prepared(running: RunningService, function: str) -> None:
    assert refusal(await holder(running).propose(function)) == (403, "SIGNING_FUNCTION")


@pytest.mark.parametrize(
    "changed",
    [
        {"channel": "another-channel"},
        {"chaincode": "qscc"},
        {"chaincode": "_lifecycle", "function": "ApproveChaincodeDefinitionForMyOrg"},
        {"function": "trace:history"},
        {"function": "recall"},
        {"transient": {"name": b"secret"}, "endorsing_organizations": [MSP_ID]},
    ],
    ids=str,
)
async def test_nothing_else_is_passed_on_however_well_it_is_signed(
    running: RunningService, changed: dict[str, Any]
) -> None:
    person = holder(running)
    asked: dict[str, Any] = {"channel": CHANNEL, "chaincode": CHAINCODE, "function": "trace:recall", **changed}
    proposal = propose(creator=person.identity.serialized, **asked)
    answer = await person.endorse(base64.b64encode(proposal.content).decode())
    assert refusal(answer) == (403, "SIGNING_FUNCTION")


@pytest.mark.parametrize(
    "broken", [with_high_s, lambda _sign: another_key(), lambda _sign: lambda _message: b"\x30\x00"]
)
async def test_only_the_creators_own_signature_with_low_s_counts(
    running: RunningService, broken: Callable[[Sign], Sign]
) -> None:
    person = holder(running)
    prepared = (await person.propose(*RECALLING)).json()["proposal"]
    assert refusal(await person.endorse(prepared, broken(person.sign))) == (403, "SIGNING_SIGNATURE")
    transaction = await endorsed(person)
    assert refusal(await person.submit(transaction, broken(person.sign))) == (403, "SIGNING_SIGNATURE")
    assert running.ledger.submissions == []


async def test_a_changed_argument_needs_another_signature(running: RunningService) -> None:
    person = holder(running)
    prepared = base64.b64decode((await person.propose(*RECALLING)).json()["proposal"])
    signature = person.sign(prepared)
    changed = prepared.replace(b"battery", b"display")
    assert changed != prepared
    answer = await person.endorse(base64.b64encode(changed).decode(), lambda _message: signature)
    assert refusal(answer) == (403, "SIGNING_SIGNATURE")


async def test_certificates_of_nobody_are_refused_before_anything_is_asked(running: RunningService) -> None:
    stranger = CertificateAuthority("AssociationMSP").issue("officer", attributes={"role": "officer"})
    identity = Identity(stranger.msp_id, stranger.certificate_pem)
    elsewhere = OwnKeyHolder(running.client, identity, KeySigner(stranger.private_key))
    claiming = holder(running)
    for answer in (
        await elsewhere.propose(*RECALLING),
        await claiming.propose(*RECALLING, msp_id="NobodyMSP"),
        await claiming.propose(*RECALLING, msp_id="RegulatorMSP"),
    ):
        assert refusal(answer) == (403, "SIGNING_CERTIFICATE")
    for certificate in ("none", with_version_2(claiming.identity.certificate)):
        body = {"msp_id": MSP_ID, "certificate": certificate, "function": "trace:recall"}
        assert refusal(await running.client.post("/signing/proposals", json=body)) == (403, "SIGNING_CERTIFICATE")


async def test_who_is_revoked_meanwhile_is_refused_at_each_step(running: RunningService) -> None:
    person = holder(running)
    prepared = (await person.propose(*RECALLING)).json()["proposal"]
    transaction = await endorsed(person)
    running.ledger.revoke("AssociationMSP", person.identity.certificate)
    steps = (await person.propose(*RECALLING), await person.endorse(prepared), await person.submit(transaction))
    assert [refusal(answer) for answer in steps] == [(403, "SIGNING_CERTIFICATE")] * 3
    assert running.ledger.submissions == []


async def test_the_contract_refuses_as_ever(running: RunningService) -> None:
    assert refusal(await holder(running, MSP_ID, "consumer").call(*RECALLING)) == (403, "TRACE_ROLE_DENIED")


async def test_what_came_too_late_is_told_as_such(running: RunningService) -> None:
    person = holder(running)
    transaction = await endorsed(person)
    running.ledger.verdict = 11  # MVCC_READ_CONFLICT
    assert refusal(await person.submit(transaction)) == (409, "GATEWAY_COMMITTED_INVALID")
    assert refusal(await person.submit(transaction)) == (409, "GATEWAY_COMMITTED_INVALID")
    assert len(running.ledger.submissions) == 1


@pytest.mark.parametrize("text", ["AAAA", base64.b64encode(b"\xff" * 40).decode(), "A"])
async def test_bytes_that_are_nothing_are_refused(running: RunningService, text: str) -> None:
    for step, name in (("endorsements", "proposal"), ("submissions", "transaction")):
        answer = await running.client.post(f"/signing/{step}", json={name: text, "signature": "AAAA"})
        assert refusal(answer) in {(400, "GATEWAY_MALFORMED"), (400, "REQUEST_INVALID")}


async def test_arguments_are_bounded(running: RunningService) -> None:
    person = holder(running)
    for arguments in (["x"] * (ARGUMENTS_MAX + 1), ["x" * (ARGUMENT_LENGTH_MAX + 1)]):
        assert refusal(await person.propose("trace:recall", *arguments)) == (400, "REQUEST_INVALID")


async def test_who_asks_without_a_token_is_counted_by_address(under_test: ServiceUnderTest) -> None:
    under_test.limited(writes=2)
    async with under_test.running() as running:
        answers: list[httpx.Response] = [await holder(running).propose(*RECALLING) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
