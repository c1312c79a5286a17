"""Who may send which form of the pages: who gets past authorisation, and who is refused, form by form.

Rows are in the order in which they are sent: a freeze ends before its notes are frozen again, say.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from tests.support.escrow import AREA
from tests.support.privacy import ORDER as PRIVATE_ORDER
from tests.support.privacy import PLATFORM
from tests.unit.client.api.authorization import TERMS
from tests.unit.client.api.papers import SERVICE_ENDED

KEY: Final = "0123456789abcdef0123456789abcdef"  # what the page makes for each form


class Form(NamedTuple):
    """``right`` is signed in where it is not empty, and has ``outcome``; all ``refused`` have 403.

    Words in braces in ``fields`` and the path are what the scene has by these names. ``secret`` tells that the order's
    secret is sent, and that another's is refused. ``own_page`` tells that other sites' pages can't send it.
    """

    right: str
    refused: tuple[str, ...]
    fields: dict[str, Any]
    at: tuple[tuple[str, str], ...] = ()
    outcome: int = 303
    secret: bool = False
    own_page: bool = True


def public(outcome: int, **fields: Any) -> Form:
    """A form for people without an identity: no cookie counts, so that other sites' pages gain nothing."""
    return Form("", (), fields, outcome=outcome, own_page=False)


def by_secret(**fields: Any) -> Form:
    """A form for who knows an order's secret."""
    told = {"lang": "en", "order": PRIVATE_ORDER, **fields}
    return Form("", (), told, outcome=200, secret=True, own_page=False)


def _from_now(hours: int) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


MAKERS: Final = ("officer", "steward", "pretender")
PLATFORMS: Final = ("officer", "usher", "competitor")
WARRANT: Final = {
    "platform": PLATFORM,
    "subject_kind": "order",
    "subject": PRIVATE_ORDER,
    "fields": "name",
    "purpose": "complaint 7",
    "legal_basis": "article 25",
    "valid_from": _from_now(-1),
    "valid_until": _from_now(24),  # from when a run begins, and that may take hours
}
FORMS: Final[dict[str, Form]] = {
    "/desk/sign-in": Form("", (), {"token": "{token}"}),
    "/desk/sign-out": Form("", (), {}),
    "/desk/orders/{order_id}": Form(
        "carrier",
        ("seller", "other_carrier", "courier"),
        {"function": "scan", "subject": "{recordID}", "area": AREA},
        (("order_id", "recordID"),),
    ),
    "/desk/listings/new": Form("seller", ("buyer",), {"function": "list_goods", "terms": TERMS}),
    "/desk/listings/{listing_id}": Form(
        "seller",
        ("buyer", "twin", "rival"),
        {"function": "withdraw", "subject": "{listing}"},
        (("listing_id", "listing"),),
    ),
    "/desk/notes": Form("buyer", ("namesake", "stranger"), {"function": "pay", "notes": "{}", "payments": "{}"}),
    "/desk/funds/freezes/{id}/release": Form("steward", PLATFORMS, {}, (("id", "freeze"),)),
    "/desk/funds/freeze": Form("steward", PLATFORMS, {"ground": "complaint", "days": "1"}),
    "/desk/warrants/make": Form("regulator", MAKERS, WARRANT),
    "/desk/warrants/{warrantID}/confirm": Form("supervisor", (*MAKERS, "regulator"), {}),  # nobody confirms their own
    "/desk/warrants/{warrantID}/read": Form(
        "regulator", MAKERS, {"order": PRIVATE_ORDER, "field-name": "yes"}, outcome=503
    ),  # gets as far as the key service, which is not there
    "/desk/warrants/{warrantID}/end": Form("regulator", MAKERS, {}),
    "/desk/supervision/{move}": Form(  # its moves are REST operations, and each is refused as that is
        "steward", PLATFORMS, {"id": "{complaints}"}, (("move", "answer"),)
    ),
    "/desk/calls/{move}": Form(  # tells a call, which the contract refuses if it is not the signer's to make
        "steward", (), {"id": "{complaints}"}, (("move", "answer"),), outcome=200
    ),
    "/desk/standards/compare": Form("officer", ("steward", "impostor"), {}, outcome=415),  # takes a file
    "/desk/standards/{move}": Form(
        "officer",
        ("consumer", "impostor"),  # officers of all members vote
        {"name": "{name}", "version": "{version}", "approves": "yes"},
        (("move", "vote"),),
    ),
    "/desk/members/{move}": Form(
        "officer",
        ("steward", "impostor"),
        {"msp_id": "PlatformDMSP", "name": "Shop D"},
        (("move", "enrol"),),
    ),
    "/desk/licences/{move}": Form(
        "officer",
        ("steward", "impostor", "regulator"),
        {**SERVICE_ENDED},
        (("move", "end_licence"),),
        outcome=404,  # gets as far as that this party has no licence
    ),
    "/desk/corrections/{move}": Form(
        "steward",
        ("officer", "competitor", "operator", "impostor"),
        {"id": "{complaints}", "statement": "it is right"},
        (("move", "refuse"),),
        outcome=404,  # gets as far as that nothing is asked for by this complaint
    ),
    "/complain": public(
        200,
        about="order",
        about_id="order-1",
        platform=PLATFORM,
        matter="unsafe",
    ),
    "/complain/receipt": public(200, receipt="{receipt}", step="show"),
    "/scan/report": public(303, link="https://id.gs1.org/01/09521000123458/21/1"),
    "/my-data": by_secret(),
    "/my-data/disclosure": by_secret(**{"field-name": "yes"}),
    "/my-data/correction": by_secret(**{"value-name": "canary correction"}),
    "/my-data/proof": by_secret()._replace(outcome=400),  # of an order that is purged, as test_my_data shows
    "/my-data/purge": by_secret(reason="I want it", sure="yes")._replace(
        outcome=409
    ),  # PRIVACY_RETAINED: still kept by law
    "/my-data/check": public(415),  # takes a file, as test_my_data shows
}
