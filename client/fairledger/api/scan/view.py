"""What the scan page shows of an item, made of its evidence. Pure."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from fairledger.api.scan.words import step_word
from fairledger.readmodel.item_evidence import Evidence
from fairledger_contracts.records.item_id import canonical_item

PERSON: Final = re.compile(r"x509::(?:[^:]*?,)?CN=([^,+:]+)")
MINUTES: Final = len("2026-11-24T08:00")
_PARTS: Final = re.compile(r"/(01|10|21)/([^/]+)")
_NAMES: Final = {"01": "gtin", "10": "lot", "21": "serial"}


@dataclass(frozen=True)
class Stop:
    """One event of the journey. ``kind`` picks its sign: made, moved, checked or other."""

    when: str
    step: str
    kind: str
    place: str
    recorder: str
    recorded_at: str
    tx_id: str
    block_number: int
    event_id: str
    declared: bool


@dataclass(frozen=True)
class ScanView:
    """``parts`` are names of ``words`` with their values: gtin, lot, serial, or id for what is no trade item."""

    item: str
    parts: tuple[tuple[str, str], ...]
    stops: tuple[Stop, ...]
    commissioned: Stop | None


_KINDS: Final = {
    "made": {"commissioning", "creating_class_instance", "assembling", "encoding"},
    "moved": {"shipping", "receiving", "departing", "arriving", "transporting", "loading", "unloading", "accepting"},
    "checked": {"inspecting", "sampling", "sensor_reporting", "holding"},
}


def scan_view(epc: str, evidence: Sequence[Evidence], language: str) -> ScanView:
    """The view of an item in a language; ``evidence`` in the order in which it happened."""
    item = canonical_item(epc).id
    declared = {each.event_id for each in evidence if each.is_declaration}
    stops = tuple(_stop(each, language, declared) for each in evidence if not each.is_declaration)
    born = next((stop for stop in stops if stop.kind == "made" and not stop.declared), None)
    parts = tuple((_NAMES[key], value) for key, value in _PARTS.findall(item)) or (("id", item),)
    return ScanView(item, parts, stops, born)


def _stop(each: Evidence, language: str, declared: set[str]) -> Stop:
    event: dict[str, Any] = json.loads(each.text)
    step = event.get("bizStep")
    word = step_word(step, "en").replace(" ", "_")
    kind = next((name for name, words in _KINDS.items() if word in words), "other")
    if event["type"] == "TransformationEvent":
        kind = "made"
    place = event.get("readPoint") or event.get("bizLocation") or {}
    return Stop(
        when=_minute(each.event_time),
        step=step_word(step, language) or event["type"].removesuffix("Event"),
        kind=kind,
        place=place.get("id", ""),
        recorder=_recorder(each),
        recorded_at=_minute(each.record_time),
        tx_id=each.tx_id,
        block_number=each.block_number,
        event_id=each.event_id,
        declared=each.event_id in declared,
    )


def _recorder(each: Evidence) -> str:
    """The recorder's name and organisation; recorders act for businesses, so their names are public."""
    try:
        found = PERSON.match(base64.b64decode(each.recorder_id, validate=True).decode())
    except (binascii.Error, UnicodeDecodeError):
        found = None
    organization = each.recorder_msp.removesuffix("MSP")
    return f"{found[1]} ({organization})" if found else organization


def _minute(time: str) -> str:
    return time[:MINUTES].replace("T", " ")
