"""Captures as the contract ``trace`` writes them: by the contract itself, on a simulated ledger."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import proposal_pb2, proposal_response_pb2, transaction_pb2

from fairledger.gateway import Proposal
from fairledger_chaincode import Contract
from fairledger_chaincode.simulator import LedgerSimulator
from fairledger_chaincode.simulator.transaction import Endorsed
from fairledger_contracts.contracts import all_contracts
from tests.support.blocks import Chain, envelope
from tests.support.privacy import COLLECTIONS

ORGANIZATIONS = ("PlatformAMSP", "PlatformBMSP", "AssociationMSP", "RegulatorMSP")
EXTENSION = {"ext": "https://ns.example.com/ext/"}


def event(number: int, **members: Any) -> dict[str, Any]:
    """An object event with an id, a time and an item of its own."""
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "eventTime": f"2026-11-{1 + number % 28:02d}T06:00:00.000+08:00",
        "eventTimeZoneOffset": "+08:00",
        "epcList": [f"urn:epc:id:sgtin:9521000.012345.{number}"],
        "action": "OBSERVE",
        "bizStep": "shipping",
        **members,
    }


def document(*events: dict[str, Any], context: Sequence[Any] = ()) -> str:
    """A capture document of ``events``."""
    return json.dumps(
        {
            "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", *context],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-11-23T06:00:00Z",
            "epcisBody": {"eventList": list(events)},
        }
    )


def simulator(*more: Contract) -> LedgerSimulator:
    """A channel with all contracts, and some ``more`` of a test, in the chaincode ``credit``."""
    return LedgerSimulator(
        [*all_contracts(), *more],
        ORGANIZATIONS,
        channel_id="credit-channel",
        chaincode="credit",
        replicas=1,
        collections=COLLECTIONS,
    )


def envelope_of(endorsed: Endorsed, creator: bytes = b"") -> bytes:
    """What the orderers would have got of ``endorsed``."""
    written = endorsed.rwset.namespace("credit")
    writes = {write.key: write.value for write in written.writes} if written else {}
    private = {
        each.collection: [
            kv_rwset_pb2.KVWriteHash(
                key_hash=one.key_hash,
                value_hash=one.value_hash or b"",
                is_delete=one.value_hash is None,
                is_purge=one.purge,
            )
            for one in each.writes
        ]
        for each in (written.collections if written else ())
    }
    event_set = endorsed.event
    return envelope(
        endorsed.tx_id,
        writes,
        creator=creator,
        at=endorsed.time,
        event=(event_set.name, event_set.payload) if event_set else None,
        result=endorsed.result,
        private=private,
    )


def payload_of(endorsed: Endorsed, proposal: Proposal) -> bytes:
    """What a gateway peer would have made of ``endorsed`` for the creator of ``proposal`` to sign."""
    made = common_pb2.Payload.FromString(common_pb2.Envelope.FromString(envelope_of(endorsed)).payload)
    made.header.ParseFromString(proposal_pb2.Proposal.FromString(proposal.content).header)
    transaction = transaction_pb2.Transaction.FromString(made.data)
    transaction.actions[0].header = made.header.signature_header
    action = transaction_pb2.ChaincodeActionPayload.FromString(transaction.actions[0].payload)
    asked = proposal_pb2.ChaincodeProposalPayload(input=proposal.invocation).SerializeToString()
    action.chaincode_proposal_payload = asked
    responded = proposal_response_pb2.ProposalResponsePayload.FromString(action.action.proposal_response_payload)
    header = made.header.channel_header + made.header.signature_header
    responded.proposal_hash = hashlib.sha256(header + asked).digest()
    action.action.proposal_response_payload = responded.SerializeToString()
    transaction.actions[0].payload = action.SerializeToString()
    made.data = transaction.SerializeToString()
    return bytes(made.SerializeToString())


async def chain_of(batches: Sequence[Sequence[str]]) -> Chain:
    """A chain with a block for each of ``batches``, which captures those documents, each in a transaction.

    Transactions of one block that touch the same things conflict, as they would on a peer.
    """
    chain = Chain()
    async with simulator() as ledger:
        producer = ledger.identity("PlatformAMSP", "producer", role="producer", gln="9521000000018")
        for documents in batches:
            endorsed = [await ledger.endorse(producer, "trace:capture", text) for text in documents]
            committed = await ledger.commit(endorsed)
            chain.add(
                [envelope_of(one, producer.serialized) for one in endorsed],
                [0 if one.is_valid else 11 for one in committed],
            )
    return chain
