"""A call of each function of escrow, disclosure, supervision and privacy, and what becomes of it with a hostile text.

Each text of an argument, and each text inside its JSON, is replaced in turn by one that would make another key of what
it is a part of, or that no record should hold.
"""

import copy
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from fairledger_chaincode.simulator import LedgerSimulator, SimulatedIdentity
from tests.support.captures import document, event
from tests.support.escrow import AREA, CARRIER, PHONE, SEALED, commitment
from tests.support.supervised import DOCUMENT

MSPS: Final = {"officer": "AssociationMSP", "inspector": "AssociationMSP", "regulator": "RegulatorMSP"}
ID: Final = "ab" * 32
NOTES: Final = [f"{ID}:0"]
DAY: Final = "2026-11-25T08:00:00Z"
HOSTILE: Final = ("", "\x00", "a\x00b", "\U0010ffff", "a\U0010ffff", "\x00escrow-note\x00x\x00", "a" * 10_000)
PUBLISHED: Final = {
    "subject": "operator",
    "name": "Shop Ltd.",
    "registration_number": "1",
    "website": "https://example.com",
}
SANCTION: Final = {
    "msp_id": "PlatformAMSP",
    "penalty": "fine",
    "ground": {"kind": "complaint", "key": [ID]},
    "rule": "upheld_complaint",
    "amount_minor": 1,
    "currency": "CNY",
}
FACTS: Final = {
    "order": "o-1",
    "pseudonym": ID,
    "capability_sha256": ID,
    "area": "CN-4403",
    "goods": "https://id.gs1.org/01/09521000001107",
    "quantity": 1,
    "price_minor": 1,
    "currency": "CNY",
    "ordered_at": DAY,
    "tags": ["https://id.gs1.org/01/09521000001107/21/1"],
}
SEAL: Final = {"version": "0001", "fields": ["name"], "root": ID, "private_sha256": ID}
WARRANT: Final = {
    "platform": "PlatformAMSP",
    "subject": {"kind": "order", "value": "o-1"},
    "fields": ["name"],
    "purpose": "complaint 7",
    "legal_basis": "article 25",
    "valid_from": DAY,
    "valid_until": DAY,
}
COMPLAINT: Final = {
    "about": {"kind": "order", "id": "17"},
    "platform": "PlatformAMSP",
    "matter": "not_delivered",
    "documents": [dict(DOCUMENT)],
}
INSPECTION: Final = {
    "target": {"kind": "merchant", "id": "9521000000049"},
    "platform": "PlatformAMSP",
    "place": "on_site",
    "complaint_id": ID,
}
STANDARD: Final = {
    "name": "escrow",
    "title": "Escrow",
    "text_sha256": ID,
    "parameters": {"dust_minor": 1},
    "effective_from": DAY,
    "votes_until": DAY,
}
PAYMENT: Final = {"owner": "PlatformAMSP:account", "amount_minor": 1}
LICENSEE: Final = {"service": "provider", "msp_id": "PlatformAMSP", "place": "9521000000063"}
SHARES: Final = (ID, 500, 500)


class Word(NamedTuple):
    """An argument that is a text of a vocabulary, and so is sent as JSON."""

    text: str


class Calling(NamedTuple):
    """Who may call a function, and its arguments: text as it is, all else is sent as JSON."""

    role: str
    arguments: Sequence[Any]


FREEZE: Final = {
    "origin": {"kind": "order", "key": [ID]},
    "ground": {"kind": "dispute", "id": ID},
    "trails": [{"note": NOTES[0], "movements": [ID]}],
    "seconds": 60,
}
CALLS: Final[Mapping[str, Calling]] = {
    "escrow:license_service": Calling("officer", ({**LICENSEE, "name": "Bank", "keys": [ID], "valid_from": DAY},)),
    "escrow:end_licence": Calling("officer", ({**LICENSEE, "ground": "it is bankrupt", "valid_until": DAY},)),
    "escrow:issue": Calling("provider", ("bank-1", PAYMENT, "CNY")),
    "escrow:pay": Calling("consumer", (NOTES, [PAYMENT])),
    "escrow:ask_payout": Calling("consumer", (NOTES, 1, "CNY", "PlatformAMSP:x")),
    "escrow:redeem": Calling("provider", (ID, "bank-1")),
    "escrow:return_payout": Calling("consumer", (ID,)),
    "escrow:freeze": Calling("platform-officer", (FREEZE,)),
    "escrow:release": Calling("platform-officer", (ID,)),
    "escrow:list_goods": Calling("merchant", (PHONE,)),
    "escrow:withdraw": Calling("merchant", (ID,)),
    "escrow:order": Calling("consumer", (ID, ID, AREA, NOTES)),
    "escrow:accept": Calling("merchant", (ID, NOTES, commitment())),
    "escrow:decline": Calling("merchant", (ID,)),
    "escrow:cancel": Calling("consumer", (ID,)),
    "escrow:hold": Calling("consumer", (ID,)),
    "escrow:release_key": Calling("merchant", (ID, ID)),
    "escrow:prove_wrong_key": Calling("consumer", (ID, SEALED)),
    "escrow:ship": Calling("merchant", (ID, "S1", "P-0001", CARRIER)),
    "escrow:take_over": Calling("carrier", (ID, 450, AREA, NOTES)),
    "escrow:scan": Calling("carrier", (ID, AREA)),
    "escrow:deliver": Calling("carrier", (ID, 450, AREA)),
    "escrow:lose": Calling("carrier", (ID,)),
    "escrow:refuse": Calling("carrier", (ID, 450, AREA)),
    "escrow:check_tag": Calling("consumer", (ID, "S1", True)),
    "escrow:confirm": Calling("consumer", (ID,)),
    "escrow:dispute": Calling("consumer", (ID, Word("other"), "why")),
    "escrow:inspect": Calling("inspector", (ID, Word("defect"), ID)),
    "escrow:propose": Calling("consumer", SHARES),
    "escrow:agree": Calling("merchant", SHARES),
    "escrow:vote": Calling("officer", SHARES),
    "escrow:due": Calling("service", (ID,)),
    "escrow:told": Calling("consumer", (ID,)),
    "escrow:listing": Calling("consumer", (ID,)),
    "disclosure:enrol": Calling("officer", ("PlatformCMSP", "Shop")),
    "disclosure:strike": Calling("regulator", ("PlatformCMSP",)),
    "disclosure:propose": Calling("officer", (STANDARD,)),
    "disclosure:vote": Calling("officer", ("escrow", "0001", True)),
    "disclosure:close_ballot": Calling("officer", ("escrow", "0001")),
    "disclosure:standard": Calling("officer", ("escrow",)),
    "disclosure:file": Calling("platform-officer", ("2026-10", PUBLISHED, [dict(DOCUMENT)])),
    "disclosure:review": Calling(
        "officer", ("PlatformAMSP", Word("operator"), "2026-10", {"accepted": False, "reasons": "late"})
    ),
    "disclosure:accept_unreviewed": Calling("officer", ("PlatformAMSP", Word("operator"), "2026-10")),
    "disclosure:late": Calling("officer", ("PlatformAMSP", Word("operator"), "2026-10")),
    "disclosure:open_sanction": Calling("officer", (SANCTION,)),
    "disclosure:hear": Calling("platform-officer", (ID, [dict(DOCUMENT)])),
    "disclosure:decide": Calling("officer", (ID, True, [dict(DOCUMENT)])),
    "disclosure:appeal": Calling("platform-officer", (ID, [dict(DOCUMENT)])),
    "disclosure:judge": Calling("regulator", (ID, True, [dict(DOCUMENT)])),
    "disclosure:push_sanction": Calling("officer", (ID,)),
    "disclosure:pay_fine": Calling("platform-officer", (ID, NOTES)),
    "disclosure:end_sanction": Calling("officer", (ID, [dict(DOCUMENT)])),
    "supervision:complain": Calling("consumer", (COMPLAINT,)),
    "supervision:complain_for": Calling("service", (COMPLAINT, ID)),
    "supervision:answer_complaint": Calling("platform-officer", (ID, [dict(DOCUMENT)])),
    "supervision:escalate_complaint": Calling("consumer", (ID, [dict(DOCUMENT)], ID)),
    "supervision:settle_complaint": Calling("consumer", (ID, ID)),
    "supervision:decide_complaint": Calling("officer", (ID, Word("upheld"), [dict(DOCUMENT)])),
    "supervision:close_complaint": Calling("regulator", (ID, Word("upheld"), [dict(DOCUMENT)])),
    "supervision:push_complaint": Calling("consumer", (ID,)),
    "supervision:order_inspection": Calling("officer", (INSPECTION,)),
    "supervision:report_inspection": Calling(
        "inspector", (ID, [{"subject": "goods", "severity": "minor", "documents": [dict(DOCUMENT)]}])
    ),
    "supervision:mend_inspection": Calling("platform-officer", (ID, [dict(DOCUMENT)])),
    "supervision:send_back_inspection": Calling("officer", (ID, [dict(DOCUMENT)])),
    "supervision:close_inspection": Calling("officer", (ID, ID)),
    "supervision:push_inspection": Calling("officer", (ID,)),
    "supervision:enlist": Calling("officer", ({"subject": "platform:PlatformAMSP", "rule": "x1", "ground": "17"},)),
    "supervision:confirm_listing": Calling("officer", (ID,)),
    "supervision:delist": Calling("officer", (ID, "mended")),
    "supervision:observe": Calling(
        "service", ({"subject": "node:A", "name": "hash", "observed": {}, "evidence": [ID]},)
    ),
    "supervision:clear": Calling("service", ("node:A", Word("hash"))),
    "privacy:offer_key": Calling("service", ("-----BEGIN PUBLIC KEY-----",)),
    "privacy:discard": Calling("platform", ("o-1", "0001")),
    "privacy:publish": Calling("platform", (FACTS, SEAL)),
    "privacy:correct": Calling("platform", ("o-1", SEAL)),
    "privacy:purge": Calling("platform", ("o-1", "the person asked")),
    "privacy:make_warrant": Calling("regulator", (WARRANT,)),
    "privacy:confirm_warrant": Calling("regulator", (ID,)),
    "privacy:end_warrant": Calling("regulator", (ID,)),
    "privacy:announce_read": Calling(
        "regulator", ({"warrant": ID, "platform": "PlatformAMSP", "order": "o-1", "fields": ["name"]},)
    ),
    "privacy:release": Calling("service", (ID, ["name"])),
    "privacy:read": Calling("regulator", (ID,)),
    "privacy:permitted": Calling("service", (ID,)),
    "privacy:order": Calling("consumer", ("PlatformAMSP", "o-1")),
    "privacy:own": Calling("platform", ("o-1", "0001")),
}
EVENT: Final = event(
    1, bizLocation={"id": "urn:epc:id:sgln:9521000.00001.0"}, readPoint={"id": "urn:epc:id:sgln:9521000.00001.0"}
)
TRACE_CALLS: Final[Mapping[str, Calling]] = {
    "trace:capture": Calling("producer", (json.loads(document(EVENT)),)),
    "trace:license_prefix": Calling(
        "officer", ({"prefix": "9521000", "msp_id": "PlatformAMSP", "gln": "9521000000018", "name": "Maker"},)
    ),
    "trace:anchor": Calling("producer", (dict(DOCUMENT), [FACTS["goods"]])),
    "trace:recall": Calling("officer", ([FACTS["goods"]], Word("return"), "it burns")),
    "trace:end_recall": Calling("officer", (ID, "it does not")),
    "trace:count_scans": Calling(
        "service", ([{"item": FACTS["goods"], "day": datetime.now(UTC).date().isoformat(), "area": "ws1", "count": 1}],)
    ),
    "trace:captured": Calling("consumer", (ID,)),
    "trace:event": Calling("consumer", (EVENT["eventID"], ID)),
    "trace:item_events": Calling("consumer", (FACTS["goods"], "b", 20)),
    "trace:history": Calling("consumer", (FACTS["goods"],)),
    "trace:recall_scope": Calling("consumer", (ID,)),
}
MAY_BE_EMPTY: Final[Mapping[str, set[tuple[Any, ...]]]] = {  # what says nothing, where there may be nothing to say
    "escrow:list_goods": {(0, "gtin")},
    "escrow:order": {(2,)},
    "escrow:take_over": {(2,)},
    "escrow:scan": {(1,)},
    "escrow:deliver": {(2,)},
    "escrow:refuse": {(2,)},
    "disclosure:review": {(3, "reasons")},
    "supervision:delist": {(1,)},
    "disclosure:open_sanction": {(0, "currency")},
    "supervision:escalate_complaint": {(2,)},
    "supervision:settle_complaint": {(1,)},
    "supervision:order_inspection": {(0, "complaint_id")},
    "supervision:close_inspection": {(1,)},
}
WITHOUT_TEXT: Final = frozenset({"privacy:keep", "privacy:newest_key", "privacy:unpublished"})


def caller_of(ledger: LedgerSimulator, role: str) -> SimulatedIdentity:
    """Somebody of that role, where people of it are."""
    return ledger.identity(MSPS.get(role, "PlatformAMSP"), role, role=role)


def plain(arguments: Sequence[Any]) -> list[str | bytes]:
    """The arguments as they are sent."""
    return [_sent(each) for each in arguments]


def spoiled(function: str, hostile: str) -> Iterator[list[str | bytes]]:
    """A function's arguments as they are sent, once for each text that can't be ``hostile``, with that replaced."""
    may_be_so = MAY_BE_EMPTY.get(function, set()) if not hostile else set()
    return replaced_texts(CALLS[function].arguments, hostile, may_be_so)


def replaced_texts(
    arguments: Sequence[Any], text: str, spared: Collection[tuple[Any, ...]] = ()
) -> Iterator[list[str | bytes]]:
    """The arguments as they are sent, once for each of their texts but those ``spared``, with that text replaced."""
    for place, argument in enumerate(arguments):
        for path in _paths(argument):
            if (place, *path) not in spared:
                changed = copy.deepcopy(list(arguments))
                changed[place] = _replaced(argument, path, text)
                yield plain(changed)


def _sent(argument: Any) -> str | bytes:
    if isinstance(argument, Word):
        return json.dumps(argument.text)
    return argument if isinstance(argument, str | bytes) else json.dumps(argument)


def _paths(value: Any) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, str | Word):
        yield ()
    elif isinstance(value, dict):
        yield from ((key, *path) for key, member in value.items() for path in _paths(member))
    elif isinstance(value, list | tuple):
        yield from ((place, *path) for place, member in enumerate(value) for path in _paths(member))


def _replaced(value: Any, path: tuple[Any, ...], text: str) -> Any:
    if not path:
        return Word(text) if isinstance(value, Word) else text
    changed = list(value) if isinstance(value, list | tuple) else dict(value)
    changed[path[0]] = _replaced(value[path[0]], path[1:], text)
    return changed
