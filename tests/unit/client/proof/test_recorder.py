"""A transaction of any function is proved, and whoever its records name must have signed it."""

from collections.abc import Mapping

import pytest

from fairledger.proof import Bundle, Step, verify
from fairledger.proof.export import prove_transaction
from fairledger.proof.recorder import ROLES_THAT_RECORD
from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.keys import create_composite_key
from fairledger_contracts.trace.contract import ROLES_THAT_RECORD as CONTRACT_ROLES
from tests.support.bundles import failure
from tests.support.proofs import ProvedChannel, recorder_of

ANCHOR = create_composite_key("trace-anchor", ("https://id.gs1.org/01/09521000123458", "7f83"))
COUNT = create_composite_key("trace-scan", ("https://id.gs1.org/01/09521000123458",))


async def anchored(channel: ProvedChannel, states: Mapping[str, bytes]) -> Bundle:
    """A transaction of ``trace:anchor`` that writes ``states``."""
    channel.configure()
    channel.add([channel.transaction(5, states, function="trace:anchor")])
    return await prove_transaction(channel, channel.tx_id(5))


def steps(bundle: Bundle, channel: ProvedChannel) -> list[Step]:
    return list(verify(bundle.to_bytes(), channel.roots))


async def test_a_record_of_another_kind_is_shown_and_its_recorder_checked() -> None:
    channel = ProvedChannel()
    record = {"media_type": "application/pdf", "recorder": recorder_of(channel.producer).model_dump(mode="json")}

    found = steps(await anchored(channel, {ANCHOR: canonical_json(record), COUNT: b"3"}), channel)

    assert len(found) == 11
    assert found[7].found == "by AssociationMSP, PlatformBMSP, as CreditEndorsement demands"
    assert found[8].found == "writes 1 trace-anchor, 1 trace-scan"
    assert (
        found[8]
        .details[0]
        .startswith(
            'trace-anchor https://id.gs1.org/01/09521000123458 7f83: {"media_type":"application/pdf","recorder":'
        )
    )
    assert found[8].details[1] == "trace-scan https://id.gs1.org/01/09521000123458: 3"
    assert found[9].found == "producer of PlatformAMSP"


@pytest.mark.parametrize("member", [{"role": "inspector"}, {"id": "x509::/CN=else"}, {"gln": ""}, {"more": 1}])
async def test_the_recorder_named_in_any_record_is_who_signed(member: dict[str, object]) -> None:
    channel = ProvedChannel()
    named = {**recorder_of(channel.producer).model_dump(mode="json"), **member}

    bundle = await anchored(channel, {ANCHOR: canonical_json({"recorder": named}), COUNT: b"3"})

    assert failure(bundle, channel) == (10, "PROOF_RECORDER")


async def test_another_person_of_the_same_role_is_another() -> None:
    channel = ProvedChannel()
    other = recorder_of(channel.person("producer")).model_dump(mode="json")

    bundle = await anchored(channel, {ANCHOR: canonical_json({"recorder": other})})

    assert failure(bundle, channel) == (10, "PROOF_RECORDER")


async def test_who_does_not_capture_needs_no_role_that_records() -> None:
    channel = ProvedChannel()
    channel.producer = channel.person("association")
    record = {"recorder": recorder_of(channel.producer).model_dump(mode="json")}

    found = steps(await anchored(channel, {ANCHOR: canonical_json(record)}), channel)

    assert found[9].found == "association of PlatformAMSP"


@pytest.mark.parametrize("state", [b"3", b'["recorder"]', b'{"recorder":null}', b'{"recorder"', b"{\xff", b""])
async def test_a_record_may_name_nobody(state: bytes) -> None:
    channel = ProvedChannel()

    found = steps(await anchored(channel, {ANCHOR: state}), channel)

    assert found[9].found == "no record names one"


async def test_another_chaincodes_result_is_not_proved() -> None:
    channel = ProvedChannel()
    channel.configure()
    channel.add([channel.transaction(5, {ANCHOR: b"3"}, chaincode="probe")])

    assert failure(await prove_transaction(channel, channel.tx_id(5)), channel) == (9, "PROOF_RECORD")


def test_the_roles_that_record_are_those_of_the_contract() -> None:
    assert ROLES_THAT_RECORD == CONTRACT_ROLES
