"""A proof holds by the configuration that was in force at its record's block, whatever came before or after."""

import base64

from fairledger.proof import Bundle, verify
from fairledger.proof.blocks import bare
from fairledger.proof.bundle import pack
from fairledger.proof.export import prove_events
from fairledger_contracts.records import RecordedEvent
from tests.support.bundles import EPC, failure
from tests.support.captures import event
from tests.support.proofs import ProvedChannel

ASSOCIATION_AND_C = ("AssociationMSP", "PlatformCMSP")


async def proof_of(channel: ProvedChannel, recorded: RecordedEvent, number: int) -> Bundle:
    return await prove_events(channel, "event", event(number)["eventID"], [recorded])


async def with_revocation(channel: ProvedChannel) -> tuple[RecordedEvent, RecordedEvent]:
    """Event 1 in block 1, then the producer's certificate is revoked, and event 2 gets by in block 4 all the same."""
    channel.configure()
    before, envelope = channel.capture(1)
    channel.add([envelope])
    channel.config.revoked.append(channel.producer.certificate)
    channel.configure()
    channel.add([channel.capture(8)[1]])
    after, envelope = channel.capture(2, epcs=[EPC])
    channel.add([envelope])
    return before, after


async def test_what_was_recorded_before_a_revocation_stays_proved() -> None:
    channel = ProvedChannel()
    before, _ = await with_revocation(channel)

    steps = list(verify((await proof_of(channel, before, 1)).to_bytes(), channel.roots))

    assert steps[2].found == "BlockValidation and CreditEndorsement of credit-channel, from config block 0"
    assert steps[9].found == "producer of PlatformAMSP"


async def test_what_a_revoked_certificate_signed_afterwards_is_not() -> None:
    channel = ProvedChannel()
    before, after = await with_revocation(channel)

    assert failure(await proof_of(channel, after, 2), channel) == (7, "PROOF_IDENTITY")
    together = await prove_events(channel, "item", EPC, [before, after])
    assert failure(together, channel) == (7, "PROOF_IDENTITY")


async def test_a_configuration_that_is_no_longer_in_force_proves_nothing() -> None:
    """The hashes lead from it to the later block, but the orderers signed which one is in force."""
    channel = ProvedChannel()
    _, after = await with_revocation(channel)
    bundle = await proof_of(channel, after, 2)
    between = b"".join(block.header.data_hash for block in channel.blocks[1:4])
    update = {
        "before": "",
        "config": pack(bare(channel.blocks[0], signed=False)),
        "between": base64.b64encode(between).decode(),
    }
    chain = bundle.chains[0].model_copy(update=update)

    assert failure(bundle.model_copy(update={"chains": [chain]}), channel) == (5, "PROOF_ORDERERS")


async def test_a_configuration_to_come_proves_nothing() -> None:
    channel = ProvedChannel()
    before, _ = await with_revocation(channel)
    bundle = await proof_of(channel, before, 1)
    chain = bundle.chains[0].model_copy(update={"config": pack(bare(channel.blocks[2], signed=False))})

    forged = bundle.model_copy(update={"chains": [chain], "from_genesis": False})
    assert failure(forged, channel) == (4, "PROOF_HASH")


async def test_records_before_and_after_a_platform_joined_are_proved_together() -> None:
    channel = ProvedChannel()
    channel.configure()
    before, envelope = channel.capture(1)
    channel.add([envelope])
    roots_before = dict(channel.roots)
    channel.join("PlatformCMSP")
    channel.configure()
    after, envelope = channel.capture(2, epcs=[EPC], endorsers=ASSOCIATION_AND_C)
    channel.add([envelope])

    bundle = await prove_events(channel, "item", EPC, [before, after])
    steps = list(verify(bundle.to_bytes(), channel.roots))

    assert steps[1].found == "as given: AssociationMSP, PlatformAMSP, PlatformBMSP, PlatformCMSP, RegulatorMSP"
    assert steps[7].found == "by AssociationMSP, PlatformBMSP, PlatformCMSP, as CreditEndorsement demands"
    assert len(list(verify((await proof_of(channel, before, 1)).to_bytes(), roots_before))) == 11
    channel.config.authorities = {name: channel.authorities[name] for name in roots_before}
    assert failure(bundle, channel) == (2, "PROOF_ROOTS")


async def test_nobody_endorses_before_joining() -> None:
    channel = ProvedChannel()
    channel.configure()
    roots = dict(channel.roots)
    channel.join("PlatformCMSP")
    early, envelope = channel.capture(1, endorsers=ASSOCIATION_AND_C)
    channel.add([envelope])
    bundle = await proof_of(channel, early, 1)
    channel.config.authorities = {name: channel.authorities[name] for name in roots}

    assert failure(bundle, channel) == (8, "PROOF_IDENTITY")


async def test_the_policy_of_its_time_is_what_counts() -> None:
    """A later policy that demands less does not make an earlier record good."""
    channel = ProvedChannel()
    channel.configure()
    early, envelope = channel.capture(1, endorsers=("PlatformAMSP", "PlatformBMSP"))
    channel.add([envelope])
    channel.config.endorsers_demanded = 1
    channel.configure()
    late, envelope = channel.capture(2, endorsers=("PlatformAMSP", "PlatformBMSP"))
    channel.add([envelope])

    assert failure(await proof_of(channel, early, 1), channel) == (8, "PROOF_ENDORSEMENTS")
    assert len(list(verify((await proof_of(channel, late, 2)).to_bytes(), channel.roots))) == 11
