"""What an item went through, as two organisations tell it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.table import Table

ITEM_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
GOODS = ("urn:epc:id:sgtin:", "/01/")  # trade items, as EPC or as GS1 Digital Link
MINUTES = len("2026-03-02T08:00")
BEFORE_THE_WORD = ("/", ":", "BizStep-")


def busiest_item(events: Iterable[Mapping[str, Any]]) -> str | None:
    """The item that most of ``events`` speak of, goods before pallets and containers; None if they speak of none."""
    counted: Counter[str] = Counter()
    for event in events:
        named = {event["parentID"]} if "parentID" in event else set()
        counted.update(named.union(*(event.get(name, ()) for name in ITEM_LISTS)))
    return min(counted, key=lambda item: (not _is_goods(item), -counted[item], item)) if counted else None


def history_table(events: Sequence[Mapping[str, Any]]) -> Table:
    """The events as rows: when, what, where."""
    table = Table("when", "event", "step", "where", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for event in sorted(events, key=lambda each: str(each["eventTime"])):
        place = event.get("readPoint") or event.get("bizLocation") or {}
        table.add_row(
            str(event["eventTime"])[:MINUTES],
            str(event["type"]).removesuffix("Event"),
            _bare(str(event.get("bizStep", ""))),
            str(place.get("id", "")),
        )
    return table


def _is_goods(item: str) -> bool:
    return any(mark in item for mark in GOODS)


def _bare(word: str) -> str:
    """The word of the Core Business Vocabulary in any of its forms: bare, as CURIE, as URN, as web address."""
    for separator in BEFORE_THE_WORD:
        word = word.rpartition(separator)[2]
    return word
