"""A sound bundle is verified; whatever is changed in it, verification fails and says where."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fabric_protos.common import policies_pb2

from fairledger.proof import bundle as bundle_file
from fairledger.proof import read_bundle, verify
from fairledger.proof.export import prove_events, prove_transaction
from fairledger_contracts.records import RecordedEvent
from tests.support.bundles import EPC, changed, failure, proved
from tests.support.proofs import ProvedChannel, new_key


async def test_a_sound_bundle_passes_every_step() -> None:
    channel = ProvedChannel()
    bundle = await proved(channel)

    steps = list(verify(bundle.to_bytes(), channel.roots))

    assert [step.number for step in steps] == list(range(1, 12))
    assert steps[7].found == "by AssociationMSP, PlatformBMSP, as CreditEndorsement demands"
    assert steps[9].found == "producer of PlatformAMSP"
    assert read_bundle(bundle.to_bytes()) == bundle


async def test_an_item_is_proved_by_its_events_and_no_others() -> None:
    channel = ProvedChannel()
    await proved(channel)
    mine, other = channel.capture(1)[0], channel.capture(7)[0]

    sound = await prove_events(channel, "item", EPC, [mine])
    more = await prove_events(channel, "item", EPC, [mine, other])

    assert len(list(verify(sound.to_bytes(), channel.roots))) == 11
    assert failure(more, channel) == (9, "PROOF_RECORD")


async def test_a_transaction_is_proved_without_an_event() -> None:
    channel = ProvedChannel()
    await proved(channel)
    bundle = await prove_transaction(channel, channel.capture(9)[0].capture_id)

    steps = list(verify(bundle.to_bytes(), channel.roots))

    assert steps[8].found == "writes 1 capture-segment, 1 trace-capture, 1 trace-event, 1 trace-item"


def without_an_endorsement(action: Any) -> None:
    del action.action.endorsements[0]


def for_another_proposal(action: Any) -> None:
    action.chaincode_proposal_payload = b"trace:other"


def another_result(action: Any) -> None:
    action.action.proposal_response_payload += b"\x12\x00"


@pytest.mark.parametrize(
    ("capture", "step", "code"),
    [
        ({"change": without_an_endorsement}, 8, "PROOF_ENDORSEMENTS"),
        ({"change": for_another_proposal}, 8, "PROOF_ENDORSEMENTS"),
        ({"change": another_result}, 8, "PROOF_SIGNATURE"),
        ({"endorsers": ("PlatformAMSP", "PlatformBMSP")}, 8, "PROOF_ENDORSEMENTS"),
        ({"endorsers": ("AssociationMSP", "AssociationMSP")}, 8, "PROOF_ENDORSEMENTS"),
    ],
)
async def test_endorsements_must_be_as_the_policy_demands(capture: dict[str, Any], step: int, code: str) -> None:
    channel = ProvedChannel()
    bundle = await proved(channel, **capture)

    assert failure(bundle, channel) == (step, code)


async def test_a_client_is_no_peer() -> None:
    channel = ProvedChannel()
    channel.peers["PlatformBMSP"] = channel.authorities["PlatformBMSP"].issue("somebody")

    assert failure((await proved(channel)), channel) == (8, "PROOF_ENDORSEMENTS")


def other_key(channel: ProvedChannel) -> None:
    channel.orderer = replace(channel.orderer, private_key=new_key())


def a_peer_orders(channel: ProvedChannel) -> None:
    channel.orderer = channel.peers["AssociationMSP"]


def no_orderer_organization(channel: ProvedChannel) -> None:
    channel.orderer = channel.authorities["PlatformBMSP"].issue("orderer", unit="orderer")


def unknown_authority(channel: ProvedChannel) -> None:
    channel.orderer = ProvedChannel().orderer


def other_producer_key(channel: ProvedChannel) -> None:
    channel.producer = replace(channel.producer, private_key=new_key())


def expired_producer(channel: ProvedChannel) -> None:
    yesterday = channel.now - timedelta(days=1)
    channel.producer = channel.person("producer", not_before=yesterday - timedelta(days=1), not_after=yesterday)


def revoked_producer(channel: ProvedChannel) -> None:
    channel.config.revoked.append(channel.producer.certificate)


def consumer(channel: ProvedChannel) -> None:
    channel.producer = channel.person("consumer")


def meta_policy(channel: ProvedChannel) -> None:
    channel.config.block_policy_kind = policies_pb2.Policy.IMPLICIT_META


@pytest.mark.parametrize(
    ("falsify", "step", "code"),
    [
        (meta_policy, 2, "PROOF_POLICY"),
        (other_key, 5, "PROOF_SIGNATURE"),
        (a_peer_orders, 5, "PROOF_ORDERERS"),
        (no_orderer_organization, 5, "PROOF_ORDERERS"),
        (unknown_authority, 5, "PROOF_IDENTITY"),
        (other_producer_key, 7, "PROOF_SIGNATURE"),
        (expired_producer, 7, "PROOF_IDENTITY"),
        (revoked_producer, 7, "PROOF_IDENTITY"),
        (consumer, 10, "PROOF_RECORDER"),
    ],
)
async def test_signers_must_be_who_they_should_be(
    falsify: Callable[[ProvedChannel], None], step: int, code: str
) -> None:
    channel = ProvedChannel()
    falsify(channel)

    assert failure((await proved(channel)), channel) == (step, code)


async def test_a_configuration_can_make_nobody_an_orderer() -> None:
    """A genesis block is not signed, so whoever has any certificate could write one in which clients order."""
    channel = ProvedChannel(orderer_unit="sales")
    channel.orderer = channel.authorities["AssociationMSP"].issue("somebody", unit="sales")

    assert failure((await proved(channel)), channel) == (2, "PROOF_CONFIG")


async def test_a_configuration_can_not_let_one_organization_endorse() -> None:
    channel = ProvedChannel(endorsers_demanded=1)
    bundle = await proved(channel, endorsers=("PlatformAMSP",))

    assert failure(bundle, channel) == (8, "PROOF_ENDORSEMENTS")


async def test_the_recorder_must_be_who_signed() -> None:
    channel = ProvedChannel()
    bundle = await proved(channel, recorder=channel.person("producer"))

    assert failure(bundle, channel) == (10, "PROOF_RECORDER")


async def test_another_configuration_does_not_fit_the_chain() -> None:
    """A genesis block is not signed; only the hashes up to the signed block say that it is this one."""
    channel = ProvedChannel()
    bundle = await proved(channel)
    twin = ProvedChannel(revoked=[channel.peers["PlatformAMSP"].certificate])
    twin.config.authorities = channel.authorities
    other = await proved(twin)

    assert failure(bundle.model_copy(update={"chains": other.chains}), channel) == (4, "PROOF_HASH")


async def test_what_is_shown_must_be_what_was_recorded() -> None:
    channel = ProvedChannel()
    bundle = await proved(channel)
    other: RecordedEvent = channel.capture(9)[0]
    swapped = bundle.evidence[0].model_copy(update={"tx_id": other.capture_id})
    absent = bundle.evidence[0].model_copy(update={"tx_id": channel.capture(7)[0].capture_id})

    for claim in ({"event": other.event}, {"digest": other.digest}, {"context": '["x"]'}, {"event_id": "urn:x:y"}):
        assert failure(changed(bundle, **claim), channel) == (9, "PROOF_RECORD")
    assert failure(bundle.model_copy(update={"subject": "urn:x:y"}), channel) == (9, "PROOF_RECORD")
    assert failure(bundle.model_copy(update={"evidence": [swapped]}), channel) == (9, "PROOF_RECORD")
    assert failure(bundle.model_copy(update={"evidence": [absent]}), channel) == (6, "PROOF_TRANSACTION")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "PROOF_UNREADABLE"),
        (b"[]", "PROOF_UNREADABLE"),
        (b'{"format":"fairledger-proof/2"}', "PROOF_UNREADABLE"),
    ],
)
def test_other_files_are_no_bundles(data: bytes, code: str) -> None:
    assert failure(data, ProvedChannel()) == (1, code)


async def test_a_bundle_that_grows_beyond_what_memory_holds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    channel = ProvedChannel()
    sound = await proved(channel)
    monkeypatch.setattr(bundle_file, "PARTS_BYTES_MAX", 100)
    assert failure(sound, channel) == (1, "PROOF_UNREADABLE")


async def test_a_bundle_is_written_in_one_way_only() -> None:
    channel = ProvedChannel()
    data = (await proved(channel)).to_bytes()

    assert failure(json.dumps(json.loads(data)).encode(), channel) == (1, "PROOF_CHANGED")
    assert failure(json.dumps({**json.loads(data), "more": 1}).encode(), channel) == (1, "PROOF_UNREADABLE")
