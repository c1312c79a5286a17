"""Who may do what, operation by operation: who gets past authorisation, and who is refused and why."""

import json
from typing import Any, Final, NamedTuple

from tests.support.captures import EXTENSION, document, event
from tests.support.enrolled import Attributes
from tests.support.escrow import AREA, CARRIER, DAY, PHONE, SERIAL, commitment
from tests.support.escrow_service import PEOPLE as TRADERS
from tests.support.supervised import DOCUMENT, parameters_of
from tests.unit.client.api.papers import ANCHOR, EPC, LICENCE, RECALL, SERVICE, SERVICE_ENDED
from tests.unit.client.api.test_escrow import DIVISION, REPORT
from tests.unit.client.api.test_privacy import warrant_terms

PEOPLE: Final = {
    **TRADERS,
    "courier": Attributes("carrier", "PlatformBMSP", "9521000000070"),  # of the carrier's organisation
    "other_provider": Attributes("provider", "PlatformBMSP"),
    "second_provider": Attributes("provider"),
    "unlicensed_provider": Attributes("provider", "PlatformBMSP", "9521000000070"),
    "unlicensed_inspector": Attributes("inspector", "PlatformBMSP", "9521000000070"),
    "own_inspector": Attributes("inspector"),  # by the word of the platform that is inspected
    "usher": Attributes("platform-officer", "AssociationMSP"),  # of an organisation that is no platform
}


class Because(str):
    """Why a column does not apply."""

    __slots__ = ()


ANYBODY: Final = Because("anybody may")
NEW: Final = Because("makes something new, which is nobody's yet")
OFFICE: Final = Because("the office's own task, whoever it concerns")
MANY: Final = Because("people of all organisations may, each for their own business")
OPEN: Final = Because("for people without an identity")
SIGNED: Final = Because("the signature says who asks, as test_signing and test_own_keys show")


PROVIDER_SECRET: Final = Because("the shared secret says which provider asks, as test_providers shows")


class Row(NamedTuple):
    """``right`` gets past authorisation, without a token where it is empty; all others are refused, or ``Because``.

    ``others`` is somebody of the right role whose object it is not. ``at`` names objects of the path in place of the
    usual ones. ``refused`` are the statuses of a refusal. ``capability`` tells that a secret of the order is sent.
    """

    right: str
    wrong_role: str
    wrong_organization: str
    others: str
    body: Any = None
    at: tuple[tuple[str, str], ...] = ()
    refused: frozenset[int] = frozenset({403})
    media_type: str = "application/json"
    capability: bool = False

    @property
    def needs_token(self) -> bool:
        """Whether somebody has to sign."""
        return bool(self.right)


def anybody(body: Any = None, right: str = "consumer") -> Row:
    """An operation for everybody who has a token."""
    return Row(right, ANYBODY, ANYBODY, ANYBODY, body)


def public(body: Any) -> Row:
    """An operation that takes no token."""
    return Row("", OPEN, OPEN, OPEN, body)


def by_seller(body: Any) -> Row:
    return Row("seller", "buyer", "twin", "rival", body)


def by_buyer(body: Any) -> Row:
    return Row("buyer", "seller", "namesake", "stranger", body)


def by_carrier(body: Any) -> Row:
    return Row("carrier", "seller", "other_carrier", "courier", body)


def by_party(body: Any) -> Row:
    return Row("seller", "carrier", "twin", "stranger", body)


def by_officer(body: Any, wrong_role: str = "steward", others: str = OFFICE) -> Row:
    return Row("officer", wrong_role, "impostor", others, body)


def by_regulator(body: Any) -> Row:
    return Row("regulator", "officer", "pretender", OFFICE, body)


def by_platform(body: Any) -> Row:
    return Row("steward", "officer", "usher", "competitor", body)


DOOR: Final = {"weight_g": 450, "area": AREA}
YES: Final = {"stands": True}
TERMS: Final = {**PHONE, "periods": {**PHONE["periods"], "accept_s": DAY}}
RULES: Final = {"subject": "rules", "title": "House rules", "version": "7", "website": "https://shop.example/rules"}
COMPLAINT: Final = {"about": {"kind": "order", "id": "order-1"}, "platform": "PlatformAMSP", "matter": "unsafe"}
INSPECTION: Final = {
    "target": {"kind": "platform", "id": "PlatformAMSP"},
    "platform": "PlatformAMSP",
    "place": "online",
}
LISTING: Final = {"subject": "platform:PlatformAMSP", "rule": "complaints_permille", "ground": "anomaly"}
ANOMALY: Final = {"subject": "node:PlatformB", "name": "hash", "observed": {"block": 7}}
CLEARED: Final = {"subject": "node:PlatformB", "name": "height"}
STANDARD: Final = {
    "name": "house-rules",
    "title": "House rules",
    "text_sha256": "cd" * 32,
    "parameters": parameters_of("complaints"),
    "effective_from": "2099-01-01T00:00:00Z",
    "votes_until": "2098-01-01T00:00:00Z",
}
SANCTION: Final = {
    "msp_id": "PlatformAMSP",
    "penalty": "warning",
    "ground": {"kind": "disclosure", "key": ["PlatformAMSP", "rules", "{period}"]},
    "rule": "late_disclosure",
}
WARRANT: Final = warrant_terms()
READ: Final = {"warrant": "0" * 64, "platform": "PlatformAMSP", "order": "o-1", "fields": ["name"]}
ALONE: Final = json.dumps(
    {"@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", EXTENSION], **event(901)}
)
LD: Final = "application/ld+json"
SECRET: Final = Because("the order's secret stands for a person")

ORDER: Final = "/escrow/orders/{recordID}"
DISCLOSED: Final = "/disclosures/{mspID}/{subject}/{period}"
OPERATIONS: Final[dict[str, Row]] = {
    # events, papers and tags
    "POST /epcis/capture": Row("producer", "consumer", MANY, NEW, document(event(900)), media_type=LD),
    "POST /epcis/events": Row("producer", "consumer", MANY, NEW, ALONE),
    "POST /documents": Row("consumer", ANYBODY, ANYBODY, NEW, "a report", media_type="application/octet-stream"),
    "POST /trace/anchors": Row("producer", "consumer", "impostor", NEW, ANCHOR),
    "POST /trace/recalls": Row("maker", "consumer", "namesake", "rival", RECALL),
    "POST /trace/recalls/{recallID}/end": Row("maker", "consumer", "namesake", "rival", {"reason": "all came back"}),
    "POST /trace/licences": by_officer(LICENCE, "producer"),
    "POST /tags": Row("consumer", Because("a tag holds for its maker alone"), ANYBODY, NEW, {"epcs": [EPC]}),
    "POST /trace/scans": public({"link": "https://shop.example/01/09521000123458/21/1"}),
    # money and orders
    "POST /licences": by_officer(SERVICE, "steward"),  # a platform's officer, and who is one by its word
    "POST /licences/end": by_officer({**SERVICE_ENDED}, "steward"),
    "POST /escrow/listings": Row("seller", "buyer", MANY, NEW, TERMS),
    "POST /escrow/listings/{recordID}/withdraw": Row("seller", "buyer", "twin", "rival", at=(("recordID", "listing"),)),
    "POST /escrow/orders": Row("buyer", "carrier", "namesake", "stranger", "{new_order}"),
    f"POST {ORDER}/accept": by_seller({"notes": [], "commitment": commitment()}),
    f"POST {ORDER}/decline": by_seller({}),
    f"POST {ORDER}/cancel": by_buyer({}),
    f"POST {ORDER}/hold": by_buyer({}),
    f"POST {ORDER}/release_key": by_seller({"key": "ab" * 32}),
    f"POST {ORDER}/prove_wrong_key": anybody({"ciphertext": "AAAA"}),
    f"POST {ORDER}/ship": by_seller({"serial": SERIAL, "parcel": "P-0002", "carrier": CARRIER}),
    f"POST {ORDER}/take_over": by_carrier({**DOOR, "notes": []}),
    f"POST {ORDER}/scan": by_carrier({"area": AREA}),
    f"POST {ORDER}/refuse": by_carrier(DOOR),
    f"POST {ORDER}/lose": by_carrier({}),
    f"POST {ORDER}/deliver": by_carrier(DOOR),
    f"POST {ORDER}/check_tag": by_buyer({"serial": SERIAL, "genuine": True}),
    f"POST {ORDER}/confirm": by_buyer({}),
    f"POST {ORDER}/dispute": by_buyer({"claim": "other", "reason": "it is not as agreed"}),
    f"POST {ORDER}/inspect": Row("inspector", "buyer", "unlicensed_inspector", OFFICE, REPORT),
    f"POST {ORDER}/propose": by_party(DIVISION),
    f"POST {ORDER}/agree": Row("buyer", "carrier", "twin", "stranger", DIVISION),
    f"POST {ORDER}/vote": by_officer(DIVISION, "buyer"),
    f"POST {ORDER}/due": anybody({}),
    "POST /escrow/notes": Row("provider", "buyer", "unlicensed_provider", NEW, "{new_note}"),
    "POST /escrow/notes/pay": Row("buyer", Because("whoever has notes"), "namesake", "stranger", "{spending}"),
    "POST /escrow/payouts": Row("buyer", Because("whoever has notes"), "namesake", "stranger", "{new_payout}"),
    "POST /escrow/payouts/{recordID}/redeem": Row(
        *("provider", "buyer", "other_provider", "second_provider"), {"reference": "out-1"}, (("recordID", "payout"),)
    ),
    "POST /escrow/payouts/{recordID}/return": Row(
        "provider",
        *("buyer", "other_provider", "second_provider"),
        at=(("recordID", "payout_2"),),
        refused=frozenset({409}),  # anybody may once its time is over, and is told so
    ),
    "POST /escrow/freezes": by_platform("{new_freeze}"),
    "POST /escrow/freezes/{id}/release": by_platform(None)._replace(at=(("id", "freeze"),)),
    # standards and members
    "POST /standards": by_officer({**STANDARD, "name": "other-rules"}),
    "POST /standards/{name}/{version}/votes": by_officer({"approves": True}, "consumer", Because("each votes once")),
    "POST /standards/{name}/{version}/close": anybody(),
    "POST /members": by_officer({"msp_id": "PlatformCMSP", "name": "Shop C"}),
    "POST /members/{mspID}/strike": by_regulator(None)._replace(at=(("mspID", "PlatformCMSP"),)),
    # disclosures and sanctions
    "POST /disclosures": Row("steward", "consumer", "usher", MANY, {"period": "{period}", "published": {**RULES}}),
    f"POST {DISCLOSED}/review": by_officer({"accepted": False, "reasons": "the text is missing"}),
    f"POST {DISCLOSED}/late": anybody(),
    f"POST {DISCLOSED}/unreviewed": anybody(),
    "POST /sanctions": by_officer(SANCTION, "regulator"),
    "POST /sanctions/{id}/hear": by_platform({}),
    "POST /sanctions/{id}/appeal": by_platform({})._replace(at=(("id", "imposed"),)),
    "POST /sanctions/{id}/end": by_officer({}),
    "POST /sanctions/{id}/decisions/association": by_officer(YES),
    "POST /sanctions/{id}/decisions/regulator": by_regulator(YES),
    "POST /sanctions/{id}/deadline/push": anybody(),
    "POST /sanctions/{id}/payment": by_platform({"notes": [f"{'0' * 64}:0"]}),
    # complaints, inspections, and what is watched
    "POST /complaints": anybody(COMPLAINT),
    "POST /complaints/anonymous": public(COMPLAINT),
    "POST /complaints/receipts": public({"receipt": "{receipt}"}),
    "POST /complaints/receipts/escalate": public({"receipt": "{receipt}"}),
    "POST /complaints/receipts/settle": public({"receipt": "{receipt}"}),
    "POST /complaints/{id}/answer": by_platform({"documents": [dict(DOCUMENT)]}),
    "POST /complaints/{id}/escalate": Row("consumer", "officer", "namesake", "buyer", {}),
    "POST /complaints/{id}/settle": Row("consumer", "officer", "namesake", "buyer", {}),
    "POST /complaints/{id}/decisions/association": by_officer({"verdict": "upheld"}),
    "POST /complaints/{id}/decisions/regulator": by_regulator({"verdict": "upheld"}),
    "POST /complaints/{id}/deadline/push": anybody(),
    "POST /inspections": by_officer(INSPECTION),
    "POST /inspections/{id}/report": Row("inspector", "steward", "own_inspector", "unlicensed_inspector", {}),
    "POST /inspections/{id}/mend": by_platform({}),
    "POST /inspections/{id}/send_back": by_officer({"documents": [dict(DOCUMENT)]}),
    "POST /inspections/{id}/close": by_officer({}),
    "POST /inspections/{id}/deadline/push": anybody(),
    "POST /monitoring": by_officer(LISTING),
    "POST /monitoring/{id}/confirm": by_officer(None),
    "POST /monitoring/{id}/remove": by_officer({"reason": "it was mended"}),
    "POST /anomalies": Row("service", "officer", "pretender", OFFICE, ANOMALY),
    "POST /anomalies/clear": Row("service", "officer", "pretender", "keyholder", CLEARED),
    # personal data
    "POST /privacy/orders": Row("operator", "consumer", MANY, NEW, "{private_order}"),
    "POST /privacy/orders/{order}/correction": Row(
        *("operator", "consumer", "clerk", Because("a platform has its own orders alone, as the column before shows")),
        {"values": {"name": "x"}},
        refused=frozenset({403, 404}),  # another platform's order is not known to be there
    ),
    "POST /privacy/orders/{order}/disclosure": Row("", SECRET, SECRET, "", {"fields": ["name"]}, capability=True),
    "POST /privacy/orders/{order}/purge": Row("", SECRET, SECRET, "", {"reason": "I want it"}, capability=True),
    "POST /privacy/disclosures/check": public("{shown}"),
    "POST /privacy/warrants": by_regulator(WARRANT),
    "POST /privacy/warrants/{warrantID}/confirm": Row("supervisor", "officer", "pretender", "regulator"),  # one's own
    "POST /privacy/warrants/{warrantID}/end": by_regulator(None),
    "POST /privacy/reads": Row("regulator", "producer", "pretender", Because("what the warrant names"), READ),
    "POST /privacy/keys": public({"read": "0" * 64, "keys": {"name": "AAAA"}, "signature": "AAAA"}),
    # keys that people keep to themselves
    "POST /providers/{provider}/webhook": Row("", PROVIDER_SECRET, PROVIDER_SECRET, PROVIDER_SECRET, {}),
    **{
        f"POST /signing/{step}": Row("", SIGNED, SIGNED, SIGNED, {})
        for step in (
            *("certificates", "renewals", "renewals/signed"),
            *("proposals", "endorsements", "submissions", "challenges", "sessions"),
        )
    },
}
