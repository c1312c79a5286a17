"""Private data on a real consortium: who has them, who can open them, and when they are gone."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from fairledger.cli.verify import read_roots
from fairledger.gateway import Gateway
from fairledger.gateway.errors import CommitError, GatewayError
from fairledger.privacy import PrivateKey
from fairledger.privacy.client import TRANSIENT, PrivacyClient
from fairledger.privacy.errors import PrivacyError
from fairledger.privacy.journal import Journal
from fairledger.privacy.key_ring import KeyRing
from fairledger.privacy.key_service import KeyService
from fairledger.privacy.opening import open_with
from fairledger.privacy.orders import UNPUBLISHED_FOR, Placed, PrivateOrders
from fairledger.privacy.reader import read_under_warrant
from fairledger.privacy.sealing import seal_order
from fairledger.proof.purge import verify_purge
from fairledger_contracts.records.commitment import commit, root_of
from fairledger_contracts.records.personal_data import PersonalData
from fairledger_contracts.records.private_read import Announcement, ReadTerms
from fairledger_contracts.records.warrant import Subject, SubjectKind, Warrant, WarrantTerms
from tests.network.heights import caught_up
from tests.network.ledger_load import CHANNEL
from tests.network.market import Market
from tests.network.proved import assert_proved, exported, verified
from tests.network.rest_client import Api
from tests.network.running_consortium import RunningConsortium

PLATFORM = "PlatformAMSP"
VALUES = {"name": "canary Zhang San", "phone": "canary13800000001", "address": "canary street 1"}
PERSON = "canary person"
COLLECTION_MEMBERS = ("PlatformA", "Regulator")
PULLED_IN_S = 240  # a healed peer asks the other members again and again


@dataclass
class Scene:
    """An order of PlatformA that is on the ledger, and all who deal with it."""

    consortium: RunningConsortium
    folder: Path
    clients: dict[str, PrivacyClient]
    gateways: dict[str, Gateway]
    own_key: PrivateKey
    service_key: PrivateKey
    orders: PrivateOrders
    placed: Placed

    @property
    def order(self) -> str:
        return self.placed.record.order

    async def another(self) -> "Scene":
        """The same people with an order of its own."""
        placed = await self.orders.place(PERSON, VALUES, public(uuid4().hex))
        await self.caught_up()
        return replace(self, placed=placed)

    async def warrant(self, **other: Any) -> Warrant:
        now = datetime.now(UTC)
        terms = WarrantTerms(
            **{
                "platform": PLATFORM,
                "subject": Subject(kind=SubjectKind.ORDER, value=self.order),
                "fields": ("name", "phone"),
                "purpose": "complaint 7",
                "legal_basis": "article 25",
                "valid_from": now - timedelta(hours=1),
                "valid_until": now + timedelta(hours=1),
                **other,
            }
        )
        made = await self.clients["regulator"].make_warrant(terms)
        confirmed = await self.clients["supervisor"].confirm_warrant(made.id)
        await self.caught_up()
        return confirmed

    def terms(self, warrant: str, *fields: str) -> ReadTerms:
        return ReadTerms(warrant=warrant, platform=PLATFORM, order=self.order, fields=fields)

    async def announced(self, person: str, terms: ReadTerms, at: datetime) -> Announcement:
        """What becomes of a person's announcement, which is dated ``at``."""
        gateway = self.gateways[person]
        contract = gateway.network(CHANNEL).contract("credit", "privacy")
        transaction = await gateway.endorse(contract.new_proposal("announce_read", terms.model_dump_json(), at=at))
        assert (await gateway.commit_status(await gateway.submit(transaction))).successful
        return Announcement.model_validate_json(transaction.result)

    async def read(self, terms: ReadTerms) -> dict[str, str]:
        service = KeyService(self.clients["association"], KeyRing(self.service_key))
        key = self.consortium.wallet("Regulator").private_key_pem("regulator")
        reader = PrivateKey.read(key).key
        opened = await read_under_warrant(self.clients["regulator"], reader, service.release, terms)
        return {name: field.value for name, field in opened.items()}

    async def caught_up(self) -> None:
        """Wait until all peers have what was written: who reads at another organisation reads at another peer."""
        await caught_up(list(self.gateways.values()))

    def sealed(self, order: str) -> PersonalData:
        holders = [self.own_key.key.public_key(), self.service_key.key.public_key()]
        return seal_order(PLATFORM, order, "0001", VALUES, holders)


def public(order: str) -> dict[str, Any]:
    return {
        "order": order,
        "area": "CN-4403",
        "goods": "https://id.gs1.org/01/09521000001107",
        "quantity": 1,
        "price_minor": 299_900,
        "currency": "CNY",
        "ordered_at": datetime.now(UTC),
    }


@pytest.fixture(scope="module")
async def scene(
    consortium: RunningConsortium, market: Market, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Scene]:
    del market  # which made the platforms members
    folder = tmp_path_factory.mktemp("platform")
    people = {
        "operator": ("PlatformA", "operator"),
        "clerk": ("PlatformB", "clerk"),
        "association": ("Association", "service"),
        "regulator": ("Regulator", "regulator"),
        "supervisor": ("Regulator", "supervisor"),
    }
    async with AsyncExitStack() as stack:
        gateways = {
            name: await stack.enter_async_context(consortium.gateway(*person)) for name, person in people.items()
        }
        clients = {
            name: PrivacyClient(gateway.network(CHANNEL).contract("credit", "privacy"))
            for name, gateway in gateways.items()
        }
        own_key, service_key = (
            PrivateKey.load(consortium.layout.api(organization) / "privacy.pem")
            for organization in ("PlatformA", "Association")
        )
        await KeyService(clients["association"], KeyRing(service_key)).offer()
        await caught_up(list(gateways.values()))
        journal = Journal(f"sqlite:///{folder / 'jobs.sqlite'}")
        orders = PrivateOrders(clients["operator"], PLATFORM, KeyRing(own_key), journal)
        placed = await orders.place(PERSON, VALUES, public(uuid4().hex))
        await caught_up(list(gateways.values()))
        yield Scene(consortium, folder, clients, gateways, own_key, service_key, orders, placed)
        journal.close()


def holding(folder: Path, *needles: bytes) -> list[Path]:
    """Files below ``folder`` that contain one of ``needles``."""
    return [file for file in sorted(folder.rglob("*")) if file.is_file() and _has(file.read_bytes(), needles)]


def _has(content: bytes, needles: Sequence[bytes]) -> bool:
    return any(needle in content for needle in needles)


def spelled(text: str) -> Iterator[bytes]:
    """A text in clear, in hexadecimal, as in a URL, and as a part of something in base64, wherever it begins there."""
    plain = text.encode()
    yield from (plain, plain.hex().encode(), plain.hex().upper().encode(), quote(text).encode())
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + plain)
        yield encoded[(before * 8 + 5) // 6 : (before + len(plain)) * 8 // 6]


async def ciphertext(scene: Scene) -> bytes:
    """What nobody outside of the collection has, as it lies on a member's disk."""
    data = await scene.clients["operator"].own(scene.order, "0001")
    return data.fields["address"].ciphertext.encode()


def assert_nothing_in_clear(scene: Scene, *secrets: str) -> None:
    """Not in a ledger, a read model, a journal or a log; what is public is found, by the same search."""
    root = scene.consortium.layout.root
    canaries = [spelling for text in (*VALUES.values(), PERSON, *secrets) for spelling in spelled(text)]
    assert holding(root, *canaries) == []
    assert holding(scene.folder, *canaries) == []
    assert holding(root, *spelled(scene.order)) != []


async def test_what_was_private_is_found_nowhere_in_clear(scene: Scene) -> None:
    assert_nothing_in_clear(scene, scene.placed.capability)


async def test_the_ciphertext_is_with_the_members_of_the_collection_alone(scene: Scene) -> None:
    sealed = await ciphertext(scene)
    found = holding(scene.consortium.layout.root, sealed)
    nodes = scene.consortium.layout.root / "nodes"
    owners = {file.relative_to(nodes).parts[0] for file in found if file.is_relative_to(nodes)}
    assert owners == {f"peer0.{name}" for name in COLLECTION_MEMBERS}
    assert [file for file in found if not file.is_relative_to(nodes)] == []


async def test_a_warrant_opens_the_fields_that_it_names(scene: Scene) -> None:
    warrant = await scene.warrant()
    assert await scene.read(scene.terms(warrant.id, "name", "phone")) == {
        name: VALUES[name] for name in ("name", "phone")
    }


async def test_attempts_without_right_are_refused_and_on_record(scene: Scene) -> None:
    now = datetime.now(UTC)
    good = await scene.warrant()
    brief = await scene.warrant(valid_until=now + timedelta(minutes=1))
    foreign = await scene.warrant(platform="PlatformBMSP")
    other = await scene.warrant(subject=Subject(kind=SubjectKind.ORDER, value="another"))
    attempts = [
        ("regulator", scene.terms("0" * 64, "name"), "PRIVACY_WARRANT_UNKNOWN"),
        ("regulator", scene.terms(brief.id, "name"), "PRIVACY_WARRANT_EXPIRED"),
        ("regulator", scene.terms(foreign.id, "name"), "PRIVACY_WARRANT_PLATFORM"),
        ("regulator", scene.terms(other.id, "name"), "PRIVACY_WARRANT_SUBJECT"),
        ("regulator", scene.terms(good.id, "address"), "PRIVACY_WARRANT_FIELDS"),
        ("clerk", scene.terms(good.id, "name"), "PRIVACY_ROLE_DENIED"),
        ("operator", scene.terms(good.id, "name"), "PRIVACY_ROLE_DENIED"),
    ]
    for person, terms, code in attempts:
        at = datetime.now(UTC) + timedelta(minutes=1)  # when the brief warrant is over; clocks may differ by more
        announced = await scene.announced(person, terms, at)
        assert (announced.refused, announced.announced_at) == (code, at)
        with pytest.raises(GatewayError, match=code):
            await scene.clients[person].read(announced.id)
        await scene.caught_up()
        with pytest.raises(GatewayError, match=code):
            await scene.clients["association"].release(announced.id, ["name"])


async def test_outsiders_have_no_data_to_read(scene: Scene) -> None:
    with pytest.raises(GatewayError, match="PRIVACY_DATA_UNKNOWN"):
        await scene.clients["clerk"].own(scene.order, "0001")
    with pytest.raises(GatewayError, match="PRIVACY_ROLE_DENIED"):
        await scene.clients["association"].own(scene.order, "0001")
    for outsider in ("PlatformBMSP", "AssociationMSP"):  # nor has their peer any, for who is a member and asks there
        contract = scene.gateways["operator"].network(CHANNEL).contract("credit", "privacy")
        with pytest.raises(GatewayError) as refused:
            await contract.evaluate("own", scene.order, "0001", endorsing_organizations=[outsider])
        assert "ciphertext" not in str(refused.value)


async def test_a_value_of_few_is_not_guessed_from_what_is_public(scene: Scene) -> None:
    """Of two orders with the same values nothing public is alike, and no hash is one of a guess."""
    values = {"sex": "f"}
    records = [(await scene.orders.place(PERSON, values, public(uuid4().hex))).record for _ in range(2)]
    await scene.caught_up()
    first, second = (record.seal for record in records)
    assert {first.root, first.private_sha256}.isdisjoint({second.root, second.private_sha256})
    seen = [await scene.clients[name].order(PLATFORM, record.order) for name in ("clerk",) for record in records]
    assert seen == records  # outsiders know no more than this
    plain = ("f", "m", "sex:f", '{"sex":"f"}', "sexf", PERSON, f"{PLATFORM}:{PERSON}", f"{PLATFORM}{PERSON}")
    guesses = [hashlib.sha256(text.encode()).hexdigest() for text in plain]
    salts = (bytes(32), b"\xff" * 32, bytes.fromhex(first.root), hashlib.sha256(PERSON.encode()).digest())
    salted = [commit(salt, "sex", value) for salt in salts for value in ("f", "m")]
    guesses += [*salted, *(root_of([each]) for each in salted), *(root_of([each, each]) for each in salted)]
    guesses += [key.pseudonym(PERSON) for key in (scene.service_key, PrivateKey.generate())]
    told = "".join(record.model_dump_json() for record in records)
    assert [guess for guess in guesses if guess in told] == []
    for record in records:  # who has the salt or the platform's key finds what was looked for
        _data, opened = await scene.orders.opened(record.order)
        assert root_of([commit(opened["sex"].salt, "sex", "f")]) == record.seal.root
        assert scene.own_key.pseudonym(PERSON) == record.facts.pseudonym


async def test_a_write_that_others_endorsed_is_invalid(scene: Scene) -> None:
    data = scene.sealed(uuid4().hex)
    contract = scene.gateways["operator"].network(CHANNEL).contract("credit", "privacy")
    with pytest.raises(CommitError) as invalid:
        await contract.submit(
            "keep",
            transient={TRANSIENT: data.to_state()},
            endorsing_organizations=["AssociationMSP", "PlatformBMSP"],
        )
    assert invalid.value.validation_code == "ENDORSEMENT_POLICY_FAILURE"
    with pytest.raises(GatewayError, match="PRIVACY_DATA_UNKNOWN"):
        await scene.clients["operator"].own(data.order, "0001")


async def test_neither_the_regulator_nor_the_association_alone_can_read(scene: Scene) -> None:
    """With all keys and all data of either's disks."""
    data = await scene.clients["operator"].own(scene.order, "0001")
    wallets = {name: scene.consortium.wallet(name) for name in ("Regulator", "Association")}
    keys = {
        organization: [
            PrivateKey.read(wallet.private_key_pem(file.stem))
            for file in sorted(scene.consortium.layout.wallet(organization).glob("*.id"))
        ]
        for organization, wallet in wallets.items()
    }
    assert len(keys["Regulator"]) >= 3
    wrapped = [key for sealed in data.fields.values() for key in sealed.keys]
    for key in (*keys["Regulator"], *keys["Association"]):
        assert key.id not in wrapped
        with pytest.raises(PrivacyError, match="PRIVACY_UNWRAP"):
            open_with(KeyRing(key), data)
    assert (
        open_with(KeyRing(scene.service_key), data)["phone"].value == VALUES["phone"]
    )  # which has the key, and not the data:
    layout = scene.consortium.layout
    for folder in (layout.node("peer0.Association"), layout.node("orderer0.Association"), layout.api("Association")):
        assert folder.is_dir()
        for sealed in data.fields.values():
            assert holding(folder, sealed.ciphertext.encode()) == []
            assert holding(folder, base64.b64decode(sealed.ciphertext)) == []


async def test_a_purge_takes_the_correction_that_is_under_way(scene: Scene) -> None:
    other = await scene.another()
    holders = [scene.own_key.key.public_key(), scene.service_key.key.public_key()]
    await scene.clients["operator"].keep(seal_order(PLATFORM, other.order, "0002", VALUES, holders))
    await scene.orders.purge(other.order, "the person asked")
    for version in ("0001", "0002"):
        with pytest.raises(GatewayError, match="PRIVACY_DATA_UNKNOWN"):
            await scene.clients["operator"].own(other.order, version)


async def test_the_regulator_alone_can_neither_write_nor_purge(scene: Scene) -> None:
    contract = scene.gateways["operator"].network(CHANNEL).contract("credit", "privacy")
    with pytest.raises(CommitError) as invalid:
        await contract.submit("purge", scene.order, "x", endorsing_organizations=["AssociationMSP", "RegulatorMSP"])
    assert invalid.value.validation_code == "ENDORSEMENT_POLICY_FAILURE"
    with pytest.raises(CommitError) as invalid:
        await contract.submit(
            "keep",
            transient={TRANSIENT: scene.sealed(uuid4().hex).to_state()},
            endorsing_organizations=["RegulatorMSP"],
        )
    assert invalid.value.validation_code == "ENDORSEMENT_POLICY_FAILURE"
    assert (await scene.clients["operator"].own(scene.order, "0001")).order == scene.order


async def test_what_broke_off_before_it_was_published_is_purged(scene: Scene) -> None:
    data = scene.sealed(uuid4().hex)
    await scene.clients["operator"].keep(data)
    assert (data.order, "0001") in await scene.clients["operator"].unpublished()
    now = datetime.now(UTC)
    assert [await scene.orders.sweep(at) for at in (now, now + UNPUBLISHED_FOR)] == [0, 1]
    assert await scene.clients["operator"].unpublished() == []


async def test_a_correction_takes_the_version_before(scene: Scene) -> None:
    placed = await scene.orders.place(PERSON, VALUES, public(uuid4().hex))
    corrected = await scene.orders.correct(placed.record.order, {**VALUES, "phone": "1"})
    assert [seal.version for seal in corrected.seals] == ["0001", "0002"]
    _data, opened = await scene.orders.opened(placed.record.order)
    assert opened["phone"].value == "1"
    with pytest.raises(GatewayError, match="PRIVACY_DATA_UNKNOWN"):
        await scene.clients["operator"].own(placed.record.order, "0001")


async def test_the_services_do_all_that_together(scene: Scene) -> None:
    """An order, a reading under warrant and what its buyer sees of it, through three organisations' services."""
    platform = Api(scene.consortium, "PlatformA", "operator")
    regulator = Api(scene.consortium, "Regulator", "regulator")
    new = {**public(uuid4().hex), "ordered_at": "2026-11-25T08:00:00Z", "person": PERSON, "values": VALUES}
    placed = await platform.client.post("/privacy/orders", json=new, headers=platform.bearer)
    assert placed.status_code == 201, placed.text
    warrant = await scene.warrant(subject=Subject(kind=SubjectKind.ORDER, value=new["order"]))
    wanted = {"warrant": warrant.id, "platform": PLATFORM, "order": new["order"], "fields": ["phone"]}
    read = await regulator.client.post("/privacy/reads", json=wanted, headers=regulator.bearer, timeout=90)
    assert (read.status_code, read.json()) == (200, {"values": {"phone": VALUES["phone"]}})

    address, secret = f"/privacy/orders/{new['order']}/mine", {"Fairledger-Capability": placed.json()["capability"]}
    before = await platform.client.get(address, headers=secret)
    assert (before.json()["values"], before.json()["readings"]) == (VALUES, [])
    await scene.clients["supervisor"].end_warrant(warrant.id)
    async with asyncio.timeout(60):
        while not (after := (await platform.client.get(address, headers=secret)).json())["readings"]:  # noqa: ASYNC110
            await asyncio.sleep(0.1)  # the read model of another process follows
    assert [each["terms"]["fields"] for each in after["readings"]] == [["phone"]]
    for client in (platform.client, regulator.client):
        await client.aclose()
    assert_nothing_in_clear(scene, *secret.values(), scene.placed.capability)


async def test_an_order_and_its_purge_have_proofs_and_what_one_platform_keeps_by_itself_has_none(
    scene: Scene, tmp_path: Path
) -> None:
    """A private write is endorsed by its platform alone, which proves nothing: the order published names its hash."""
    contract = scene.gateways["operator"].network(CHANNEL).contract("credit", "privacy")
    data = scene.sealed(uuid4().hex)
    kept = await contract.submit_async(
        "keep", transient={TRANSIENT: data.to_state()}, endorsing_organizations=[PLATFORM]
    )
    assert (await kept.status()).successful
    content = await asyncio.to_thread(exported, scene.consortium, kept.tx_id, tmp_path / "keep.json")
    refused = verified(scene.consortium, content, tmp_path / "keep.json")
    assert refused.returncode == 1
    assert f"✗ step 8: PROOF_ENDORSEMENTS: endorsed by {PLATFORM}" in refused.stderr

    other = await scene.another()
    purged = await contract.submit_async("purge", other.order, "the person asked")
    assert (await purged.status()).successful
    signer = f"platform of {PLATFORM}"
    assert_proved(scene.consortium, purged.tx_id, tmp_path / "purge.json", kind="privacy-order", signer=signer)


async def test_a_purge_is_for_good_and_a_node_that_joins_later_does_not_get_the_data(scene: Scene) -> None:
    """Peers pull private data in when they can: once an order before it and one after it are back, all would be."""
    before, gone, later = [await scene.another() for _ in range(3)]
    warrant = await gone.warrant()
    announced = await scene.clients["regulator"].announce_read(gone.terms(warrant.id, "name"))
    kept, purged = [await ciphertext(each) for each in (before, later)], await ciphertext(gone)
    disks = {name: scene.consortium.data(f"peer0.{name}") for name in COLLECTION_MEMBERS}
    assert [holding(disk, needle) != [] for disk in disks.values() for needle in (*kept, purged)] == [True] * 6

    record = await scene.orders.purge(gone.order, "the person asked")
    await scene.caught_up()
    assert (record.seals, record.purge_reason) == (gone.placed.record.seals, "the person asked")
    with pytest.raises(GatewayError, match="PRIVACY_PURGED"):
        await scene.clients["regulator"].read(announced.id)
    with pytest.raises(GatewayError, match="PRIVACY_DATA_UNKNOWN"):
        await scene.clients["operator"].own(gone.order, "0001")

    for name, disk in reversed(disks.items()):  # each gets its data from the other alone
        await asyncio.to_thread(scene.consortium.heal, f"peer0.{name}")
        async with asyncio.timeout(PULLED_IN_S):
            while not all(holding(disk, needle) for needle in kept):  # noqa: ASYNC110  another process
                await asyncio.sleep(0.5)
        assert holding(disk, purged) == [], name
    async with scene.consortium.gateway("Regulator", "supervisor") as gateway:
        client = PrivacyClient(gateway.network(CHANNEL).contract("credit", "privacy"))
        assert (await client.order(PLATFORM, gone.order)).purged_at == record.purged_at
    async with scene.consortium.gateway("PlatformA", "operator") as gateway:
        client = PrivacyClient(gateway.network(CHANNEL).contract("credit", "privacy"))
        assert (await client.own(before.order, "0001")).order == before.order
        with pytest.raises(GatewayError, match="PRIVACY_DATA_UNKNOWN"):
            await client.own(gone.order, "0001")


async def test_who_had_data_purged_takes_the_proof_home_and_verifies_it_there(scene: Scene) -> None:
    platform, layout = Api(scene.consortium, "PlatformA", "operator"), scene.consortium.layout
    order = uuid4().hex
    new = {**public(order), "ordered_at": "2026-11-25T08:00:00Z", "person": PERSON, "values": VALUES}
    placed = await platform.client.post("/privacy/orders", json=new, headers=platform.bearer)
    assert placed.status_code == 201, placed.text
    who = {"lang": "en", "order": order, "secret": placed.json()["capability"]}

    early = await platform.client.post("/my-data/proof", data=who)
    purged = await platform.client.post("/my-data/purge", data={**who, "reason": "I asked", "sure": "yes"})
    file = await platform.client.post("/my-data/proof", data=who)

    assert (early.status_code, purged.status_code, file.status_code) == (400, 200, 200), purged.text
    steps = list(verify_purge(file.content, read_roots(layout.root / "organizations"), PLATFORM, order))
    assert [step.name for step in steps[10:]] == [
        "order marked as purged",
        "who purged",
        "command to the holders' peers",
        "what remains",
    ]
    assert (order in steps[10].found, "I asked" in steps[10].found) == (True, True)
