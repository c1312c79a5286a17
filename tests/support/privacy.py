"""The contract ``privacy`` on a simulated ledger, with all who take part."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from fairledger.gateway.errors import EndorseError, EvaluateError
from fairledger.gateway.retry import NEVER, ConflictRetry
from fairledger.privacy.keys import PrivateKey
from fairledger.privacy.sealing import seal_order
from fairledger_chaincode import Context, Contract, transaction
from fairledger_chaincode.simulator import ChaincodeFailed, Collection, LedgerSimulator, SimulatedIdentity
from fairledger_contracts.privacy.contract import Privacy
from fairledger_contracts.privacy.keeping import TRANSIENT
from fairledger_contracts.records.order_record import OrderFacts, OrderRecord, Seal
from fairledger_contracts.records.personal_data import PersonalData, collection_of
from fairledger_contracts.records.private_read import Announcement
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import Standard
from fairledger_contracts.records.suspension import Suspension
from fairledger_contracts.records.warrant import Warrant
from tests.support.escrow import Rulebook, member
from tests.support.licensed import PLATFORMS

ORGANIZATIONS = (*PLATFORMS, "AssociationMSP", "RegulatorMSP")
POLICY = "AND('AssociationMSP.peer', OR('PlatformAMSP.peer', 'PlatformBMSP.peer', 'RegulatorMSP.peer'))"
COLLECTIONS = [
    Collection(
        collection_of(platform),
        members=f"OR('{platform}.member', 'RegulatorMSP.member')",
        endorsement_policy=f"OR('{platform}.peer')",
    )
    for platform in PLATFORMS
]
PLATFORM, ORDER = "PlatformAMSP", "o-1"
VALUES = {"name": "张三 canary-name", "phone": "13800000001", "address": "canary street 1"}
FIELDS = tuple(sorted(VALUES))
FACTS: dict[str, Any] = {
    "order": ORDER,
    "pseudonym": "a" * 64,
    "capability_sha256": "c" * 64,
    "area": "CN-4403",
    "goods": "https://id.gs1.org/01/09521000001107",
    "quantity": 1,
    "price_minor": 299_900,
    "currency": "CNY",
    "ordered_at": "2026-11-25T08:00:00Z",
    "tags": ["https://id.gs1.org/01/09521000001107/21/FP26100001"],
}


class Adopted(Contract):
    """Puts standards in force, in the place of votes."""

    name = "adopted"

    @transaction
    async def adopt(self, ctx: Context, parameters: dict[str, int]) -> None:
        signer = Signatory(msp_id="AssociationMSP", id=ctx.caller.id, role="officer", gln="")
        standard = Standard(
            name="privacy",
            version="0001",
            title="Personal data",
            text_sha256="0" * 64,
            parameters={"retention_days": 1_096, "warrant_days_max": 90, **parameters},
            effective_from=ctx.time,
            proposed_at=ctx.time,
            recorder=signer,
            adopted_at=ctx.time,
        )
        await ctx.ledger.save(standard)


@dataclass
class PrivacyLedger:
    """The contract as clients of all organisations see it."""

    ledger: LedgerSimulator
    platform: SimulatedIdentity
    rival: SimulatedIdentity
    association: SimulatedIdentity
    officer: SimulatedIdentity
    colleague: SimulatedIdentity
    own_key: PrivateKey
    service_key: PrivateKey

    async def submit(
        self, by: SimulatedIdentity, function: str, *arguments: object, organizations: Sequence[str] | None = None
    ) -> bytes:
        """Submit with arguments that are JSON where they are no strings."""
        called = [f"privacy:{function}", *map(argument, arguments)]
        return (await self.ledger.submit(by, *called, organizations=organizations)).result

    async def adopt(self, **parameters: int) -> None:
        """Put the standard ``privacy`` in force with these numbers."""
        await self.ledger.submit(self.association, "adopted:adopt", json.dumps(parameters))

    async def suspend(self, msp_id: str) -> datetime:
        """Suspend a platform from now on; until when."""
        self.ledger.clock.advance(timedelta())
        since = self.ledger.clock.now()
        officer = Signatory(msp_id="AssociationMSP", id="officer", role="officer", gln="")
        made = Suspension(msp_id=msp_id, since=since, until=since + timedelta(hours=1), recorder=officer)
        await self.ledger.submit(self.association, "rulebook:suspension", made.model_dump_json())
        assert made.until is not None
        return made.until

    async def strike(self, msp_id: str) -> None:
        """End a platform's membership now."""
        self.ledger.clock.advance(timedelta())
        struck = member(msp_id).model_copy(update={"left_at": self.ledger.clock.now()})
        await self.ledger.submit(self.association, "rulebook:member", struck.model_dump_json())

    async def evaluate(self, by: SimulatedIdentity, function: str, *arguments: object, at: str | None = None) -> bytes:
        called = [f"privacy:{function}", *map(argument, arguments)]
        return await self.ledger.evaluate(by, *called, organization=at)

    async def refused(self, by: SimulatedIdentity, function: str, *arguments: object) -> str:
        """The code with which a submission is refused."""
        with pytest.raises(ChaincodeFailed) as failure:
            await self.submit(by, function, *arguments)
        return failure.value.code

    async def refused_query(self, by: SimulatedIdentity, function: str, *arguments: object) -> str:
        """The code with which a query is refused."""
        with pytest.raises(ChaincodeFailed) as failure:
            await self.evaluate(by, function, *arguments)
        return failure.value.code

    def sealed(
        self, order: str = ORDER, version: str = "0001", values: Mapping[str, str] = VALUES, platform: str = PLATFORM
    ) -> PersonalData:
        """Personal data for the platform and the key service."""
        holders = [self.own_key.key.public_key(), self.service_key.key.public_key()]
        return seal_order(platform, order, version, values, holders)

    async def keep(
        self, data: PersonalData, by: SimulatedIdentity | None = None, organizations: Sequence[str] = (PLATFORM,)
    ) -> Any:
        """Keep personal data; what the contract answers."""
        sent = {TRANSIENT: data.to_state()}
        committed = await self.ledger.submit(
            by or self.platform, "privacy:keep", transient=sent, organizations=organizations
        )
        return json.loads(committed.result)

    async def refused_keep(self, sent: Mapping[str, bytes], by: SimulatedIdentity | None = None) -> ChaincodeFailed:
        with pytest.raises(ChaincodeFailed) as failure:
            await self.ledger.submit(
                by or self.platform, "privacy:keep", transient=sent, organizations=[(by or self.platform).msp_id]
            )
        return failure.value

    async def published(self, data: PersonalData | None = None, **other: object) -> OrderRecord:
        """Keep and publish an order."""
        data = data or self.sealed()
        seal = seal_of(data, (await self.keep(data))["private_sha256"])
        facts = {**FACTS, "order": data.order, **other}
        return OrderRecord.model_validate_json(await self.submit(self.platform, "publish", facts, seal))

    async def warrant(self, *, confirmed: bool = True, **other: object) -> Warrant:
        """A warrant of the officer, by default in force and for name and phone of the order."""
        made = Warrant.model_validate_json(await self.submit(self.officer, "make_warrant", self.terms(**other)))
        if not confirmed:
            return made
        return Warrant.model_validate_json(await self.submit(self.colleague, "confirm_warrant", made.id))

    def terms(self, **other: object) -> dict[str, object]:
        now = self.ledger.clock.now()
        return {
            "platform": PLATFORM,
            "subject": {"kind": "order", "value": ORDER},
            "fields": ["name", "phone"],
            "purpose": "complaint 7",
            "legal_basis": "article 25",
            "valid_from": (now - timedelta(hours=1)).isoformat(),
            "valid_until": (now + timedelta(hours=1)).isoformat(),
            **other,
        }

    async def announced(self, warrant: str, by: SimulatedIdentity | None = None, **other: object) -> Announcement:
        """An announcement; by default of the fields name and phone of the order."""
        terms = {"warrant": warrant, "platform": PLATFORM, "order": ORDER, "fields": ["name", "phone"], **other}
        return Announcement.model_validate_json(await self.submit(by or self.officer, "announce_read", terms))


def seal_of(data: PersonalData, kept_sha256: str, **other: object) -> dict[str, object]:
    """The seal of personal data, as a platform publishes it."""
    seal = Seal(version=data.version, fields=data.names, root=data.root, private_sha256=kept_sha256)
    return {**seal.model_dump(), **other}


def facts(**other: object) -> OrderFacts:
    return OrderFacts.model_validate({**FACTS, **other})


def argument(value: object) -> str:
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    return value if isinstance(value, str) else json.dumps(value)


class SimulatedContract:
    """The contract as a gateway of ``identity`` calls it. ``spoil`` holds errors that the next calls raise.

    They are by function; one under ``<function>!`` is raised after the call took effect.
    """

    def __init__(self, ledger: LedgerSimulator, identity: SimulatedIdentity) -> None:
        self._ledger = ledger
        self._identity = identity
        self.spoil: dict[str, list[Exception]] = {}

    async def evaluate(self, function: str, *arguments: str | bytes) -> bytes:
        self._raise(function)
        try:
            return await self._ledger.evaluate(self._identity, f"privacy:{function}", *arguments)
        except ChaincodeFailed as error:
            raise EvaluateError(error.code, error.message) from error

    async def submit(
        self,
        function: str,
        *arguments: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        endorsing_organizations: Sequence[str] = (),
        retry: ConflictRetry = NEVER,
    ) -> bytes:
        del retry
        self._raise(function)
        try:
            committed = await self._ledger.submit(
                self._identity,
                f"privacy:{function}",
                *arguments,
                transient=transient,
                organizations=list(endorsing_organizations) or None,
            )
        except ChaincodeFailed as error:
            raise EndorseError(error.code, error.message) from error
        self._raise(f"{function}!")
        return committed.result

    def _raise(self, stage: str) -> None:
        if self.spoil.get(stage):
            raise self.spoil[stage].pop(0)


@asynccontextmanager
async def privacy_ledger() -> AsyncIterator[PrivacyLedger]:
    """A ledger on which platforms are members and the key service has offered its key."""
    async with LedgerSimulator(
        [Privacy(), Adopted(), Rulebook()], ORGANIZATIONS, policy=POLICY, collections=COLLECTIONS
    ) as ledger:
        since = datetime(2026, 1, 1, tzinfo=UTC)

        def person(msp_id: str, name: str, role: str) -> SimulatedIdentity:
            return ledger.authority(msp_id).issue(name, attributes={"role": role}, not_before=since)

        made = PrivacyLedger(
            ledger=ledger,
            platform=person("PlatformAMSP", "service", "service"),
            rival=person("PlatformBMSP", "service", "service"),
            association=person("AssociationMSP", "service", "service"),
            officer=person("RegulatorMSP", "regulator", "regulator"),
            colleague=person("RegulatorMSP", "supervisor", "regulator"),
            own_key=PrivateKey.generate(),
            service_key=PrivateKey.generate(),
        )
        for platform in PLATFORMS:
            await ledger.submit(made.association, "rulebook:member", member(platform).model_dump_json())
        await made.submit(made.association, "offer_key", made.service_key.public_pem)
        yield made
