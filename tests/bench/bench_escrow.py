"""Orders from offer to settlement, a hot merchant, and what privacy costs.

- Life cycles: a licence is ordered, accepted, held, its key released, and confirmed: five transactions one after the
  other, many orders at a time; beside them as many transactions of a chaincode that does nothing, in turn.
- A hot merchant: ``BUYERS`` people with certificates of their own order the same listing at once, and the merchant
  accepts all at once; transactions that conflicted are counted.
- Latency of one call at a time: a public write, a private write (kept and published), a reading under a warrant
  (announced, read, keys released, opened).

The exit status is 1 when a bound is missed or a transaction failed.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple

import yaml

from fairledger.escrow.goods import Sealed, seal
from fairledger.gateway.errors import CommitError
from fairledger.privacy import PrivateKey
from fairledger.privacy.client import PrivacyClient
from fairledger.privacy.journal import Journal
from fairledger.privacy.key_ring import KeyRing
from fairledger.privacy.key_service import KeyService
from fairledger.privacy.orders import PrivateOrders
from fairledger.privacy.reader import read_under_warrant
from fairledger.wallet import Wallet
from fairledger_contracts.records.agreement import Listing
from fairledger_contracts.records.note import Note
from fairledger_contracts.records.private_read import ReadTerms
from fairledger_contracts.records.warrant import Subject, SubjectKind, WarrantTerms
from fairledger_network.identities import Identities
from fairledger_network.site import Site
from tests.bench.consortium import POLICY, ROOT, running_consortium
from tests.bench.market import (
    CURRENCY,
    PRICE_MINOR,
    Market,
    Trader,
    adopt,
    enrol_platforms,
    funded,
    license_people,
    market,
    offered,
)

NOTHING: Final = "bench-nothing"
STEPS: Final = 5  # transactions of a life cycle
CYCLES, IN_FLIGHT, ROUNDS = 150, 50, 3
BUYERS: Final = 200
CALLS: Final = 20  # of each kind of latency
SHARE_MIN: Final = 0.85  # of what the chaincode that does nothing reaches
PERSONAL: Final = {"name": "Zhang San", "phone": "13800000001", "address": "1 Example Road"}
_NUMBERS = count()


@dataclass
class Rates:
    """Seconds that each way took, and how many orders it brought to an end."""

    escrow_s: float = 0.0
    nothing_s: float = 0.0
    cycles: int = 0

    @property
    def share(self) -> float:
        """The rate of life cycles as a share of that of doing nothing as often."""
        return self.nothing_s / self.escrow_s


@dataclass
class Conflicts:
    """Transactions of the hot merchant that others' invalidated, by validation code."""

    transactions: int = 0
    invalid: list[str] = field(default_factory=list)


def chaincodes() -> list[dict[str, object]]:
    """The project's chaincode, and the one that does nothing."""
    described = yaml.safe_load((ROOT / "network" / "consortium.yaml").read_text(encoding="utf-8"))
    command = ["{python}", "-m", "tests.bench.nothing"]
    nothing: dict[str, object] = {"name": NOTHING, "version": "1", "policy": POLICY}
    nothing |= {"server": [*command, "serve"], "digest": [*command, "digest"]}
    return [*described["chaincodes"], nothing]


async def together(work: list[Callable[[], Awaitable[None]]], in_flight: int) -> float:
    """Do all the work, so much at a time; the seconds it took."""
    waiting = iter(work)

    async def worker() -> None:
        for each in waiting:
            await each()

    begun = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(in_flight)))
    return time.perf_counter() - begun


class Stake(NamedTuple):
    """What an order needs: the buyer's money, the seller's, and the goods."""

    price: Note
    bond: Note
    goods: Sealed


async def cycle(buyer: Trader, seller: Trader, listing: Listing, stake: Stake) -> None:
    """One order, from the buyer's signature to its settlement."""
    order = await buyer.escrow.order(listing, "", [stake.price.id])
    await seller.escrow.accept(order.id, [stake.bond.id], stake.goods.commitment)
    await buyer.escrow.hold(order.id)
    await seller.escrow.release_key(order.id, stake.goods.key)
    settled = await buyer.escrow.confirm(order.id)
    if settled.state != "settled":
        raise SystemExit(f"an order ended {settled.state}")


async def life_cycles(trade: Market, listing: Listing) -> Rates:
    """Rounds of orders and of nothing, in turn; in every other round in the opposite order."""
    buyer, seller = trade.trader("consumer", "PlatformB"), trade.trader("producer", "PlatformA")
    provider = trade.trader("provider", "PlatformA")
    idle = buyer.contract("nothing", NOTHING)
    rates = Rates()

    async def nothing() -> None:
        for _ in range(STEPS):
            await idle.submit("pass_by")

    async def orders(number: int) -> float:
        prices = await funded(provider, buyer.owner, number)
        bonds = await funded(provider, seller.owner, number)
        goods = [seal(f"LICENCE-{next(_NUMBERS)}".encode()) for _ in range(number)]
        stakes = map(Stake, prices, bonds, goods)
        return await together([partial(cycle, buyer, seller, listing, stake) for stake in stakes], IN_FLIGHT)

    await orders(IN_FLIGHT)  # warm
    await together([nothing] * IN_FLIGHT, IN_FLIGHT)
    for number in range(ROUNDS):
        for way in ("orders", "nothing") if number % 2 == 0 else ("nothing", "orders"):
            seconds = await (orders(CYCLES) if way == "orders" else together([nothing] * CYCLES, IN_FLIGHT))
            print(f"  round {number + 1} {way:8} {CYCLES / seconds:6.1f} life cycles/s", flush=True)
            rates.escrow_s += seconds if way == "orders" else 0
            rates.nothing_s += seconds if way == "nothing" else 0
        rates.cycles += CYCLES
    return rates


async def hot_merchant(trade: Market, listing: Listing, buyers: list[Trader]) -> Conflicts:
    """All buyers order the same listing at once; then the merchant accepts all orders at once."""
    seller, provider = trade.trader("producer", "PlatformA"), trade.trader("provider", "PlatformA")
    prices = [note for buyer in buyers for note in await funded(provider, buyer.owner, 1)]
    bonds = await funded(provider, seller.owner, len(buyers))
    goods = seal(b"LICENCE")
    found = Conflicts()

    async def counted(calling: Awaitable[object]) -> object:
        found.transactions += 1
        try:
            return await calling
        except CommitError as error:
            found.invalid.append(error.validation_code)
            return None

    ordered = await asyncio.gather(
        *(counted(buyer.escrow.order(listing, "", [note.id])) for buyer, note in zip(buyers, prices, strict=True))
    )
    ids = [order.id for order in ordered if order is not None]  # type: ignore[attr-defined]
    accepting = (
        counted(seller.escrow.accept(order, [bond.id], goods.commitment))
        for order, bond in zip(ids, bonds, strict=False)
    )
    await asyncio.gather(*accepting)
    return found


def enrolled(site: Site, number: int) -> list[str]:
    """So many buyers of PlatformB, each with a certificate of the real authority."""
    identities = Identities(site)
    names = [f"buyer-{position}" for position in range(number)]
    for name in names:
        identities.register(name, "PlatformB", role="consumer")
        identities.enroll(name, "PlatformB")
    return names


async def latencies(trade: Market, folder: Path) -> dict[str, list[float]]:
    """Seconds of each kind of call, one at a time and in turn."""
    operator, regulator = trade.trader("operator", "PlatformA"), trade.trader("regulator", "Regulator")
    supervisor, association = trade.trader("supervisor", "Regulator"), trade.trader("service", "Association")
    placing, reading, confirming, releasing = (
        PrivacyClient(trader.contract("privacy")) for trader in (operator, regulator, supervisor, association)
    )
    own_key, service_key = (PrivateKey.load(folder / f"{name}.pem", create=True) for name in ("platform", "service"))
    service = KeyService(releasing, KeyRing(service_key))
    await service.offer()
    journal = Journal(f"sqlite:///{folder / 'jobs.sqlite'}")
    orders = PrivateOrders(placing, "PlatformAMSP", KeyRing(own_key), journal)
    wallet = Wallet(trade.site.layout.wallet("Regulator"))
    reader_key = PrivateKey.read(wallet.private_key_pem("regulator")).key
    idle = operator.contract("nothing", NOTHING)
    measured: dict[str, list[float]] = {"public write": [], "private write": [], "reading under warrant": []}
    for number in range(CALLS):
        name = f"bench-{number}"
        measured["public write"].append(await timed(idle.submit("pass_by")))
        measured["private write"].append(await timed(orders.place("bench", PERSONAL, _public(name))))
        now = datetime.now(UTC)
        terms = WarrantTerms(
            platform="PlatformAMSP",
            subject=Subject(kind=SubjectKind.ORDER, value=name),
            fields=("phone",),
            purpose="bench",
            legal_basis="bench",
            valid_from=now - timedelta(minutes=1),
            valid_until=now + timedelta(hours=1),
        )
        made = await reading.make_warrant(terms)
        await confirming.confirm_warrant(made.id)
        asked = ReadTerms(warrant=made.id, platform="PlatformAMSP", order=name, fields=("phone",))
        measured["reading under warrant"].append(
            await timed(read_under_warrant(reading, reader_key, service.release, asked))
        )
    journal.close()
    return measured


async def timed(calling: Awaitable[object]) -> float:
    """The seconds until it answers."""
    begun = time.perf_counter()
    await calling
    return time.perf_counter() - begun


def report(rates: Rates, conflicts: Conflicts, measured: dict[str, list[float]]) -> bool:
    """Print the figures; True when all bounds are kept."""
    print(f"\nlife cycles of {STEPS} transactions, {IN_FLIGHT} at a time:")
    print(f"  orders  {rates.cycles / rates.escrow_s:6.1f} /s")
    print(f"  nothing {rates.cycles / rates.nothing_s:6.1f} /s    share {rates.share:.2f} (at least {SHARE_MIN})")
    codes = ", ".join(sorted(set(conflicts.invalid))) or "none"
    print(f"hot merchant, {BUYERS} buyers: {conflicts.transactions} transactions, invalid: {codes}")
    public = statistics.median(measured["public write"])
    for name, seconds in measured.items():
        median = statistics.median(seconds)
        print(f"{name:22} median {1000 * median:6.0f} ms, {median / public:4.2f} × a public write")
    return rates.share >= SHARE_MIN and not conflicts.invalid


async def measure(site: Site, names: list[str]) -> bool:
    """All parts, on one connection of each organisation."""
    async with market(site) as trade:
        officer, regulator = trade.trader("officer", "Association"), trade.trader("regulator", "Regulator")
        await adopt("escrow", officer, regulator)
        await adopt("privacy", officer, regulator)
        await enrol_platforms(officer, site)
        await license_people(officer, trade.trader("provider", "PlatformA"))
        listing = await offered(trade.trader("producer", "PlatformA"))
        rates = await life_cycles(trade, listing)
        conflicts = await hot_merchant(trade, listing, [trade.trader(name, "PlatformB") for name in names])
        with tempfile.TemporaryDirectory() as folder:
            measured = await latencies(trade, Path(folder))
    return report(rates, conflicts, measured)


def main() -> int:
    """Run the bench; returns the exit status."""
    with running_consortium(chaincodes()) as site:
        names = enrolled(site, BUYERS)
        return 0 if asyncio.run(measure(site, names)) else 1


def _public(order: str) -> dict[str, object]:
    return {
        "order": order,
        "area": "CN-4403",
        "goods": "https://id.gs1.org/01/09521000001107",
        "quantity": 1,
        "price_minor": PRICE_MINOR,
        "currency": CURRENCY,
        "ordered_at": datetime.now(UTC),
    }
