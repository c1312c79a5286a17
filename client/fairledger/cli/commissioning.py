"""Recording at the organisation's service that goods were given their identity, for ``fairledger tag commission``."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import typer

from fairledger.cli.errors import CommandError
from fairledger.cli.escrow_client import signatory
from fairledger.cli.model import reading
from fairledger.cli.state import State

if TYPE_CHECKING:
    from fairledger_contracts.records.signatory import Party

ITEMS_MAX: Final = 500  # of one event
NAMED_MAX: Final = 3  # in an error


def commission(
    state: State, home: str, name: str, items: Mapping[str, str], *, quantity: str, unit: str, place: str
) -> None:
    """Have ``items`` commissioned in the name of ``name``, but for those that are already; tells how far it is.

    ``items`` are ids as they are named, by canonical id.

    Raises ``CommandError`` (TAG_COMMISSIONED, TAG_UNLICENSED, CLI_SERVICE_UNKNOWN), ``CaptureFailed``, ``TagError``,
    ``TokenError``.
    """
    import json  # noqa: PLC0415  only this command pays for these
    from datetime import UTC, datetime  # noqa: PLC0415

    import httpx  # noqa: PLC0415

    from fairledger.tags.commissioning import commissioning_event, document_of, place_of  # noqa: PLC0415
    from fairledger.tokens import KEY_FILE, TokenAuthority  # noqa: PLC0415
    from fairledger.trace.remote import CAPTURED_DEADLINE_S, capture_at  # noqa: PLC0415

    who = signatory(name, home)
    fresh = not_yet_made(home, who.party, list(items))
    if len(fresh) < len(items):
        typer.echo(f"{len(items) - len(fresh)} of {len(items)} are commissioned already", err=True)
    authority = TokenAuthority.load(home, state.api(home) / KEY_FILE)
    with httpx.Client(base_url=state.service(home), timeout=CAPTURED_DEADLINE_S, trust_env=False) as http:
        for start in range(0, len(fresh), ITEMS_MAX):
            some = fresh[start : start + ITEMS_MAX]
            at = datetime.now(UTC)
            named = [items[item] for item in some]
            event = commissioning_event(named, at, place or place_of(who.gln), quantity=quantity, unit=unit)
            bearer = {"Authorization": f"Bearer {authority.issue(name)}"}
            job = capture_at(http, bearer, json.dumps(document_of(event)))
            told = ", ".join(each["transactionID"][:12] + "…" for each in job["transactions"])
            typer.echo(f"{start + len(some)} of {len(fresh)} commissioned (transaction {told})", err=True)


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
