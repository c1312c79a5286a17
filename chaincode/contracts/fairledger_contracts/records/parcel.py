"""What leads from a parcel, and from a thing with a serial number, to the order that it belongs to."""

from fairledger_chaincode.record import Record
from fairledger_contracts.records.signatory import Signatory


class Parcel(Record, kind="escrow-parcel", key=("carrier", "id")):
    """A parcel of a carrier (``<MSP>:<place>``), by the carrier's own number; it belongs to one order for ever."""

    carrier: str
    id: str
    order: str
    recorder: Signatory


class BoundItem(Record, kind="escrow-bound-item", key=("item",)):
    """The last order that a thing was shipped for; it can be bound again when that order has ended."""

    item: str
    order: str
    recorder: Signatory
