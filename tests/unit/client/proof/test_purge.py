"""A purge is proved step by step; whatever is changed in its transaction, the proof fails and says where."""

from typing import Any

import pytest

from fairledger.proof import Bundle, ProofError
from fairledger.proof.purge import verify_purge
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.signatory import Signatory
from tests.support.bundles import proved
from tests.support.privacy import ORDER, PLATFORM
from tests.support.proofs import ProvedChannel
from tests.support.purges import Purge

OTHER_ORDER = OrderRecord.key_of(PLATFORM, "o-2")
SOMEBODY = Signatory(msp_id=PLATFORM, id="somebody", role="platform", gln="")


def refusal(
    bundle: Bundle | bytes, channel: ProvedChannel, platform: str = PLATFORM, order: str = ORDER
) -> tuple[int, str]:
    data = bundle if isinstance(bundle, bytes) else bundle.to_bytes()
    with pytest.raises(ProofError) as caught:
        list(verify_purge(data, channel.roots, platform, order))
    return caught.value.step, caught.value.code


async def test_a_sound_proof_says_what_was_purged_by_whom_and_what_remains() -> None:
    channel = ProvedChannel()
    bundle = await Purge().proved(channel)

    steps = list(verify_purge(bundle.to_bytes(), channel.roots, PLATFORM, ORDER))

    assert [step.number for step in steps] == list(range(1, 15))
    assert steps[10].found == f"{ORDER} of {PLATFORM} at {channel.now.isoformat()}: the person asked"
    assert steps[12].found == f"version 0002, the last, in personal-{PLATFORM} (is_purge)"
    assert steps[12].details == (f"SHA-256 of what was purged: {'2' * 64}", "its fields: address, name, phone")
    assert steps[13].found.endswith("the 1 version(s) before went when they were corrected")


@pytest.mark.parametrize(
    ("purge", "refused"),
    [
        (Purge(order={"purged_at": None}), (11, "PROOF_PURGE")),
        (Purge(order={"seals": ()}), (11, "PROOF_PURGE")),
        (Purge(key=OTHER_ORDER), (11, "PROOF_PURGE")),
        (Purge(more={OTHER_ORDER: b"{}"}), (11, "PROOF_PURGE")),
        (Purge(more={OrderRecord.key_of(PLATFORM, ORDER): b"{}"}), (11, "PROOF_PURGE")),
        (Purge(more={OrderRecord.key_of(PLATFORM, ORDER): None}), (11, "PROOF_PURGE")),
        (Purge(order={"purged_by": None}), (12, "PROOF_PURGE")),
        (Purge(order={"purged_by": SOMEBODY}), (12, "PROOF_PURGE")),
        (Purge(order={"recorder": SOMEBODY, "purged_by": SOMEBODY}), (10, "PROOF_RECORDER")),
        (Purge(is_purge=False), (13, "PROOF_PURGE")),
        (Purge(version="0001"), (13, "PROOF_PURGE")),
        (Purge(collection="personal-PlatformBMSP"), (13, "PROOF_PURGE")),
        (Purge(chaincode="credits"), (9, "PROOF_RECORD")),
    ],
)
async def test_what_does_not_purge_the_order_proves_no_purge(purge: Purge, refused: tuple[int, str]) -> None:
    channel = ProvedChannel()

    assert refusal(await purge.proved(channel), channel) == refused


@pytest.mark.parametrize(("platform", "order"), [("PlatformBMSP", ORDER), (PLATFORM, "o-2"), (PLATFORM, "")])
async def test_the_purge_of_one_order_proves_none_of_another(platform: str, order: str) -> None:
    channel = ProvedChannel()

    assert refusal(await Purge().proved(channel), channel, platform, order) == (11, "PROOF_PURGE")


async def test_another_platform_purges_nothing_here() -> None:
    channel = ProvedChannel()
    purge = Purge(order={"platform": "PlatformBMSP"}, collection="personal-PlatformBMSP")

    assert refusal(await purge.proved(channel), channel, "PlatformBMSP") == (12, "PROOF_PURGE")


async def test_an_event_is_no_purge() -> None:
    channel = ProvedChannel()

    assert refusal(await proved(channel), channel) == (11, "PROOF_PURGE")


def another_result(action: Any) -> None:
    action.action.proposal_response_payload += b"\x12\x00"


def without_an_endorsement(action: Any) -> None:
    del action.action.endorsements[0]


@pytest.mark.parametrize(
    ("change", "code"), [(another_result, "PROOF_SIGNATURE"), (without_an_endorsement, "PROOF_ENDORSEMENTS")]
)
async def test_the_transaction_itself_must_be_proved(change: Any, code: str) -> None:
    channel = ProvedChannel()

    assert refusal(await Purge(change=change).proved(channel), channel) == (8, code)


async def test_a_changed_file_and_what_is_no_file_are_told() -> None:
    channel = ProvedChannel()
    bundle = (await Purge().proved(channel)).to_bytes()

    assert refusal(bundle.replace(b'"transaction"', b'"item"', 1), channel) == (1, "PROOF_CHANGED")
    assert refusal(bundle[:-1], channel) == (1, "PROOF_UNREADABLE")
    assert refusal(bundle.replace(channel.tx_id(5).encode(), b"0" * 64), channel)[0] == 1
