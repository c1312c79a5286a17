"""A transaction of any function is proved, and whoever its records name must have signed it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from fairledger.proof import Bundle, Step, verify
from fairledger.proof.export import prove_transaction
from fairledger.proof.recorder import ROLES_THAT_RECORD
from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.keys import create_composite_key
from fairledger_chaincode.record import Record
from fairledger_chaincode.simulator.identity import SimulatedIdentity
from fairledger_contracts.records.anchor import Anchor, DocumentDescription, DocumentKind
from fairledger_contracts.records.recall import Measure, Recall, RecallMark
from fairledger_contracts.records.scan_count import ScanCount
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.trace.callers import ROLES_THAT_RECORD as CONTRACT_ROLES
from tests.support.bundles import failure
from tests.support.proofs import ProvedChannel, recorder_of

ITEM = "https://id.gs1.org/01/09521000123458"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = create_composite_key("trace-other", (ITEM,))


def signatory(identity: SimulatedIdentity) -> Signatory:
    return Signatory(**recorder_of(identity).model_dump(exclude={"certificate"}))


def somebody_else(channel: ProvedChannel) -> SimulatedIdentity:
    """Another producer of the same place."""
    attributes = {"role": "producer", "gln": "9521000000018"}
    return channel.authorities["PlatformAMSP"].issue("somebody", attributes=attributes)


def recall(by: SimulatedIdentity, *, ended_by: SimulatedIdentity | None = None) -> Recall:
    return Recall(
        id="7f83",
        items=(ITEM,),
        measure=Measure.RETURN,
        reason="lead",
        recalled_at=NOON,
        recorder=signatory(by),
        ended_at=NOON if ended_by else None,
        ended_by=signatory(ended_by) if ended_by else None,
    )


async def recorded(channel: ProvedChannel, *records: Record, found: Sequence[str] = ()) -> Bundle:
    """A transaction that writes ``records``, of which those of the keys ``found`` were there before."""
    states = {each.ledger_key: each.to_state() for each in records}
    return await written(channel, states, found=found)


async def written(channel: ProvedChannel, states: dict[str, bytes], *, found: Sequence[str] = ()) -> Bundle:
    channel.configure()
    channel.add([channel.transaction(5, dict(states), function="trace:other", found=found)])
    return await prove_transaction(channel, channel.tx_id(5))


def steps(bundle: Bundle, channel: ProvedChannel) -> list[Step]:
    return list(verify(bundle.to_bytes(), channel.roots))


async def test_a_record_of_another_kind_is_shown_and_its_recorder_checked() -> None:
    channel = ProvedChannel()
    document = DocumentDescription(
        sha256="0" * 64,
        kind=DocumentKind.QUALITY_REPORT,
        title="质检报告",
        media_type="application/pdf",
        size_bytes=1_000,
    )
    anchor = Anchor(item=ITEM, id="7f83", document=document, anchored_at=NOON, recorder=signatory(channel.producer))

    found = steps(await recorded(channel, anchor), channel)

    assert len(found) == 11
    assert found[7].found == "by AssociationMSP, PlatformBMSP, as CreditEndorsement demands"
    assert found[8].found == "writes 1 trace-anchor"
    (line,) = found[8].details
    assert line.startswith(f'trace-anchor {ITEM} 7f83: {{"anchored_at":"2026-11-23T12:00:00Z","document":{{"kind":')
    assert '"title":"质检报告"' in line
    assert found[9].found == "producer of PlatformAMSP"


async def test_records_of_several_kinds_are_counted_by_kind() -> None:
    channel = ProvedChannel()

    found = steps(await recorded(channel, recall(channel.producer), RecallMark(item=ITEM, id="7f83")), channel)

    assert found[8].found == "writes 1 trace-recall, 1 trace-recalled"
    assert found[8].details[1] == f'trace-recalled {ITEM} 7f83: {{"id":"7f83","item":"{ITEM}"}}'


async def test_counts_of_scans_name_the_service_that_counted() -> None:
    channel = ProvedChannel()
    count = ScanCount(
        item=ITEM, id="7f83-0", day=date(2026, 11, 23), area="wtw", count=3, recorder=signatory(channel.producer)
    )

    assert steps(await recorded(channel, count), channel)[9].found == "producer of PlatformAMSP"


async def test_marks_name_nobody() -> None:
    channel = ProvedChannel()

    assert steps(await recorded(channel, RecallMark(item=ITEM, id="7f83")), channel)[9].found == "no record names one"


async def test_who_ends_a_recall_is_named_beside_who_recalled() -> None:
    channel = ProvedChannel()
    ended = recall(somebody_else(channel), ended_by=channel.producer)

    found = steps(await recorded(channel, ended, found=[ended.ledger_key]), channel)

    assert found[9].found == "producer of PlatformAMSP"


async def test_a_new_record_is_by_its_recorder_whoever_else_it_names() -> None:
    channel = ProvedChannel()
    ended = recall(somebody_else(channel), ended_by=channel.producer)

    assert failure(await recorded(channel, ended), channel) == (10, "PROOF_RECORDER")


async def test_a_changed_record_names_who_changed_it() -> None:
    channel = ProvedChannel()
    ended = recall(somebody_else(channel), ended_by=somebody_else(channel))

    bundle = await recorded(channel, ended, found=[ended.ledger_key])

    assert failure(bundle, channel) == (10, "PROOF_RECORDER")


@pytest.mark.parametrize("certificate", [True, False])
@pytest.mark.parametrize("member", [{"role": "inspector"}, {"id": "x509::/CN=else"}, {"gln": ""}, {"more": 1}])
async def test_the_recorder_named_in_any_record_is_who_signed(member: dict[str, object], certificate: bool) -> None:
    channel = ProvedChannel()
    signed = recorder_of(channel.producer).model_dump(exclude=None if certificate else {"certificate"})

    bundle = await written(channel, {KEY: canonical_json({"recorder": {**signed, **member}})})

    assert failure(bundle, channel) == (10, "PROOF_RECORDER")


async def test_a_certificate_that_is_named_is_the_one_that_signed() -> None:
    channel = ProvedChannel()
    other = recorder_of(channel.person("producer")).certificate
    named = {**recorder_of(channel.producer).model_dump(), "certificate": other}

    bundle = await written(channel, {KEY: canonical_json({"recorder": named})})

    assert failure(bundle, channel) == (10, "PROOF_RECORDER")


async def test_who_does_not_capture_needs_no_role_that_records() -> None:
    channel = ProvedChannel()
    channel.producer = channel.person("officer")

    found = steps(await recorded(channel, recall(channel.producer)), channel)

    assert found[9].found == "officer of PlatformAMSP"


@pytest.mark.parametrize("state", [b"3", b'["recorder"]', b'{"recorder":null}', b'{"recorder"', b"{\xff", b""])
async def test_a_state_may_name_nobody(state: bytes) -> None:
    channel = ProvedChannel()

    assert steps(await written(channel, {KEY: state}), channel)[9].found == "no record names one"


async def test_another_chaincodes_result_is_not_proved() -> None:
    channel = ProvedChannel()
    channel.configure()
    channel.add([channel.transaction(5, {KEY: b"3"}, chaincode="probe")])

    assert failure(await prove_transaction(channel, channel.tx_id(5)), channel) == (9, "PROOF_RECORD")


def test_the_roles_that_record_are_those_of_the_contract() -> None:
    assert ROLES_THAT_RECORD == CONTRACT_ROLES
