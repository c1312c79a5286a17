"""People who trade on the benches' consortium: a standard in force, money, and goods on offer."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

from fairledger.api.parties import signatory_of
from fairledger.api.settings import SERVICE_IDENTITY
from fairledger.escrow import EscrowClient
from fairledger.gateway import ConflictRetry, Gateway
from fairledger.gateway.contract import Contract, commit_error
from fairledger.gateway.retry import NEVER
from fairledger.profile import ConnectionProfile
from fairledger.wallet import Wallet, WalletEntry
from fairledger_contracts.records.agreement import Listing, Terms
from fairledger_contracts.records.note import Note, Payment, owner_of
from fairledger_network.site import Site
from tests.bench.consortium import ROOT
from tests.support.licensed import licences_for

DAY_S: Final = 86_400
IN_EFFECT_AFTER: Final = timedelta(seconds=5)
CURRENCY: Final = "CNY"
PRICE_MINOR: Final = 10_000
TERMS: Final[Mapping[str, Any]] = {  # of a licence; the bond is as high as the price
    "kind": "virtual",
    "model": "Office licence",
    "gtin": "",
    "binding": "none",
    "weight_g": 0,
    "price_minor": PRICE_MINOR,
    "bond_minor": PRICE_MINOR,
    "carrier_bond_minor": 0,
    "currency": CURRENCY,
    "periods": {
        "accept_s": DAY_S,
        "ship_s": DAY_S,
        "delivery_s": DAY_S,
        "cooling_off_s": 7 * DAY_S,
        "evidence_s": 3 * DAY_S,
    },
    "undecided_price_permille": 500,
    "standard": {"name": "escrow", "version": "0001"},
}
_REFERENCES = count()


@dataclass(frozen=True)
class SignedCalls:
    """A contract in a person's name, over the connection that their organisation's people share.

    What was submitted is awaited at every organisation, as who makes the next move asks their own peer.
    """

    gateway: Gateway
    everywhere: Sequence[Gateway]
    contract: Contract
    entry: WalletEntry

    async def evaluate(self, function: str, *arguments: str | bytes) -> bytes:
        """See ``fairledger.gateway.Contract``."""
        own = [self.entry.identity.msp_id]
        proposal = self.contract.new_proposal(
            function, *arguments, endorsing_organizations=own, identity=self.entry.identity
        )
        return await self.gateway.evaluate(proposal.with_signature(self.entry.signer.sign(proposal.digest)))

    async def submit(
        self,
        function: str,
        *arguments: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        endorsing_organizations: Sequence[str] = (),
        retry: ConflictRetry = NEVER,  # noqa: ARG002  nothing is made anew here: what conflicts is to be seen
    ) -> bytes:
        """See ``fairledger.gateway.Contract``."""
        proposal = self.contract.new_proposal(
            function,
            *arguments,
            transient=transient,
            endorsing_organizations=endorsing_organizations,
            identity=self.entry.identity,
        )
        transaction = await self.gateway.endorse(proposal.with_signature(self.entry.signer.sign(proposal.digest)))
        signed = transaction.with_signature(self.entry.signer.sign(transaction.digest))
        await self.gateway.submit(signed)
        status, *_ = await asyncio.gather(*(each.commit_status(each.commit_of(signed)) for each in self.everywhere))
        if not status.successful:
            raise commit_error(status)
        return signed.result


@dataclass(frozen=True)
class Trader:
    """A person who signs."""

    entry: WalletEntry
    gateway: Gateway
    everywhere: Sequence[Gateway]
    channel: str

    def contract(self, name: str, chaincode: str = "credit") -> SignedCalls:
        """A contract in this person's name."""
        contract = self.gateway.network(self.channel).contract(chaincode, name)
        return SignedCalls(self.gateway, self.everywhere, contract, self.entry)

    @property
    def escrow(self) -> EscrowClient:
        """Money and orders in this person's name."""
        return EscrowClient(self.contract("escrow"))

    @property
    def owner(self) -> str:
        """As notes name them."""
        return owner_of(signatory_of(self.entry))


@dataclass(frozen=True)
class Market:
    """Connections of a site's organisations, for whoever is in their wallets."""

    site: Site
    gateways: Mapping[str, Gateway]

    def trader(self, name: str, organization: str) -> Trader:
        """A person of the organisation's wallet."""
        entry = Wallet(self.site.layout.wallet(organization)).get(name)
        everywhere = tuple(self.gateways.values())
        return Trader(entry, self.gateways[organization], everywhere, self.site.consortium.channel.name)


@asynccontextmanager
async def market(site: Site) -> AsyncIterator[Market]:
    """A connection of each organisation's service, on which its people's transactions travel."""
    async with AsyncExitStack() as stack:
        gateways = {}
        for organization in site.consortium.organizations:
            entry = Wallet(site.layout.wallet(organization.name)).get(SERVICE_IDENTITY)
            profile = ConnectionProfile.load(site.layout.profile(organization.name))
            connecting = Gateway.connect(profile, entry.identity, entry.signer)
            gateways[organization.name] = await stack.enter_async_context(connecting)
        yield Market(site, gateways)


async def adopt(standard: str, officer: Trader, regulator: Trader) -> None:
    """Propose one of the project's standards, have it voted in force, and wait until it is."""
    file = ROOT / "standards" / f"{standard}.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    effective = datetime.now(UTC) + IN_EFFECT_AFTER
    proposed = {
        **told,
        "text_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "effective_from": effective.isoformat(),
        "votes_until": (effective + timedelta(hours=1)).isoformat(),
    }
    await officer.contract("disclosure").submit("propose", json.dumps(proposed))
    for voter in (officer, regulator):
        await voter.contract("disclosure").submit("vote", standard, "0001", "true")
    await asyncio.sleep((effective - datetime.now(UTC)).total_seconds() + 1)


async def enrol_platforms(officer: Trader, site: Site) -> None:
    """Make members of the organisations that are platforms."""
    for organization in site.consortium.organizations:
        if organization.platform:
            await officer.contract("disclosure").submit("enrol", organization.msp_id, organization.name)


async def license_people(officer: Trader, *people: Trader) -> None:
    """License people for what their roles say."""
    for licence in licences_for([person.entry.identity.serialized for person in people]):
        await officer.contract("escrow").submit("license_service", json.dumps(licence))


async def funded(provider: Trader, owner: str, notes: int) -> list[Note]:
    """So many notes of the price each."""
    payment = Payment(owner=owner, amount_minor=PRICE_MINOR)
    client = provider.escrow
    issued = (client.issue(f"bench-{next(_REFERENCES)}", payment, CURRENCY) for _ in range(notes))
    return list(await asyncio.gather(*issued))


async def offered(seller: Trader) -> Listing:
    """A listing of licences."""
    return await seller.escrow.list_goods(Terms.model_validate(TERMS))
