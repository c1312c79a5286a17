"""Oysters on ice, recorded as it happens: documents with the times of today, and serials that no earlier run had."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fairledger.tags.commissioning import commissioning_event

CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"cbvmda": "urn:epcglobal:cbv:mda:"},
]
PRODUCER, CARRIER, MERCHANT = "9521000.00001", "9521000.00003", "9521000.00004"
ITEM = "9521000.000109"
BOXES = 3


@dataclass(frozen=True)
class FreshGoods:
    """Three boxes of one catch, delivered at ``now``; on the way it got too warm."""

    now: datetime

    @property
    def run(self) -> str:
        """What tells this catch from others: seconds, in digits."""
        return f"{int(self.now.timestamp()) % 10**9:09d}"

    @property
    def boxes(self) -> list[str]:
        """The boxes' EPCs."""
        return [f"urn:epc:id:sgtin:{ITEM}.OY{self.run}{number}" for number in range(1, BOXES + 1)]

    @property
    def lot(self) -> str:
        """The catch's lot, as EPC class."""
        return f"urn:epc:class:lgtin:{ITEM}.OY{self.run}"

    @property
    def pallet(self) -> str:
        """The pallet that carries them."""
        return f"urn:epc:id:sscc:9521000.0{self.run}"

    def documents(self) -> Iterator[tuple[str, str, str]]:
        """Who records, what happens in words, and the document."""
        yield "producer", "lands and boxes oysters", self._document(self._commissioned())
        yield "inspector", "inspects them on the quay", self._document(self._inspected())
        yield "producer", "packs and ships", self._document(self._packed(), self._shipped())
        yield "carrier", "drives, and it gets too warm", self._document(*self._carried())
        yield "merchant", "receives and unpacks", self._document(*self._received())

    def _document(self, *events: dict[str, Any]) -> str:
        return json.dumps(
            {
                "@context": CONTEXT,
                "type": "EPCISDocument",
                "schemaVersion": "2.0",
                "creationDate": self.now.isoformat(timespec="seconds"),
                "epcisBody": {"eventList": list(events)},
            }
        )

    def _event(self, hours_ago: float, place: str, **members: Any) -> dict[str, Any]:
        at = self.now - timedelta(hours=hours_ago)
        return {
            "type": "ObjectEvent",
            "eventTime": at.isoformat(timespec="milliseconds"),
            "eventTimeZoneOffset": "+00:00",
            "readPoint": {"id": f"urn:epc:id:sgln:{place}"},
            "action": "OBSERVE",
            **members,
        }

    def _commissioned(self) -> dict[str, Any]:
        ilmd = {"cbvmda:lotNumber": f"OY{self.run}", "cbvmda:countryOfOrigin": "CN"}
        quay = f"urn:epc:id:sgln:{PRODUCER}.QUAY-1"
        return commissioning_event(self.boxes, self.now - timedelta(hours=30), quay, ilmd=ilmd)

    def _inspected(self) -> dict[str, Any]:
        return self._event(
            29, "9521000.00005.QUAY-1", epcList=self.boxes, bizStep="inspecting", disposition="conformant"
        )

    def _packed(self) -> dict[str, Any]:
        return self._event(
            28,
            f"{PRODUCER}.DOCK-1",
            type="AggregationEvent",
            action="ADD",
            parentID=self.pallet,
            childEPCs=self.boxes,
            bizStep="packing",
        )

    def _shipped(self) -> dict[str, Any]:
        taker = [{"type": "possessing_party", "destination": "urn:epc:id:pgln:9521000.00003"}]
        return self._event(27, f"{PRODUCER}.DOCK-1", epcList=[self.pallet], bizStep="shipping", destinationList=taker)

    def _carried(self) -> tuple[dict[str, Any], ...]:
        on_pallet = {"epcList": [self.pallet]}
        taker = [{"type": "possessing_party", "destination": "urn:epc:id:pgln:9521000.00004"}]
        warm = {
            "type": "Temperature",
            "value": 11.4,
            "uom": "CEL",
            "time": (self.now - timedelta(hours=20)).isoformat(timespec="seconds"),
            "exception": "ALARM_CONDITION",
        }
        sensors = [{"sensorMetadata": {"deviceID": "urn:epc:id:giai:9521000.TEMPLOG-7"}, "sensorReport": [warm]}]
        return (
            self._event(26.5, f"{PRODUCER}.DOCK-1", **on_pallet, bizStep="departing", disposition="in_transit"),
            self._event(20, f"{CARRIER}.TRUCK-7", **on_pallet, bizStep="transporting", sensorElementList=sensors),
            self._event(
                6,
                f"{MERCHANT}.GATE-1",
                **on_pallet,
                bizStep="arriving",
                disposition="in_transit",
                destinationList=taker,
            ),
        )

    def _received(self) -> tuple[dict[str, Any], ...]:
        return (
            self._event(5, f"{MERCHANT}.GATE-1", epcList=[self.pallet], bizStep="receiving"),
            self._event(
                4,
                f"{MERCHANT}.STORE-1",
                type="AggregationEvent",
                action="DELETE",
                parentID=self.pallet,
                childEPCs=self.boxes,
                bizStep="unpacking",
            ),
        )
