"""Reading under warrant from end to end: what opens, what does not, and that neither side alone can."""

import asyncio
import base64
from dataclasses import dataclass
from itertools import combinations

import pytest

from fairledger.gateway.errors import GatewayError
from fairledger.privacy.client import PrivacyClient
from fairledger.privacy.errors import PrivacyError
from fairledger.privacy.key_ring import KeyRing
from fairledger.privacy.key_service import LOOK_S, LOOKS_MAX, KeyRequest, KeyService, ReleasedKeys
from fairledger.privacy.keys import PrivateKey
from fairledger.privacy.opening import open_with
from fairledger.privacy.reader import read_under_warrant, request_for
from fairledger.privacy.wrapping import unwrap
from fairledger_chaincode.simulator import SimulatedIdentity
from fairledger_contracts.records.personal_data import PersonalData, collection_of, place_of
from fairledger_contracts.records.private_read import Announcement, ReadTerms, Release
from tests.support.privacy import FIELDS, ORDER, PLATFORM, VALUES, PrivacyLedger, SimulatedContract


@dataclass
class Parties:
    """The regulator's officer and the association's key service."""

    privacy: PrivacyLedger

    def client(self, identity: SimulatedIdentity) -> PrivacyClient:
        return PrivacyClient(SimulatedContract(self.privacy.ledger, identity))

    @property
    def service(self) -> KeyService:
        return KeyService(self.client(self.privacy.association), KeyRing(self.privacy.service_key))

    async def read(self, warrant: str, fields: tuple[str, ...]) -> dict[str, str]:
        terms = ReadTerms(warrant=warrant, platform=PLATFORM, order=ORDER, fields=fields)
        officer = self.privacy.officer
        opened = await read_under_warrant(self.client(officer), officer.private_key, self.service.release, terms)
        return {name: field.value for name, field in opened.items()}

    async def request(self, fields: tuple[str, ...] = ("name", "phone")) -> tuple[Announcement, KeyRequest]:
        announced = await self.privacy.announced((await self.privacy.warrant()).id, fields=fields)
        reading = await self.client(self.privacy.officer).read(announced.id)
        key = self.privacy.officer.private_key
        return announced, request_for(announced.id, reading, key)


@pytest.fixture
def parties(privacy: PrivacyLedger) -> Parties:
    return Parties(privacy)


async def test_a_warrant_for_fields_opens_exactly_those(parties: Parties) -> None:
    await parties.privacy.published()
    for size in (1, 2, 3):
        for fields in combinations(FIELDS, size):
            warrant = (await parties.privacy.warrant(fields=list(fields))).id
            assert await parties.read(warrant, fields) == {name: VALUES[name] for name in fields}
            for other in sorted(set(FIELDS) - set(fields)):
                with pytest.raises(PrivacyError, match="PRIVACY_WARRANT_FIELDS"):
                    await parties.read(warrant, (other,))


async def test_a_release_is_on_the_ledger_before_the_answer(parties: Parties) -> None:
    await parties.privacy.published()
    announced, request = await parties.request()
    answer = await parties.service.release(request)
    state = parties.privacy.ledger.state(Release.key_of(announced.id))
    assert state is not None
    assert Release.model_validate_json(state).fields == ("name", "phone")
    place = place_of(PLATFORM, ORDER, "0001", "name")
    with pytest.raises(PrivacyError, match="PRIVACY_UNWRAP"):  # for nobody but the reader
        unwrap(base64.b64decode(answer.keys["name"]), parties.privacy.colleague.private_key, place)


async def test_a_request_that_is_sent_again_releases_nothing_more(parties: Parties) -> None:
    await parties.privacy.published()
    _announced, request = await parties.request()
    await parties.service.release(request)
    height = len(parties.privacy.ledger.blocks)
    with pytest.raises(GatewayError, match="PRIVACY_RELEASED"):
        await parties.service.release(request)
    assert len(parties.privacy.ledger.blocks) == height


async def test_only_so_many_wait_for_a_reading_that_nobody_knows(
    parties: Parties, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those beyond are told at once: nobody who asks for made-up readings keeps the service busy."""
    slept: list[float] = []
    sleep = asyncio.sleep

    async def counted(seconds: float) -> None:
        slept.extend([seconds] if seconds else [])
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", counted)
    contract = SimulatedContract(parties.privacy.ledger, parties.privacy.association)
    none_free = asyncio.Semaphore(0)
    service = KeyService(PrivacyClient(contract), KeyRing(parties.privacy.service_key), waiting=none_free)
    unknown = KeyRequest(read="0" * 64, keys={"name": {"0" * 64: "AAAA"}}, signature="AAAA")
    with pytest.raises(GatewayError, match="PRIVACY_READ_UNKNOWN"):
        await service.release(unknown)
    assert slept == []
    with pytest.raises(GatewayError, match="PRIVACY_READ_UNKNOWN"):
        await parties.service.release(unknown)
    assert slept == [LOOK_S] * (LOOKS_MAX - 2)


async def test_nothing_is_answered_when_the_release_can_not_be_written(parties: Parties) -> None:
    await parties.privacy.published()
    _announced, request = await parties.request()
    contract = SimulatedContract(parties.privacy.ledger, parties.privacy.association)
    contract.spoil["release"] = [GatewayError("GATEWAY_UNREACHABLE", "as told by the test")]
    with pytest.raises(GatewayError, match="GATEWAY_UNREACHABLE"):
        await KeyService(PrivacyClient(contract), KeyRing(parties.privacy.service_key)).release(request)


async def test_a_request_that_another_signed_or_that_was_changed_is_refused(parties: Parties) -> None:
    await parties.privacy.published()
    announced, request = await parties.request()
    reading = await parties.client(parties.privacy.officer).read(announced.id)
    forged = [
        request_for(announced.id, reading, parties.privacy.colleague.private_key),
        request.model_copy(update={"keys": {"name": request.keys["name"]}}),
        request.model_copy(update={"signature": "AAAA"}),
    ]
    for each in forged:
        with pytest.raises(PrivacyError, match="PRIVACY_SIGNATURE"):
            await parties.service.release(each)


async def test_another_orders_key_is_not_unwrapped(parties: Parties) -> None:
    await parties.privacy.published()
    other = parties.privacy.sealed("o-2")
    await parties.privacy.published(other)
    announced, _request = await parties.request()
    reading = await parties.client(parties.privacy.officer).read(announced.id)
    foreign = reading.fields["name"].model_copy(update={"sealed": other.fields["name"]})
    swapped = reading.model_copy(update={"fields": {"name": foreign}})
    key = parties.privacy.officer.private_key
    with pytest.raises(PrivacyError, match="PRIVACY_UNWRAP"):
        await parties.service.release(request_for(announced.id, swapped, key))


async def test_a_field_that_was_not_announced_is_not_released(parties: Parties) -> None:
    data = parties.privacy.sealed()
    await parties.privacy.published(data)
    announced, _request = await parties.request(("name",))
    reading = await parties.client(parties.privacy.officer).read(announced.id)
    more = reading.fields["name"].model_copy(update={"sealed": data.fields["phone"]})
    widened = reading.model_copy(update={"fields": {"phone": more}})
    key = parties.privacy.officer.private_key
    with pytest.raises(PrivacyError, match="PRIVACY_FIELD"):
        await parties.service.release(request_for(announced.id, widened, key))


async def test_without_a_warrant_in_force_nothing_is_released(parties: Parties) -> None:
    await parties.privacy.published()
    announced, request = await parties.request()
    await parties.privacy.submit(parties.privacy.colleague, "end_warrant", announced.terms.warrant)
    with pytest.raises(GatewayError, match="PRIVACY_WARRANT_ENDED"):
        await parties.service.release(request)


async def test_neither_the_regulator_nor_the_association_alone_can_read(parties: Parties) -> None:
    data = parties.privacy.sealed()
    await parties.privacy.published(data)
    copies = {
        msp_id: parties.privacy.ledger.private_copies(msp_id, collection_of(PLATFORM), data.ledger_key)
        for msp_id in ("RegulatorMSP", "AssociationMSP")
    }
    assert copies == {"RegulatorMSP": [data.to_state()], "AssociationMSP": []}
    everything = PersonalData.model_validate_json(copies["RegulatorMSP"][0])
    for person in (parties.privacy.officer, parties.privacy.colleague):
        with pytest.raises(PrivacyError, match="PRIVACY_UNWRAP"):
            open_with(KeyRing(PrivateKey(person.private_key)), everything)
        for sealed in everything.fields.values():
            for wrapped in sealed.keys.values():
                with pytest.raises(PrivacyError, match="PRIVACY_UNWRAP"):
                    unwrap(base64.b64decode(wrapped), person.private_key, place_of(PLATFORM, ORDER, "0001", "name"))


async def test_a_key_service_that_mixes_up_keys_is_found_out(parties: Parties) -> None:
    await parties.privacy.published()
    warrant = (await parties.privacy.warrant()).id

    async def lying(request: KeyRequest) -> ReleasedKeys:
        answer = await parties.service.release(request)
        return answer.model_copy(update={"keys": {"name": answer.keys["phone"], "phone": answer.keys["name"]}})

    terms = ReadTerms(warrant=warrant, platform=PLATFORM, order=ORDER, fields=("name", "phone"))
    officer = parties.privacy.officer
    with pytest.raises(PrivacyError, match="PRIVACY_UNWRAP"):
        await read_under_warrant(parties.client(officer), officer.private_key, lying, terms)


async def test_a_key_service_that_leaves_out_a_key_is_found_out(parties: Parties) -> None:
    await parties.privacy.published()
    warrant = (await parties.privacy.warrant()).id

    async def sparing(request: KeyRequest) -> ReleasedKeys:
        answer = await parties.service.release(request)
        return answer.model_copy(update={"keys": {"name": answer.keys["name"]}})

    terms = ReadTerms(warrant=warrant, platform=PLATFORM, order=ORDER, fields=("name", "phone"))
    officer = parties.privacy.officer
    with pytest.raises(PrivacyError, match="PRIVACY_UNWRAP"):
        await read_under_warrant(parties.client(officer), officer.private_key, sparing, terms)


async def test_what_was_sealed_for_an_earlier_key_still_opens(parties: Parties) -> None:
    await parties.privacy.published()
    earlier, newest = parties.privacy.service_key, PrivateKey.generate()
    renewed = KeyService(parties.client(parties.privacy.association), KeyRing(newest, [earlier]))
    await renewed.offer()
    client = parties.client(parties.privacy.officer)
    assert (await client.newest_key()).id == newest.id

    _announced, request = await parties.request(("phone",))
    assert earlier.id in request.keys["phone"]
    assert newest.id not in request.keys["phone"]
    terms = ReadTerms(
        warrant=(await parties.privacy.warrant()).id, platform=PLATFORM, order=ORDER, fields=("name", "phone")
    )
    officer = parties.privacy.officer
    opened = await read_under_warrant(client, officer.private_key, renewed.release, terms)
    assert {name: field.value for name, field in opened.items()} == {name: VALUES[name] for name in terms.fields}

    forgetful = KeyService(parties.client(parties.privacy.association), KeyRing(newest))
    with pytest.raises(PrivacyError, match="PRIVACY_UNWRAP"):
        await forgetful.release(request)
