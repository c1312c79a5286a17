"""Orders as one operation: whatever breaks in between, both sides are on the ledger in the end, or none."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fairledger.gateway.errors import EndorseError, GatewayError
from fairledger.privacy.client import PrivacyClient
from fairledger.privacy.errors import PrivacyError
from fairledger.privacy.journal import Journal
from fairledger.privacy.key_ring import KeyRing
from fairledger.privacy.orders import UNPUBLISHED_FOR, PrivateOrders
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.personal_data import PersonalData, collection_of
from tests.support.privacy import FACTS, ORDER, PLATFORM, VALUES, PrivacyLedger, SimulatedContract

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PUBLIC: dict[str, Any] = {
    name: value for name, value in FACTS.items() if name not in ("pseudonym", "capability_sha256")
}


class Shop:
    """A platform's service that can be killed and started again."""

    def __init__(self, privacy: PrivacyLedger, folder: Path) -> None:
        self.privacy = privacy
        self.contract = SimulatedContract(privacy.ledger, privacy.platform)
        self._url = f"sqlite:///{folder / 'jobs.sqlite'}"
        self.restart()

    def restart(self) -> None:
        self.journal = Journal(self._url)
        self.orders = PrivateOrders(PrivacyClient(self.contract), PLATFORM, KeyRing(self.privacy.own_key), self.journal)

    def fail(self, stage: str, code: str = "GATEWAY_UNREACHABLE") -> None:
        self.contract.spoil.setdefault(stage, []).append(EndorseError(code, "as told by the test"))

    def copies(self, version: str = "0001") -> int:
        key = PersonalData.key_of(ORDER, version)
        return len(self.privacy.ledger.private_copies("RegulatorMSP", collection_of(PLATFORM), key))

    def published(self) -> list[str]:
        state = self.privacy.ledger.state(OrderRecord.key_of(PLATFORM, ORDER))
        return [] if state is None else [seal.version for seal in OrderRecord.model_validate_json(state).seals]


@pytest.fixture
def shop(privacy: PrivacyLedger, tmp_path: Path) -> Shop:
    return Shop(privacy, tmp_path)


async def test_an_order_is_placed_and_opened_again(shop: Shop) -> None:
    placed = await shop.orders.place("zhang", VALUES, PUBLIC)

    assert placed.record.facts.pseudonym == shop.privacy.own_key.pseudonym("zhang")
    _data, opened = await shop.orders.opened(ORDER)
    assert {name: field.value for name, field in opened.items()} == VALUES
    assert await shop.orders.claimed(ORDER, placed.capability) == placed.record
    with pytest.raises(PrivacyError, match="PRIVACY_CAPABILITY"):
        await shop.orders.claimed(ORDER, placed.capability[:-1] + "x")
    assert shop.journal.entries() == []


@pytest.mark.parametrize("stage", ["keep", "keep!", "publish", "publish!"])
async def test_what_broke_off_is_finished_by_the_next_run(shop: Shop, stage: str) -> None:
    shop.fail(stage)
    with pytest.raises(GatewayError, match="GATEWAY_UNREACHABLE"):
        await shop.orders.place("zhang", VALUES, PUBLIC)
    with pytest.raises(PrivacyError, match="PRIVACY_UNFINISHED"):
        await shop.orders.place("zhang", VALUES, PUBLIC)

    shop.restart()
    assert await shop.orders.finish() == 1
    assert await shop.orders.finish() == 0
    assert (shop.published(), shop.copies() >= 1, shop.journal.entries()) == (["0001"], True, [])
    _data, opened = await shop.orders.opened(ORDER)
    assert opened["phone"].value == VALUES["phone"]


async def test_an_order_that_broke_off_tells_its_secret_when_it_is_placed_again(shop: Shop) -> None:
    """Or its buyer would have none, and nothing of theirs could be claimed."""
    shop.fail("publish!")
    with pytest.raises(GatewayError, match="GATEWAY_UNREACHABLE"):
        await shop.orders.place("zhang", VALUES, PUBLIC)
    await shop.orders.finish()
    told = {**PUBLIC, "goods": "urn:epc:idpat:sgtin:9521000.000110.*"}
    assert PUBLIC["goods"] == "https://id.gs1.org/01/09521000001107"
    for public in (PUBLIC, told):
        placed = await shop.orders.place("zhang", VALUES, public)
        assert await shop.orders.claimed(ORDER, placed.capability) == placed.record
    assert (shop.published(), shop.journal.entries()) == (["0001"], [])


@pytest.mark.parametrize(
    ("person", "values", "public"),
    [("li", VALUES, PUBLIC), ("zhang", {**VALUES, "phone": "1"}, PUBLIC), ("zhang", VALUES, {**PUBLIC, "quantity": 2})],
)
async def test_no_other_order_of_the_same_id_tells_the_secret(
    shop: Shop, person: str, values: dict[str, str], public: dict[str, Any]
) -> None:
    await shop.orders.place("zhang", VALUES, PUBLIC)
    with pytest.raises(GatewayError, match="PRIVACY_VERSION"):
        await shop.orders.place(person, values, public)


async def test_an_order_that_was_purged_is_not_placed_again(shop: Shop) -> None:
    await shop.orders.place("zhang", VALUES, PUBLIC)
    await shop.orders.purge(ORDER, "the person asked")
    with pytest.raises(GatewayError, match="PRIVACY_PURGED"):
        await shop.orders.place("zhang", VALUES, PUBLIC)


async def test_what_somebody_works_on_is_left_to_them(shop: Shop) -> None:
    shop.fail("publish")
    with pytest.raises(GatewayError, match="GATEWAY_UNREACHABLE"):
        await shop.orders.place("zhang", VALUES, PUBLIC)
    (entry,) = shop.journal.entries()
    with shop.journal.in_hand(entry):
        assert (await shop.orders.finish(), shop.published()) == (0, [])
    assert (await shop.orders.finish(), shop.published()) == (1, ["0001"])


@pytest.mark.parametrize("stage", ["keep", "publish", "publish!"])
async def test_a_correction_that_broke_off_is_finished_too(shop: Shop, stage: str) -> None:
    await shop.orders.place("zhang", VALUES, PUBLIC)
    shop.fail(stage.replace("publish", "correct"))
    with pytest.raises(GatewayError, match="GATEWAY_UNREACHABLE"):
        await shop.orders.correct(ORDER, {**VALUES, "phone": "13900000000"})
    shop.restart()
    assert await shop.orders.finish() == 1
    assert (shop.published(), shop.copies("0001"), shop.copies("0002") >= 1) == (["0001", "0002"], 0, True)
    _data, opened = await shop.orders.opened(ORDER)
    assert opened["phone"].value == "13900000000"


async def test_what_the_contract_refuses_leaves_nothing(shop: Shop) -> None:
    shop.fail("publish", "PRIVACY_ORDER_EXISTS")
    with pytest.raises(GatewayError, match="PRIVACY_ORDER_EXISTS"):
        await shop.orders.place("zhang", VALUES, PUBLIC)
    assert (shop.published(), shop.copies(), shop.journal.entries()) == ([], 0, [])


async def test_what_somebody_has_no_right_to_is_not_finished_for_them(shop: Shop) -> None:
    stranger = shop.privacy.ledger.authority(PLATFORM).issue("buyer", attributes={"role": "consumer"})
    contract = SimulatedContract(shop.privacy.ledger, stranger)
    theirs = PrivateOrders(PrivacyClient(contract), PLATFORM, KeyRing(shop.privacy.own_key), shop.journal)
    with pytest.raises(GatewayError, match="PRIVACY_ROLE_DENIED"):
        await theirs.place("zhang", VALUES, PUBLIC)
    assert (await shop.orders.finish(), shop.published(), shop.copies()) == (0, [], 0)


async def test_a_second_order_of_the_same_id_takes_nothing_from_the_first(shop: Shop) -> None:
    await shop.orders.place("zhang", VALUES, PUBLIC)
    with pytest.raises(GatewayError, match="PRIVACY_VERSION"):
        await shop.orders.place("li", {"name": "li"}, PUBLIC)
    assert (shop.published(), shop.copies() >= 1, shop.journal.entries()) == (["0001"], True, [])


async def test_what_no_journal_knows_is_purged(shop: Shop) -> None:
    await shop.privacy.keep(shop.privacy.sealed())
    assert shop.copies() == 1
    assert (await shop.orders.finish(), shop.copies()) == (0, 1)
    assert (await shop.orders.sweep(NOON), shop.copies()) == (0, 1)
    shop.restart()
    assert (await shop.orders.sweep(NOON + UNPUBLISHED_FOR - SECOND), shop.copies()) == (0, 1)
    assert await shop.orders.sweep(NOON + UNPUBLISHED_FOR) == 1
    assert (shop.published(), shop.copies()) == ([], 0)


async def test_a_sweep_leaves_what_a_journal_knows_or_is_published(shop: Shop) -> None:
    shop.fail("publish")
    with pytest.raises(GatewayError, match="GATEWAY_UNREACHABLE"):
        await shop.orders.place("zhang", VALUES, PUBLIC)
    for days in range(3):
        assert await shop.orders.sweep(NOON + days * UNPUBLISHED_FOR) == 0
    await shop.orders.finish()
    assert (await shop.orders.sweep(NOON + 9 * UNPUBLISHED_FOR), shop.published(), shop.copies() >= 1) == (
        0,
        ["0001"],
        True,
    )


async def test_what_was_published_in_between_counts_as_young_again(shop: Shop) -> None:
    """An order of another service, seen on its way; later its id was kept anew."""
    data = shop.privacy.sealed()
    await shop.privacy.keep(data)
    assert await shop.orders.sweep(NOON) == 0
    await shop.contract.submit("discard", ORDER, "0001")
    assert await shop.orders.sweep(NOON + SECOND) == 0
    await shop.privacy.keep(data)
    assert (await shop.orders.sweep(NOON + UNPUBLISHED_FOR), shop.copies()) == (0, 1)


async def test_what_another_service_publishes_while_it_is_swept_stays(shop: Shop) -> None:
    await shop.privacy.keep(shop.privacy.sealed())
    await shop.orders.sweep(NOON)
    shop.fail("discard", "PRIVACY_PUBLISHED")  # the ledger's answer, as the other was faster
    assert (await shop.orders.sweep(NOON + UNPUBLISHED_FOR), shop.copies()) == (0, 1)


async def test_what_a_sweep_took_under_the_hands_of_another_service_is_kept_again(shop: Shop) -> None:
    shop.fail("publish", "PRIVACY_NOT_KEPT")
    with pytest.raises(GatewayError, match="PRIVACY_NOT_KEPT"):
        await shop.orders.place("zhang", VALUES, PUBLIC)
    await shop.contract.submit("discard", ORDER, "0001")
    assert (await shop.orders.finish(), shop.published(), shop.copies() >= 1) == (1, ["0001"], True)


async def test_while_the_ledger_is_away_nothing_is_lost(shop: Shop) -> None:
    shop.fail("keep")
    shop.fail("keep")
    with pytest.raises(GatewayError):
        await shop.orders.place("zhang", VALUES, PUBLIC)
    assert (await shop.orders.finish(), len(shop.journal.entries())) == (0, 1)
    assert (await shop.orders.finish(), len(shop.journal.entries())) == (1, 0)


async def test_the_journal_tells_no_value(shop: Shop, tmp_path: Path) -> None:
    shop.fail("publish")
    with pytest.raises(GatewayError):
        await shop.orders.place("zhang", VALUES, PUBLIC)
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())  # noqa: ASYNC240  small files of the test
    assert FACTS["area"].encode() in stored
    for value in ("zhang", *VALUES.values()):
        assert value.encode() not in stored


async def test_a_purge_takes_what_is_kept(shop: Shop) -> None:
    await shop.orders.place("zhang", VALUES, PUBLIC)
    purged = await shop.orders.purge(ORDER, "the person asked")
    assert (purged.purge_reason, shop.copies()) == ("the person asked", 0)
    with pytest.raises(GatewayError, match="PRIVACY_DATA_UNKNOWN"):
        await shop.orders.opened(ORDER)
