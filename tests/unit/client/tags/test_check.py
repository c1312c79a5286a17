"""What a scanned tag shows of the goods: that their maker signed it, or why nobody should believe that."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fabric_protos.common import common_pb2
from hypothesis import given, settings
from hypothesis import strategies as st

from fairledger.digital_link.link import DigitalLink
from fairledger.identity import KeySigner
from fairledger.readmodel.database import Database, sqlite_url
from fairledger.readmodel.lineage import history
from fairledger.readmodel.projector import Projector
from fairledger.tags import Tag, key_id_of
from fairledger.tags.check import check_tag
from fairledger_chaincode.simulator import SimulatedIdentity
from fairledger_contracts.lineage.grade import Finding
from tests.support.blocks import Chain, envelope
from tests.support.captures import document, envelope_of, event, simulator
from tests.support.channel_config import ChannelConfig

REVOKED_AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
PHONE = "https://id.gs1.org/01/09521000123458/21/1"
LOT = "https://id.gs1.org/01/04006381333931/10/L7"  # of a key that nobody has a licence for
PEOPLE = {
    "maker": ("PlatformAMSP", "producer", "9521000000018"),
    "colleague": ("PlatformAMSP", "processor", "9521000000018"),  # of the maker's business, with a key of their own
    "holder": ("PlatformAMSP", "merchant", "9521000000025"),  # who holds the licence for the goods
    "before": ("PlatformAMSP", "merchant", "9521000000032"),  # who held it
    "carrier": ("PlatformBMSP", "carrier", "9521000000018"),  # the maker's GLN, in another organisation
    "stranger": ("PlatformBMSP", "producer", "9521000000049"),  # whom the ledger never saw
    "officer": ("AssociationMSP", "officer", ""),
    "bottler": ("PlatformBMSP", "producer", "9521000000056"),  # who makes more of the maker's lot
}
RECORDED = {  # by whom, which event
    "maker": event(1, bizStep="commissioning", action="ADD"),
    "colleague": event(2),
    "holder": event(1, eventID="urn:uuid:00000000-0000-4000-8000-0000000000aa", bizStep="retail_selling"),
    "before": event(4),
    "carrier": event(1, eventID="urn:uuid:00000000-0000-4000-8000-0000000000bb", bizStep="shipping"),
}


def _more_of_the_lot(number: int) -> dict[str, Any]:
    made = event(
        number, bizStep="creating_class_instance", action="ADD", quantityList=[{"epcClass": LOT, "quantity": 9}]
    )
    del made["epcList"]
    return made


class Goods:
    """A phone with its maker, the licence's holders, and a read model that knows their keys."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.people: dict[str, SimulatedIdentity] = {}

    def signed(self, name: str, link: str = PHONE) -> str:
        """The address on a tag that somebody signed."""
        person = self.people[name]
        tag = Tag.sign(DigitalLink.parse(link), person.certificate, KeySigner(person.private_key))
        return tag.on("http://shop.example")

    def check(self, scanned: str, item: str = PHONE) -> tuple[str, str]:
        """Outcome and code."""
        found = self.found(scanned, item)
        return found.outcome.value, found.code

    def found(self, scanned: str, item: str) -> Finding:
        with self.database.reading() as connection:
            return check_tag(connection, scanned, history(connection, item))


@pytest.fixture(scope="module")
async def goods(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Goods]:
    database = Database.open(sqlite_url(tmp_path_factory.mktemp("goods") / "readmodel.sqlite"))
    goods, chain = Goods(database), Chain()
    async with simulator() as ledger:

        async def submit(name: str, function: str, argument: str) -> None:
            endorsed = await ledger.endorse(goods.people[name], f"trace:{function}", argument)
            await ledger.commit([endorsed])
            chain.add([envelope_of(endorsed, goods.people[name].serialized)])

        for name, (msp_id, role, gln) in PEOPLE.items():
            attributes: dict[str, Any] = {"role": role, **({"gln": gln} if gln else {})}
            goods.people[name] = ledger.identity(msp_id, name, **attributes)
        for name in ("before", "holder"):
            msp_id, _, gln = PEOPLE[name]
            licence = {"prefix": "9521000", "msp_id": msp_id, "gln": gln, "name": name}
            await submit("officer", "license_prefix", json.dumps(licence))
        for name, made in RECORDED.items():
            await submit(name, "capture", document(made))
        for number, name in enumerate(("maker", "bottler"), 10):
            await submit(name, "capture", document(_more_of_the_lot(number)))
    for block in chain.blocks:
        Projector(database).apply(block)
    yield goods
    database.close()


@pytest.fixture(scope="module")
async def revoked(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Goods]:
    """The maker recorded one phone; the channel refused the maker's key; a colleague recorded another."""
    database = Database.open(sqlite_url(tmp_path_factory.mktemp("revoked") / "readmodel.sqlite"))
    goods, chain = Goods(database), Chain()
    async with simulator() as ledger:
        for name in ("maker", "colleague"):
            msp_id, role, gln = PEOPLE[name]
            goods.people[name] = ledger.identity(msp_id, name, role=role, gln=gln)

        async def record(name: str, number: int) -> None:
            text = document(event(number, bizStep="commissioning", action="ADD"))
            endorsed = await ledger.endorse(goods.people[name], "trace:capture", text)
            await ledger.commit([endorsed])
            chain.add([envelope_of(endorsed, goods.people[name].serialized)])

        await record("maker", 1)
        await record("colleague", 2)
        authorities = {msp_id: ledger.authority(msp_id) for msp_id in ledger.organizations}
        config = ChannelConfig(authorities, REVOKED_AT, [goods.people["maker"].certificate])
        content = config.content()
        chain.add([envelope("", kind=common_pb2.HeaderType.CONFIG, at=REVOKED_AT, config=content)])
        await record("colleague", 3)
    for block in chain.blocks:
        Projector(database).apply(block)
    yield goods
    database.close()


def phone(number: int) -> str:
    return f"https://id.gs1.org/01/09521000123458/21/{number}"


@pytest.mark.parametrize("number", [1, 2])
def test_the_tag_of_goods_that_the_ledger_had_before_its_key_was_revoked_counts_and_says_when(
    revoked: Goods, number: int
) -> None:
    found = revoked.found(revoked.signed("maker", phone(number)), phone(number))
    assert (found.outcome, found.code, found.values) == ("shown", "SIGNED_BY_MAKER", (("revoked", "2026-11-24"),))


def test_a_revoked_key_signs_for_no_goods_that_came_later(revoked: Goods) -> None:
    found = revoked.found(revoked.signed("maker", phone(3)), phone(3))
    assert (found.outcome, found.code, found.values) == ("contradicted", "KEY_REVOKED", (("revoked", "2026-11-24"),))


@pytest.mark.parametrize("number", [1, 2, 3])
def test_other_keys_of_the_business_sign_as_before(revoked: Goods, number: int) -> None:
    found = revoked.found(revoked.signed("colleague", phone(number)), phone(number))
    assert (found.outcome, found.code, found.values) == ("shown", "SIGNED_BY_MAKER", ())


def test_what_a_revoked_key_forges_is_forged(revoked: Goods) -> None:
    moved = revoked.signed("maker", phone(1)).replace("/21/1?", "/21/2?")
    assert revoked.check(moved, phone(2)) == ("contradicted", "FORGED")


@pytest.mark.parametrize("name", ["maker", "colleague", "holder"])
def test_the_makers_business_and_the_licences_holder_sign_for_the_goods(goods: Goods, name: str) -> None:
    assert goods.check(goods.signed(name)) == ("shown", "SIGNED_BY_MAKER")


@pytest.mark.parametrize("name", ["maker", "bottler"])
def test_each_of_a_lots_makers_signs_for_it(goods: Goods, name: str) -> None:
    assert goods.check(goods.signed(name, LOT), LOT) == ("shown", "SIGNED_BY_MAKER")


@pytest.mark.parametrize("name", ["before", "carrier"])
def test_the_holder_before_and_who_only_carried_it_do_not(goods: Goods, name: str) -> None:
    assert goods.check(goods.signed(name)) == ("contradicted", "SIGNED_BY_ANOTHER")


def test_a_key_that_the_ledger_never_saw_is_unknown(goods: Goods) -> None:
    assert goods.check(goods.signed("stranger")) == ("contradicted", "KEY_UNKNOWN")


@pytest.mark.parametrize("scanned", [PHONE, "http://shop.example/01/9521000123458/21/1?linkType=gs1:pip", "no link"])
def test_what_nobody_signed_shows_nothing(goods: Goods, scanned: str) -> None:
    assert goods.check(scanned) == ("missing", "UNSIGNED")


def test_what_is_half_a_signature_is_malformed(goods: Goods) -> None:
    address, _, signature = goods.signed("maker").partition("&sig=")
    assert goods.check(address) == ("contradicted", "TAG_MALFORMED")
    for part in ("", signature[:-1], signature + "A", "!" * 86):
        assert goods.check(f"{address}&sig={part}") == ("contradicted", "TAG_MALFORMED"), part
    assert goods.check(f"{PHONE}?sig={signature}") == ("contradicted", "TAG_MALFORMED")


def test_a_signature_under_anothers_key_is_forged(goods: Goods) -> None:
    own, maker = goods.signed("stranger"), key_id_of(goods.people["maker"].certificate)
    forged = own.replace(key_id_of(goods.people["stranger"].certificate), maker)
    assert goods.check(forged) == ("contradicted", "FORGED")


def test_a_tag_on_other_goods_is_forged(goods: Goods) -> None:
    moved = goods.signed("maker").replace("/21/1?", "/21/9?")
    other = "https://id.gs1.org/01/09521000123458/21/9"
    assert goods.check(moved, other) == ("contradicted", "FORGED")


@settings(max_examples=50, deadline=None)
@given(position=st.integers(0, 63), flip=st.integers(1, 255))
def test_a_signature_with_one_byte_changed_is_forged(goods: Goods, position: int, flip: int) -> None:
    address, _, text = goods.signed("maker").partition("&sig=")
    changed = bytearray(base64.urlsafe_b64decode(text + "=="))
    changed[position] ^= flip
    forged = base64.urlsafe_b64encode(changed).decode().rstrip("=")
    assert goods.check(f"{address}&sig={forged}") == ("contradicted", "FORGED")


def test_goods_that_nobody_made_are_signed_for_by_the_licences_holder_alone(goods: Goods) -> None:
    unmade = "https://id.gs1.org/01/09521000123458/21/UNMADE"
    assert goods.check(goods.signed("holder", unmade), unmade) == ("shown", "SIGNED_BY_MAKER")
    assert goods.check(goods.signed("maker", unmade), unmade) == ("contradicted", "SIGNED_BY_ANOTHER")
