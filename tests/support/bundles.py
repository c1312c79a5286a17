"""Bundles of a proved channel, and what verification says of those that are falsified."""

from typing import Any

import pytest

from fairledger.proof import Bundle, ProofError, verify
from fairledger.proof.export import prove_events
from tests.support.captures import event
from tests.support.proofs import GARBAGE, ProvedChannel

EPC = "urn:epc:id:sgtin:9521000.012345.1"


async def proved(channel: ProvedChannel, **capture: Any) -> Bundle:
    """The event 1 in block 3 of five, with another transaction and garbage in its block."""
    channel.configure()
    channel.add([channel.capture(7)[1]])
    channel.add([channel.capture(8)[1]])
    recorded, envelope = channel.capture(1, **capture)
    channel.add([channel.capture(9)[1], envelope, GARBAGE])
    channel.add([channel.capture(10)[1]])
    return await prove_events(channel, "event", event(1)["eventID"], [recorded])


def failure(bundle: Bundle | bytes, channel: ProvedChannel, genesis: bytes | None = None) -> tuple[int, str]:
    """The step that refuses, and its code; a bundle is sealed again before."""
    data = bundle if isinstance(bundle, bytes) else bundle.to_bytes()
    with pytest.raises(ProofError) as caught:
        list(verify(data, channel.roots, genesis))
    return caught.value.step, caught.value.code


def changed(bundle: Bundle, **claim: str) -> Bundle:
    """The bundle with its one claim changed."""
    (evidence,) = bundle.evidence
    assert evidence.claim is not None
    update = {"claim": evidence.claim.model_copy(update=claim)}
    return bundle.model_copy(update={"evidence": [evidence.model_copy(update=update)]})
