"""Recording at the organisation's service that goods were given their identity, for ``fairledger tag commission``."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from fairledger.cli.errors import CommandError
from fairledger.cli.escrow_client import signatory
from fairledger.cli.label_folder import write_file
from fairledger.cli.model import reading
from fairledger.cli.state import State

if TYPE_CHECKING:
    import httpx

    from fairledger_contracts.records.signatory import Party

ITEMS_MAX: Final = 500  # of one event
NAMED_MAX: Final = 3  # in an error
UNDER_WAY: Final = "commissioning.json"
MAY_STILL_COME: Final = ("SERVICE_UNREACHABLE", "CAPTURE_UNFINISHED", "GATEWAY_")  # beginnings of codes


def commission(
    state: State, home: str, name: str, items: Mapping[str, str], folder: Path, *, quantity: str, unit: str, place: str
) -> None:
    """Have ``items`` commissioned in the name of ``name``, but for those that are already; tells how far it is.

    ``items`` are ids as they are named, by canonical id. ``folder`` keeps the event that is under way: a run that was
    broken off there is finished first, with the event that it sent or was about to, which so is recorded once.

    Raises ``CommandError`` (TAG_COMMISSIONED, TAG_UNLICENSED, CLI_SERVICE_UNKNOWN), ``CaptureFailed``, ``TagError``,
    ``TokenError``.
    """
    import json  # noqa: PLC0415  only this command pays for these
    from datetime import UTC, datetime  # noqa: PLC0415

    import httpx  # noqa: PLC0415

    from fairledger.tags.commissioning import commissioning_event, document_of, place_of  # noqa: PLC0415
    from fairledger.tokens import KEY_FILE, TokenAuthority  # noqa: PLC0415
    from fairledger.trace.remote import CAPTURED_DEADLINE_S  # noqa: PLC0415

    who = signatory(name, home)
    authority = TokenAuthority.load(home, state.api(home) / KEY_FILE)
    under_way = folder / UNDER_WAY
    with httpx.Client(base_url=state.service(home), timeout=CAPTURED_DEADLINE_S, trust_env=False) as http:
        if under_way.exists():
            transactions = _record(http, authority.issue(name), under_way)
            typer.echo(f"what was broken off is finished (transaction {transactions})", err=True)
        fresh = not_yet_made(home, who.party, list(items))
        if len(fresh) < len(items):
            typer.echo(f"{len(items) - len(fresh)} of {len(items)} are commissioned already", err=True)
        for start in range(0, len(fresh), ITEMS_MAX):
            some = fresh[start : start + ITEMS_MAX]
            at = datetime.now(UTC)
            named = [items[item] for item in some]
            event = commissioning_event(named, at, place or place_of(who.gln), quantity=quantity, unit=unit)
            write_file(under_way, json.dumps(document_of(event)).encode())
            transactions = _record(http, authority.issue(name), under_way)
            typer.echo(f"{start + len(some)} of {len(fresh)} commissioned (transaction {transactions})", err=True)


def _record(http: "httpx.Client", token: str, under_way: Path) -> str:
    """Capture the document of a file, which goes unless it may still come to the ledger; the transactions, in short.

    An event is told by its content, so the same document a second time changes nothing. Raises ``CaptureFailed``.
    """
    from fairledger.trace.errors import CaptureFailed  # noqa: PLC0415  only this command pays for these
    from fairledger.trace.remote import capture_at  # noqa: PLC0415

    try:
        job = capture_at(http, {"Authorization": f"Bearer {token}"}, under_way.read_text())
    except CaptureFailed as error:
        if not error.code.startswith(MAY_STILL_COME):
            under_way.unlink()
        raise
    under_way.unlink()
    return ", ".join(each["transactionID"][:12] + "…" for each in job["transactions"])


def not_yet_made(home: str, party: "Party", items: Sequence[str]) -> list[str]:
    """The items that nobody commissioned.

    Raises ``CommandError``: TAG_COMMISSIONED when another business did, TAG_UNLICENSED when the goods are another's to
    name, which readers of their history would be told.
    """
    from fairledger.readmodel.lineage import licence_of  # noqa: PLC0415  only this command pays for these
    from fairledger.readmodel.makers import makers_of  # noqa: PLC0415
    from fairledger_contracts.records.item_id import product_of  # noqa: PLC0415

    named = {item: product_of(item) for item in items}
    with reading(home) as connection:
        makers = makers_of(connection, items)
        licences = {product: licence_of(connection, product) for product in dict.fromkeys(named.values())}
    _refuse("TAG_COMMISSIONED", "another business made", [i for i in items if makers[i] and party not in makers[i]])
    holders = {product: licence.holder for product, licence in licences.items() if licence is not None}
    others = {product for product, holder in holders.items() if holder is not None and holder.party != party}
    _refuse("TAG_UNLICENSED", "another business names", [i for i in items if named[i] in others])
    return [item for item in items if not makers[item]]


def _refuse(code: str, why: str, items: Sequence[str]) -> None:
    if items:
        named = ", ".join(items[:NAMED_MAX]) + (f" and {len(items) - NAMED_MAX} more" * (len(items) > NAMED_MAX))
        raise CommandError(code, f"{why} {named}", "take numbers that are yours; nothing was recorded")
