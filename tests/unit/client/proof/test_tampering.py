"""Whatever is changed in a proof, and however well everything above it is made to fit, a step refuses it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from fabric_protos.common import common_pb2, configtx_pb2, policies_pb2
from hypothesis import given, settings
from hypothesis import strategies as st

from fairledger.gateway.block import data_hash
from fairledger.proof import Bundle, verify
from fairledger.proof.blocks import bare
from fairledger.proof.bundle import pack, unpack
from fairledger_chaincode.keys import split_composite_key
from fairledger_contracts.records import event_key
from tests.support.bundles import changed, failure, proved
from tests.support.captures import event
from tests.support.forgery import Opened, Power, forged
from tests.support.proofs import GARBAGE, ProvedChannel

Edit = Callable[[Opened], None]


@dataclass(frozen=True)
class Sound:
    """A channel and a bundle that holds, as a file and opened."""

    channel: ProvedChannel
    bundle: Bundle
    data: bytes


@pytest.fixture(scope="module")
async def sound() -> Sound:
    channel = ProvedChannel()
    bundle = await proved(channel)
    assert len(list(verify(bundle.to_bytes(), channel.roots))) == 11
    return Sound(channel, bundle, bundle.to_bytes())


@settings(deadline=None)
@given(where=st.data(), mask=st.integers(1, 255))
def test_no_byte_of_the_file_can_be_another(sound: Sound, where: st.DataObject, mask: int) -> None:
    position = where.draw(st.integers(0, len(sound.data) - 1))
    other = bytes([sound.data[position] ^ mask])

    assert failure(sound.data[:position] + other + sound.data[position + 1 :], sound.channel)[0] == 1


@settings(deadline=None)
@given(where=st.data(), count=st.integers(1, 200))
def test_nothing_of_the_file_can_be_left_out(sound: Sound, where: st.DataObject, count: int) -> None:
    position = where.draw(st.integers(0, len(sound.data) - count))

    assert failure(sound.data[:position] + sound.data[position + count :], sound.channel)[0] == 1


@settings(deadline=None)
@given(where=st.data(), more=st.binary(min_size=1, max_size=8))
def test_nothing_can_be_put_into_the_file(sound: Sound, where: st.DataObject, more: bytes) -> None:
    position = where.draw(st.integers(0, len(sound.data)))

    assert failure(sound.data[:position] + more + sound.data[position:], sound.channel)[0] == 1


@settings(deadline=None)
@given(where=st.data())
def test_a_file_can_not_be_cut_off(sound: Sound, where: st.DataObject) -> None:
    length = where.draw(st.integers(0, len(sound.data) - 1))

    assert failure(sound.data[:length], sound.channel)[0] == 1


@settings(deadline=None)
@given(where=st.data(), mask=st.integers(1, 255), config=st.booleans())
def test_no_byte_of_a_block_can_be_another_in_a_file_that_is_sealed_again(
    sound: Sound, where: st.DataObject, mask: int, config: bool
) -> None:
    owner: Any = sound.bundle.chains[0] if config else sound.bundle.blocks[0]
    packed = "config" if config else "block"
    content = bytearray(unpack(getattr(owner, packed)))
    content[where.draw(st.integers(0, len(content) - 1))] ^= mask
    part = owner.model_copy(update={packed: pack(bytes(content))})
    update = {"chains" if config else "blocks": [part]}

    assert failure(sound.bundle.model_copy(update=update), sound.channel)[0] in range(1, 6)


def with_bit(content: bytes) -> bytes:
    """The last bit is another: in what is signed or hashed it is as good as any."""
    return content[:-1] + bytes([content[-1] ^ 1])


def other_id(opened: Opened) -> None:
    opened.channel_header.tx_id = "0" * 64


def other_nonce(opened: Opened) -> None:
    opened.signature_header.nonce = with_bit(opened.signature_header.nonce)


def other_creator(opened: Opened) -> None:
    opened.signature_header.creator = ProvedChannel().producer.serialized


def other_channel(opened: Opened) -> None:
    opened.channel_header.channel_id = "other-channel"


def earlier(opened: Opened) -> None:
    opened.channel_header.timestamp.seconds -= 1


def before_the_certificate(opened: Opened) -> None:
    opened.channel_header.timestamp.seconds = 0


def other_arguments(opened: Opened) -> None:
    opened.action.chaincode_proposal_payload += b"x"


def other_proposal_hash(opened: Opened) -> None:
    opened.response.proposal_hash = with_bit(opened.response.proposal_hash)


def other_transaction_signature(opened: Opened) -> None:
    opened.envelope.signature = with_bit(opened.envelope.signature)


def other_endorsement(opened: Opened) -> None:
    endorsement = opened.action.action.endorsements[1]
    endorsement.signature = with_bit(endorsement.signature)


def other_endorser(opened: Opened) -> None:
    first, second = opened.action.action.endorsements
    second.endorser = first.endorser


def no_endorsement(opened: Opened) -> None:
    del opened.action.action.endorsements[:]


def other_chaincode(opened: Opened) -> None:
    opened.result.chaincode_id.name = "other"


def failed(opened: Opened) -> None:
    opened.result.response.status = 500


def other_name_space(opened: Opened) -> None:
    opened.rwset.ns_rwset[0].namespace = "other"


def written(opened: Opened, kind: str) -> Any:
    (write,) = (each for each in opened.writes if split_composite_key(each.key)[0] == kind)
    return write


def other_text(opened: Opened) -> None:
    write = written(opened, "capture-segment")
    write.value = write.value.replace(b"shipping", b"stocking")


def other_place(opened: Opened) -> None:
    write = written(opened, "trace-event")
    write.value = write.value.replace(b",0,0]", b",0,1]")


def other_key(opened: Opened) -> None:
    written(opened, "trace-event").key = event_key("urn:x:y", "0" * 64)


def deleted(opened: Opened) -> None:
    written(opened, "trace-event").is_delete = True


def other_context(opened: Opened) -> None:
    write = written(opened, "trace-capture")
    write.value = write.value.replace(b"epcis-context.jsonld", b"other.jsonld")


def other_role(opened: Opened) -> None:
    write = written(opened, "trace-capture")
    write.value = write.value.replace(b'"role":"producer"', b'"role":"inspector"')


def other_certificate(opened: Opened) -> None:
    write = written(opened, "trace-capture")
    write.value = write.value.replace(b"CERTIFICATE-----\\nMII", b"CERTIFICATE-----\\nMIJ")


# Which step refuses a forger who can seal the file, hash the block, sign as orderer, as creator, and as endorsers, and
# with which code; a part that is made again by who has the key is no longer another, so nothing refuses it.
HASH, ORDERED = (4, "PROOF_HASH"), (5, "PROOF_SIGNATURE")
NOT_THERE = (6, "PROOF_TRANSACTION")
UNSIGNED, UNENDORSED, OTHER_PROPOSAL = (7, "PROOF_SIGNATURE"), (8, "PROOF_SIGNATURE"), (8, "PROOF_ENDORSEMENTS")
NO_RECORD, NO_RECORDER = (9, "PROOF_RECORD"), (10, "PROOF_RECORDER")
REFUSALS: dict[Edit, tuple[tuple[int, str] | None, ...]] = {
    other_id: (HASH, ORDERED, NOT_THERE, NOT_THERE, NOT_THERE),
    other_nonce: (HASH, ORDERED, NOT_THERE, NOT_THERE, NOT_THERE),
    other_creator: (HASH, ORDERED, NOT_THERE, NOT_THERE, NOT_THERE),
    other_channel: (HASH, ORDERED, (7, "PROOF_CREATOR"), (7, "PROOF_CREATOR"), (7, "PROOF_CREATOR")),
    before_the_certificate: (HASH, ORDERED, (7, "PROOF_IDENTITY"), (7, "PROOF_IDENTITY"), (7, "PROOF_IDENTITY")),
    earlier: (HASH, ORDERED, UNSIGNED, OTHER_PROPOSAL, None),
    other_arguments: (HASH, ORDERED, UNSIGNED, OTHER_PROPOSAL, None),
    other_proposal_hash: (HASH, ORDERED, UNSIGNED, UNENDORSED, None),
    other_transaction_signature: (HASH, ORDERED, UNSIGNED, None, None),
    other_endorsement: (HASH, ORDERED, UNSIGNED, UNENDORSED, None),
    other_endorser: (HASH, ORDERED, UNSIGNED, UNENDORSED, OTHER_PROPOSAL),
    no_endorsement: (HASH, ORDERED, UNSIGNED, OTHER_PROPOSAL, OTHER_PROPOSAL),
    other_chaincode: (HASH, ORDERED, UNSIGNED, UNENDORSED, NO_RECORD),
    failed: (HASH, ORDERED, UNSIGNED, UNENDORSED, NO_RECORD),
    other_name_space: (HASH, ORDERED, UNSIGNED, UNENDORSED, NO_RECORD),
    other_text: (HASH, ORDERED, UNSIGNED, UNENDORSED, NO_RECORD),
    other_place: (HASH, ORDERED, UNSIGNED, UNENDORSED, NO_RECORD),
    other_key: (HASH, ORDERED, UNSIGNED, UNENDORSED, NO_RECORD),
    deleted: (HASH, ORDERED, UNSIGNED, UNENDORSED, NO_RECORD),
    other_context: (HASH, ORDERED, UNSIGNED, UNENDORSED, NO_RECORD),
    other_role: (HASH, ORDERED, UNSIGNED, UNENDORSED, NO_RECORDER),
    other_certificate: (HASH, ORDERED, UNSIGNED, UNENDORSED, NO_RECORDER),
}


def refusals() -> list[Any]:
    return [
        pytest.param(edit, power, refusal, id=f"{edit.__name__}-{power.name.lower()}")
        for edit, expected in REFUSALS.items()
        for power, refusal in zip(Power, expected, strict=True)
    ]


@pytest.mark.parametrize(("edit", "power", "refusal"), refusals())
def test_a_forger_gets_as_far_as_its_keys(
    sound: Sound, edit: Edit, power: Power, refusal: tuple[int, str] | None
) -> None:
    bundle = forged(sound.bundle, sound.channel, power, edit)

    if refusal is None:
        assert len(list(verify(bundle.to_bytes(), sound.channel.roots))) == 11
    else:
        assert bundle != sound.bundle
        assert failure(bundle, sound.channel) == refusal


def other_block_number(opened: Opened) -> None:
    opened.block.header.number += 1


def other_previous_hash(opened: Opened) -> None:
    opened.block.header.previous_hash = with_bit(opened.block.header.previous_hash)


def other_data_hash(opened: Opened) -> None:
    opened.block.header.data_hash = with_bit(opened.block.header.data_hash)


def other_neighbour(opened: Opened) -> None:
    opened.block.data.data[0] = with_bit(opened.block.data.data[0])


def other_order(opened: Opened) -> None:
    opened.block.data.data[2], opened.block.data.data[0] = opened.block.data.data[0], opened.block.data.data[2]


def one_envelope_more(opened: Opened) -> None:
    opened.block.data.data.append(GARBAGE)


def an_empty_envelope(opened: Opened) -> None:
    opened.block.data.data.append(b"")


def one_envelope_cut(opened: Opened) -> None:
    neighbour = opened.block.data.data[0]
    opened.block.data.data[:1] = [neighbour[:-9], neighbour[-9:]]


def two_envelopes_joined(opened: Opened) -> None:
    opened.block.data.data[1:] = [opened.block.data.data[1] + opened.block.data.data[2]]


def one_envelope_in_another(opened: Opened) -> None:
    """A transaction that was never ordered as one, but as a part of somebody's envelope."""
    inner = opened.block.data.data[0]
    outer = common_pb2.Envelope(payload=b"x" + inner, signature=b"s").SerializeToString()
    start = outer.index(inner)
    end = start + len(inner)
    opened.block.data.data.extend([outer[:start], inner, outer[end:]])


def twice_there(opened: Opened) -> None:
    opened.block.data.data.append(opened.envelope.SerializeToString())


def other_config_in_force(opened: Opened) -> None:
    value = common_pb2.OrdererBlockMetadata(last_config=common_pb2.LastConfig(index=2))
    opened.metadata.value = value.SerializeToString()


def other_orderer(opened: Opened) -> None:
    header = common_pb2.SignatureHeader.FromString(opened.metadata.signatures[0].signature_header)
    header.nonce = b"other"
    opened.metadata.signatures[0].signature_header = header.SerializeToString()


def other_block_signature(opened: Opened) -> None:
    opened.metadata.signatures[0].signature = with_bit(opened.metadata.signatures[0].signature)


def no_block_signature(opened: Opened) -> None:
    del opened.metadata.signatures[:]


@pytest.mark.parametrize(
    ("edit", "power", "refusal"),
    [
        (other_block_number, Power.FILE, HASH),
        (other_block_number, Power.ORDERER, HASH),
        (other_previous_hash, Power.FILE, HASH),
        (other_previous_hash, Power.ORDERER, HASH),
        (other_data_hash, Power.FILE, HASH),
        (other_neighbour, Power.FILE, HASH),
        (other_neighbour, Power.HASHES, ORDERED),
        (other_order, Power.FILE, HASH),
        (other_order, Power.HASHES, ORDERED),
        (one_envelope_more, Power.FILE, HASH),
        (one_envelope_more, Power.HASHES, ORDERED),
        (an_empty_envelope, Power.FILE, HASH),
        (one_envelope_cut, Power.FILE, HASH),
        (two_envelopes_joined, Power.FILE, HASH),
        (one_envelope_in_another, Power.ORDERER, HASH),
        (twice_there, Power.ORDERER, NOT_THERE),
        (other_config_in_force, Power.FILE, ORDERED),
        (other_config_in_force, Power.ORDERER, (5, "PROOF_ORDERERS")),
        (other_orderer, Power.FILE, ORDERED),
        (other_block_signature, Power.FILE, ORDERED),
        (no_block_signature, Power.FILE, (5, "PROOF_ORDERERS")),
    ],
)
def test_a_block_is_as_it_was_ordered(sound: Sound, edit: Edit, power: Power, refusal: tuple[int, str]) -> None:
    assert failure(forged(sound.bundle, sound.channel, power, edit), sound.channel) == refusal


async def test_endorsements_of_another_transaction_are_for_that_one(sound: Sound) -> None:
    channel = ProvedChannel()
    bundle = await proved(channel)
    other = Opened(sound.bundle).action.action.endorsements
    own = Opened(bundle.model_copy(update={"evidence": [_other_evidence(bundle, channel)]})).action.action.endorsements
    assert {each.signature for each in other}.isdisjoint(each.signature for each in own)

    def borrow(opened: Opened) -> None:
        del opened.action.action.endorsements[:]
        opened.action.action.endorsements.extend(own)

    assert failure(forged(bundle, channel, Power.CREATOR, borrow), channel) == UNENDORSED


def _other_evidence(bundle: Bundle, channel: ProvedChannel) -> Any:
    return bundle.evidence[0].model_copy(update={"tx_id": channel.tx_id(9)})


def test_a_digest_that_the_endorsers_signed_is_still_computed_again(sound: Sound) -> None:
    """Endorsers who agree on a key that is not the text's are found out by who verifies."""
    digest = "0" * 64

    def other_digest(opened: Opened) -> None:
        written(opened, "trace-event").key = event_key(event(1)["eventID"], digest)

    bundle = changed(forged(sound.bundle, sound.channel, Power.ENDORSERS, other_digest), digest=digest)

    assert failure(bundle, sound.channel) == NO_RECORD


@pytest.mark.parametrize("hashed_again", [True, False])
def test_a_policy_can_not_be_weakened(sound: Sound, hashed_again: bool) -> None:
    block = common_pb2.Block.FromString(unpack(sound.bundle.chains[0].config))
    envelope = common_pb2.Envelope.FromString(block.data.data[0])
    payload = common_pb2.Payload.FromString(envelope.payload)
    config = configtx_pb2.ConfigEnvelope.FromString(payload.data)
    policy = config.config.channel_group.groups["Application"].policies["CreditEndorsement"].policy
    weak = policies_pb2.SignaturePolicyEnvelope.FromString(policy.value)
    weak.rule.n_out_of.n = 1
    policy.value = weak.SerializeToString()
    payload.data = config.SerializeToString(deterministic=True)
    envelope.payload = payload.SerializeToString()
    block.data.data[0] = envelope.SerializeToString()
    if hashed_again:
        block.header.data_hash = data_hash(block)
    chain = sound.bundle.chains[0].model_copy(update={"config": pack(bare(block, signed=False))})

    assert failure(sound.bundle.model_copy(update={"chains": [chain]}), sound.channel) == HASH


def test_the_root_certificates_are_those_of_the_verifier(sound: Sound) -> None:
    other = ProvedChannel()
    assert failure(sound.data, other) == (2, "PROOF_ROOTS")

    other.config.authorities = {**sound.channel.authorities, "RegulatorMSP": other.authorities["RegulatorMSP"]}
    assert failure(sound.data, other) == (2, "PROOF_ROOTS")
