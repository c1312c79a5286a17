"""The parts of one running service, and how they start and stop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import HTTPConnection

from fairledger.api.archive import Archive
from fairledger.api.captures import Captures
from fairledger.api.corrections import Corrections
from fairledger.api.enrolment import Enrolment
from fairledger.api.jobs import JobStore
from fairledger.api.keeping import Keeping
from fairledger.api.keys import KeyStore
from fairledger.api.ledger import GatewayLedger, Ledger
from fairledger.api.privacy import ASSOCIATION, Privacy
from fairledger.api.provider_effects import Effects
from fairledger.api.providers import Providers
from fairledger.api.rates import Rates
from fairledger.api.reaches import Reaches
from fairledger.api.settings import SERVICE_IDENTITY, Settings
from fairledger.api.signing import Signing
from fairledger.api.tally import Tally
from fairledger.api.witnesses import address_of, others, witnesses
from fairledger.api.writes import Writes
from fairledger.documents import open_store
from fairledger.gateway import Gateway
from fairledger.privacy.journal import Journal
from fairledger.privacy.key_ring import KeyRing
from fairledger.profile import ConnectionProfile
from fairledger.provider.inbox import Inbox
from fairledger.provider.outbox import Outbox
from fairledger.readmodel.database import Database
from fairledger.readmodel.follower import Follower
from fairledger.readmodel.projector import Projector
from fairledger.tokens import TokenAuthority
from fairledger.wallet import Wallet

ANSWERS: Final = "answers of idempotency keys"  # what a key of the wallet is for
CORRECTIONS: Final = "corrections that persons ask for"


@dataclass(frozen=True)
class Service:
    """What the routes work with."""

    organization: str
    msp_id: str
    ledger: Ledger
    database: Database
    follower: Follower
    captures: Captures
    writes: Writes
    signing: Signing
    enrolment: Enrolment | None  # where the organisation's CA is not known
    tally: Tally
    privacy: Privacy
    corrections: Corrections
    providers: Providers
    key_service_url: str  # empty where it is not known
    archive: Archive
    jobs: JobStore
    keys: KeyStore
    rates: Rates
    reaches: Reaches
    wallet: Wallet
    tokens: TokenAuthority
    witnesses: tuple[tuple[str, str], ...]  # this organisation's service and another's: names and addresses


def service_of(connection: HTTPConnection) -> Service:
    """The service that answers this request."""
    service: Any = connection.app.state.service
    assert isinstance(service, Service), "the application's lifespan sets it"  # noqa: S101
    return service


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Service]:
    """A service on the organisation's own peer. Raises the errors of profile, wallet, gateway, token key and store."""
    profile = ConnectionProfile.load(settings.profile)
    identity = Wallet(settings.wallet).get(SERVICE_IDENTITY)
    gateway = Gateway.connect(profile, identity.identity, identity.signer)
    authorities = profile.own.certificate_authorities
    enrolment = Enrolment(authorities[0]) if authorities else None
    async with gateway, running_on(settings, GatewayLedger(gateway), enrolment) as service:
        yield service


@asynccontextmanager
async def running_on(settings: Settings, ledger: Ledger, enrolment: Enrolment | None = None) -> AsyncIterator[Service]:
    """A service on ``ledger``: the projector follows it, and interrupted captures go on."""
    settings.data.mkdir(parents=True, exist_ok=True)
    wallet = Wallet(settings.wallet)
    tokens = TokenAuthority.load(settings.organization, settings.token_key, create=True)
    database = Database.open(settings.readmodel_url)
    jobs = JobStore(settings.jobs_url)
    keys = KeyStore(settings.jobs_url, wallet.key_of(ANSWERS))
    corrections = Corrections(settings.jobs_url, wallet.key_of(CORRECTIONS))
    follower = Follower(Projector(database), ledger.blocks)
    captures = Captures(ledger, follower, jobs, wallet)
    tally = Tally(settings.jobs_url, ledger, wallet)
    writes = Writes(ledger, follower)
    own = wallet.get(SERVICE_IDENTITY)
    key_ring = KeyRing.load(settings.privacy_key, create=True)
    privacy = Privacy(settings.organization, ledger, writes, wallet, keys=key_ring, journal=Journal(settings.jobs_url))
    providers = Providers(
        settings.providers,
        Effects(writes, database),
        database,
        wallet,
        inbox=Inbox(settings.jobs_url),
        outbox=Outbox(settings.jobs_url),
    )
    keeper = Keeping(writes, database, own, settings.organization, settings.keeper_every_s)
    working = [
        asyncio.create_task(follower.run(), name="projector"),
        asyncio.create_task(tally.run(), name="tally"),
        asyncio.create_task(privacy.run(), name="privacy"),
        asyncio.create_task(providers.run(), name="providers"),
        asyncio.create_task(keeper.run(), name="keeper"),
        asyncio.create_task(keys.run(), name="keys"),
        asyncio.create_task(corrections.run(database), name="corrections"),
    ]
    try:
        await captures.resume()
        yield Service(
            organization=settings.organization,
            msp_id=own.identity.msp_id,
            ledger=ledger,
            database=database,
            follower=follower,
            captures=captures,
            writes=writes,
            signing=Signing(ledger, writes, own),
            enrolment=enrolment,
            tally=tally,
            privacy=privacy,
            corrections=corrections,
            providers=providers,
            key_service_url=address_of(settings, ASSOCIATION),
            archive=Archive(open_store(settings.data), others(settings)),
            jobs=jobs,
            keys=keys,
            rates=Rates(settings.reads_per_minute, settings.writes_per_minute),
            reaches=Reaches(database),
            wallet=wallet,
            tokens=tokens,
            witnesses=witnesses(settings),
        )
    finally:
        for task in working:
            task.cancel()
        await captures.close()
        await asyncio.gather(*working, return_exceptions=True)
        await providers.close()
        privacy.close()
        corrections.close()
        tally.close()
        keys.close()
        jobs.close()
        database.close()
