"""A REST service on a simulated ledger: the real contract, the real projector and routes, no network."""

import asyncio
import dataclasses
import functools
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import transaction_pb2
from fastapi import FastAPI

from fairledger.api.app import create_app
from fairledger.api.enrolment import Enrolment
from fairledger.api.service import Service, running_on
from fairledger.api.settings import Settings
from fairledger.gateway import CommitStatus, Proposal, Transaction
from fairledger.gateway.errors import EndorseError, EvaluateError, GatewayError
from fairledger.proof.organization import Organization
from fairledger.tokens import TokenAuthority
from fairledger.wallet import WalletEntry
from fairledger_chaincode import Contract
from fairledger_chaincode.simulator import ChaincodeFailed, SimulatedIdentity
from fairledger_chaincode.simulator.transaction import Endorsed
from tests.support.blocks import Chain
from tests.support.captures import envelope_of, payload_of, simulator
from tests.support.empty_read_model import put_empty_read_model
from tests.support.enrolled import Attributes, authority, new_wallet, put

ORGANIZATION = "PlatformA"
MSP_ID = "PlatformAMSP"


PEOPLE = {
    "service": Attributes("service"),
    "producer": Attributes("producer"),
    "processor": Attributes("processor"),
    "provider": Attributes("provider"),
    "maker": Attributes("producer", gln="9521000000018"),
    "colleague": Attributes("processor", gln="9521000000018"),  # of the maker's own business
    "rival": Attributes("producer", gln="9521000000025"),
    "namesake": Attributes("producer", "PlatformBMSP", "9521000000018"),  # of another organisation
    "consumer": Attributes("consumer"),
    "officer": Attributes("officer", "AssociationMSP"),
    "regulator": Attributes("regulator", "RegulatorMSP"),
    "steward": Attributes("platform-officer"),
    "competitor": Attributes("platform-officer", "PlatformBMSP"),
    "impostor": Attributes("officer"),  # an officer by the word of an organisation that has none
    "operator": Attributes("platform"),
    "clerk": Attributes("platform", "PlatformBMSP"),
    "supervisor": Attributes("regulator", "RegulatorMSP"),
    "keyholder": Attributes("service", "AssociationMSP"),
    "pretender": Attributes("regulator", "AssociationMSP"),
}


class SimulatedLedger:
    """A ``fairledger.api.ledger.Ledger`` whose answers a test can hold back or spoil.

    ``spoil`` holds errors that the next calls of a stage raise: after ``submit`` has done its work when the key is
    ``submitted``. ``gate`` lets submissions through while it is set. ``verdict`` is what peers find of transactions
    from now on, where it is not what they would find.
    """

    def __init__(self, *more: Contract) -> None:
        self.simulator = simulator(*more)
        self.simulator._authorities.update({msp_id: authority(msp_id) for msp_id in self.simulator.organizations})
        self.chain = Chain()
        self.gate = asyncio.Event()
        self.gate.set()
        self.verdict: int | None = None
        self.spoil: dict[str, list[Exception]] = {}
        self.submissions: list[str] = []
        self.endorsements: list[tuple[str, str, tuple[str, ...]]] = []  # who asked, for what function, with what
        self._people: dict[bytes, SimulatedIdentity] = {}
        self._endorsed: dict[str, Endorsed] = {}
        self._statuses: dict[str, CommitStatus] = {}
        self._organizations = {
            msp_id: Organization(msp_id, (self.simulator.authority(msp_id).certificate,), {"client": "client"}, ())
            for msp_id in self.simulator.organizations
        }
        self._changed = asyncio.Condition()

    def enrol(self, wallet: Path, name: str, person: Attributes) -> None:
        """Put a person with a certificate of the simulated CA of their organisation into a ``new_wallet``."""
        identity = put(wallet, name, person)
        self._people[identity.certificate_pem] = identity

    async def endorse(
        self,
        person: WalletEntry,
        function: str,
        *arguments: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        organizations: Sequence[str] = (),
    ) -> Transaction:
        self._raise("endorse")
        person.signer.sign(bytes(32))
        self.endorsements.append((person.name, function, tuple(map(str, arguments))))
        try:
            endorsed = await self.simulator.endorse(
                self._people[person.identity.certificate_pem],
                function,
                *arguments,
                transient=transient,
                organizations=list(organizations) or None,
            )
        except ChaincodeFailed as error:
            raise EndorseError(error.code, error.message.removeprefix(f"{error.code}: ")) from error
        self._endorsed[endorsed.tx_id] = endorsed
        envelope = common_pb2.Envelope.FromString(envelope_of(endorsed, person.identity.serialized))
        prepared = gateway_pb2.PreparedTransaction(transaction_id=endorsed.tx_id, envelope=envelope)
        return Transaction.from_bytes(prepared.SerializeToString())

    async def pass_on(self, proposal: Proposal) -> Transaction:
        self._raise("endorse")
        try:
            endorsed = await self.simulator.endorse_signed(proposal.signed())
        except ChaincodeFailed as error:
            raise EndorseError(error.code, error.message.removeprefix(f"{error.code}: ")) from error
        self._endorsed[endorsed.tx_id] = endorsed
        return Transaction.endorsed(proposal, payload_of(endorsed, proposal))

    async def evaluate(self, person: WalletEntry, function: str, *arguments: str | bytes) -> bytes:
        person.signer.sign(bytes(32))
        identity = self._people[person.identity.certificate_pem]
        try:
            return await self.simulator.evaluate(identity, function, *arguments)
        except ChaincodeFailed as error:
            raise EvaluateError(error.code, error.message.removeprefix(f"{error.code}: ")) from error

    async def submit(self, transaction: Transaction) -> None:
        self.submissions.append(transaction.tx_id)
        self._raise("submit")
        await self.gate.wait()
        await self.commit([transaction.tx_id])
        self._raise("submitted")

    async def commit(self, tx_ids: list[str]) -> None:
        """Put endorsed transactions into one block."""
        endorsed = [self._endorsed[tx_id] for tx_id in tx_ids]
        codes = [self.verdict] * len(endorsed) if self.verdict else await self._verdicts(endorsed)
        block = self.chain.add([envelope_of(one) for one in endorsed], codes)
        for tx_id, code in zip(tx_ids, codes, strict=True):
            self._statuses.setdefault(tx_id, CommitStatus(tx_id, code, block.header.number))
        await self.told()

    async def told(self) -> None:
        """Let those who follow the chain know that it has grown."""
        async with self._changed:
            self._changed.notify_all()

    async def _verdicts(self, endorsed: list[Endorsed]) -> list[int]:
        committed = await self.simulator.commit(endorsed)
        return [transaction_pb2.TxValidationCode.Value(one.validation_code) for one in committed]

    async def status(self, transaction: Transaction) -> CommitStatus:
        self._raise("status")
        async with self._changed:
            await self._changed.wait_for(lambda: transaction.tx_id in self._statuses)
        return self._statuses[transaction.tx_id]

    async def knows(self, tx_id: str) -> bool:
        return tx_id in self._statuses

    async def organizations(self) -> Mapping[str, Organization]:
        return self._organizations

    def trust(self, msp_id: str, root: x509.Certificate) -> None:
        """Let certificates under ``root`` be the organisation's, too."""
        known = self._organizations[msp_id]
        self._organizations[msp_id] = dataclasses.replace(known, roots=(*known.roots, root), known={})

    def revoke(self, msp_id: str, certificate: x509.Certificate) -> None:
        """Put a certificate on the organisation's revocation list."""
        authority, now = self.simulator.authority(msp_id), datetime.now(UTC)
        revoked = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(now)
        told = x509.CertificateRevocationListBuilder().issuer_name(authority.certificate.subject).last_update(now)
        told = told.next_update(now + timedelta(days=1)).add_revoked_certificate(revoked.build())
        crl = told.sign(authority.private_key, SHA256())
        self._organizations[msp_id] = dataclasses.replace(self._organizations[msp_id], revocations=(crl,), known={})

    async def height(self) -> int:
        self._raise("height")
        return len(self.chain.blocks)

    async def block(self, number: int) -> Any:
        if number >= len(self.chain.blocks):
            raise GatewayError("GATEWAY_NOT_FOUND", "the ledger has no such record")
        return self.chain.blocks[number]

    async def blocks(self, start_block: int) -> AsyncGenerator[Any, None]:
        number = start_block
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: number < len(self.chain.blocks))  # noqa: B023  awaited at once
            self._raise("blocks")
            yield self.chain.blocks[number]
            number += 1

    def _raise(self, stage: str) -> None:
        if self.spoil.get(stage):
            raise self.spoil[stage].pop(0)


class ServiceUnderTest:
    """Starts and stops the service on one folder and one ledger, as often as a test likes."""

    def __init__(self, folder: Path, *more: Contract) -> None:
        self.ledger = SimulatedLedger(*more)
        self.enrolment: Enrolment | None = None
        self.settings = Settings(
            organization=ORGANIZATION,
            profile=folder / "unused.json",
            wallet=folder / "wallet",
            data=folder / "data",
            host="127.0.0.1",
            port=0,
            keeper_every_s=0,  # tests say themselves when what is due is called
        )
        put_empty_read_model(self.settings.data / "readmodel.sqlite")
        self.wallet = new_wallet(self.settings.wallet)
        for name, person in PEOPLE.items():
            self.enrol(name, person)
        self.tokens = TokenAuthority.load(ORGANIZATION, self.settings.token_key, create=True)

    def enrol(self, name: str, person: Attributes) -> None:
        """Put a person into the wallet, with a certificate of the simulated CA of their organisation."""
        self.ledger.enrol(self.settings.wallet, name, person)

    def bearer(self, name: str = "producer", hours: float = 1) -> dict[str, str]:
        """The header with a token for ``name``."""
        return {"Authorization": f"Bearer {self.tokens.issue(name, hours)}"}

    def limited(self, *, reads: int = 1_000, writes: int = 1_000) -> None:
        """The next start allows so many reads of an address and writes of a person a minute."""
        self.settings = dataclasses.replace(self.settings, reads_per_minute=reads, writes_per_minute=writes)

    def app(self) -> FastAPI:
        """The application, not yet started."""
        return create_app(functools.partial(running_on, self.settings, self.ledger, self.enrolment))

    @asynccontextmanager
    async def running(self) -> AsyncIterator["RunningService"]:
        """The service, started; at the end it is stopped."""
        app = self.app()
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
                yield RunningService(self, app, client)


class RunningService:
    """A started service and a client of it."""

    def __init__(self, under_test: ServiceUnderTest, app: FastAPI, client: httpx.AsyncClient) -> None:
        self.ledger = under_test.ledger
        self.app = app
        self.service: Service = app.state.service
        self.client = client
        self.bearer = under_test.bearer
        self.enrol = under_test.enrol

    async def capture(self, document: str, name: str = "producer", **headers: str) -> httpx.Response:
        """POST a document as that person."""
        sent = {"Content-Type": "application/ld+json", **self.bearer(name), **headers}
        return await self.client.post("/epcis/capture", content=document.encode(), headers=sent)

    async def job(self, location: str, name: str = "producer", *, finished: bool = True) -> dict[str, Any]:
        """The capture job at ``location``, by default once it is finished."""
        async with asyncio.timeout(30):
            while True:
                answer = await self.client.get(location, headers=self.bearer(name))
                assert answer.status_code == 200, answer.text
                job: dict[str, Any] = answer.json()
                if not finished or not job["running"]:
                    return job
                await asyncio.sleep(0.01)

    async def captured(self, document: str, **headers: str) -> dict[str, Any]:
        """Capture a document and return its finished job."""
        answer = await self.capture(document, **headers)
        assert answer.status_code == 202, answer.text
        return await self.job(answer.headers["Location"])

    async def ready(self) -> httpx.Response:
        """What ``/readyz`` answers once it is ready: on a busy machine its parts may not answer in time at first."""
        async with asyncio.timeout(60):
            while True:
                answer = await self.client.get("/readyz")
                if answer.is_success:
                    return answer
                await asyncio.sleep(0.05)

    async def post(self, path: str, body: Any, name: str = "", **headers: str) -> httpx.Response:
        """POST ``body`` as JSON, as that person if one is named."""
        return await self.client.post(path, json=body, headers={**(self.bearer(name) if name else {}), **headers})

    async def events(self, **parameters: Any) -> list[dict[str, Any]]:
        """The events of one page of a query."""
        answer = await self.client.get("/epcis/events", params=parameters)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        return found


def gateway_error(code: str, kind: type[GatewayError] = GatewayError) -> GatewayError:
    """An error as the gateway client raises it."""
    return kind(code, "as told by the test")
