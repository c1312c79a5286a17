"""What goods, places and businesses are called: by headers of captured documents (CBV 2.0, 9) and by licences.

Whoever may capture may call anything as they like, so each name comes with who says so. Those come first whose own the
thing is: the holder of the licence for a trade item, the business at the place for a place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from sqlalchemy import Connection, case, select

from fairledger.readmodel.facts import ITEMS_A_QUERY
from fairledger.readmodel.master_data import element_of
from fairledger.readmodel.tables import captures, licences, master_data
from fairledger_contracts.lineage.history import History
from fairledger_contracts.records.item_id import RESOLVER, product_of
from fairledger_contracts.records.licence import Holder, Licence, prefixes_of
from fairledger_contracts.records.signatory import Party, Signatory

NAMES: Final = ("name", "descriptionShort", "functionalName", "regulatedProductName")
NAMES_MAX: Final = 3  # of one thing that a page shows
LENGTH_MAX: Final = 200  # characters
_ROWS_MAX: Final = 500  # those whose own a thing is come first, so that nobody can push their names out
_ATTRIBUTES: Final = [f"{space}{name}" for space in ("cbvmda:", "urn:epcglobal:cbv:mda:") for name in NAMES]
_PLACE: Final = f"{RESOLVER}/414/"


@dataclass(frozen=True)
class ToldName:
    """A name on one line, and who says so; ``own`` where the thing is theirs to name."""

    text: str
    who: Signatory
    own: bool


@dataclass(frozen=True)
class Names:
    """``told`` are names by element, see ``element_of``; ``businesses`` those of licences' holders."""

    told: Mapping[str, tuple[ToldName, ...]] = field(default_factory=dict)
    businesses: Mapping[Party, str] = field(default_factory=dict)

    def of_item(self, item: str) -> tuple[ToldName, ...]:
        """The names of a thing or lot and of the trade item that it is one of, by canonical id; at most a few."""
        return self._own_first(element_of(item), product_of(item))

    def of_place(self, place: str) -> tuple[ToldName, ...]:
        """The names of a place and of the site that it is a part of, by canonical id; at most a few."""
        return self._own_first(element_of(place), _site(place))

    def _own_first(self, *elements: str) -> tuple[ToldName, ...]:
        told = dict.fromkeys(name for element in elements for name in self.told.get(element, ()))
        return tuple(sorted(told, key=lambda name: not name.own)[:NAMES_MAX])


def names_of(connection: Connection, history: History) -> Names:
    """The names of all that a history names: the item, what it was made of, the places, and the businesses."""
    items = dict.fromkeys([history.item, *(link.source for link in history.sources)])
    licensed = _licences(connection, tuple(items))
    links = [link.place for link in history.sources]
    places = dict.fromkeys([place for leg in history.legs for place in (leg.read_point, leg.location)] + links)
    elements = chain(
        (each for item in items for each in (element_of(item), product_of(item))),
        (each for place in places for each in (element_of(place), _site(place))),
    )
    owners = {product_of(item): _holder(licensed, item) for item in items}
    known = [each for each in dict.fromkeys(elements) if each][:ITEMS_A_QUERY]
    businesses = {holder.party: printable(holder.name) for each in licensed.values() for holder in each.holders}
    return Names(_told(connection, known, owners), businesses)


def printable(text: str) -> str:
    """Text on one line, without what can't be seen and may reorder what can, and not too much of it."""
    line = "".join(each for each in " ".join(text.split()) if each.isprintable())
    return line if len(line) <= LENGTH_MAX else line[:LENGTH_MAX] + "…"


def _told(
    connection: Connection, elements: Sequence[str], owners: Mapping[str, Holder | None]
) -> dict[str, tuple[ToldName, ...]]:
    glns = {holder.gln for holder in owners.values() if holder} | {_gln(each) for each in elements}
    query = (
        select(
            master_data.c.element,
            master_data.c.value,
            captures.c.recorder_msp,
            captures.c.recorder_id,
            captures.c.recorder_role,
            captures.c.recorder_gln,
        )
        .join(captures, captures.c.tx_id == master_data.c.tx_id)
        .where(master_data.c.element.in_(elements), master_data.c.attribute.in_(_ATTRIBUTES), master_data.c.value != "")
        .order_by(
            case((captures.c.recorder_gln.in_(sorted(glns - {""})), 0), else_=1),
            captures.c.block_number.desc(),
            captures.c.tx_id,
            master_data.c.position,
        )
        .limit(_ROWS_MAX)
    )
    found: dict[str, dict[Party, ToldName]] = {}  # the newest that each business says
    for row in connection.execute(query):
        who = Signatory(msp_id=row.recorder_msp, id=row.recorder_id, role=row.recorder_role, gln=row.recorder_gln)
        text = printable(row.value)
        if text:
            own = _is_own(row.element, who, owners.get(product_of(row.element)))
            found.setdefault(row.element, {}).setdefault(who.party, ToldName(text, who, own))
    return {element: tuple(told.values()) for element, told in found.items()}


def _is_own(element: str, who: Signatory, holder: Holder | None) -> bool:
    return (holder is not None and who.party == holder.party) or (who.gln != "" and who.gln == _gln(element))


def _licences(connection: Connection, items: Sequence[str]) -> dict[str, Licence]:
    prefixes = list(dict.fromkeys(prefix for item in items for prefix in prefixes_of(item)))[:ITEMS_A_QUERY]
    rows = connection.execute(select(licences.c.prefix, licences.c.record).where(licences.c.prefix.in_(prefixes)))
    return {row.prefix: Licence.model_validate_json(row.record) for row in rows}


def _holder(licensed: Mapping[str, Licence], item: str) -> Holder | None:
    """Who holds the longest registered prefix now; None where nobody does."""
    licence = next((licensed[prefix] for prefix in prefixes_of(item) if prefix in licensed), None)
    return licence.holder if licence else None


def _site(place: str) -> str:
    return _PLACE + _gln(place) if _gln(place) else ""


def _gln(place: str) -> str:
    return place.removeprefix(_PLACE).partition("/")[0] if place.startswith(_PLACE) else ""
