"""``/privacy/orders``: a platform's orders with personal data, and what their buyers may ask for."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Request, Response

from fairledger.api.bodies import json_only
from fairledger.api.descriptions import problems
from fairledger.api.idempotency import Once, OnceUnnamed
from fairledger.api.parameters import takes
from fairledger.api.privacy_bodies import ORDER_ID, Checked, Held, NewOrder, NewValues, PlacedOrder, Purge, Shown
from fairledger.api.security import Person
from fairledger.api.service import Service, service_of
from fairledger.gateway.errors import GatewayError
from fairledger.privacy.disclosure import Disclosure, check, disclose, is_superseded
from fairledger.privacy.errors import PrivacyError
from fairledger.privacy.orders import PrivateOrders
from fairledger.privacy.statements import check_statement
from fairledger.readmodel.records import all_records, find_record, list_records
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.private_read import Announcement
from fairledger_contracts.records.warrant import Warrant
from fairledger_contracts.trace.callers import REGULATOR

JSON: Final = "application/json"
SECRET: Final = {"Cache-Control": "no-store"}
REFUSED_MAX: Final = 1_000
CREATED: Final = 201
router = APIRouter(prefix="/privacy", tags=["Personal data"])

Order = Annotated[str, Path(description="The order's id.", pattern=ORDER_ID)]
Capability = Annotated[
    str,
    Header(
        alias="Fairledger-Capability",
        description="The secret that came with the order: whoever has it is its buyer.",
        pattern=r"^[0-9a-f]{64}$",
    ),
]


@router.post(
    "/orders",
    status_code=201,
    summary="Place an order: keep its personal data, and publish the rest.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={
        201: {"description": "On the ledger, both sides of it.", "model": PlacedOrder},
        **problems(400, 401, 403, 409, 413, 415, 502, 503, 504),
    },
)
async def place(request: Request, body: NewOrder, person: Person, once: Once) -> Response:
    """What breaks off in between is finished by the service, unless the ledger refuses it."""
    orders = service_of(request).privacy.orders(person)

    async def work() -> Response:
        public = body.model_dump(exclude={"person", "values"})
        placed = await orders.place(body.person, body.values, public)
        return Response(placed.record.model_dump_json(), CREATED, SECRET, JSON)  # what is kept tells no secret

    answer = await once.answer(work)
    if answer.status_code != CREATED:
        return answer
    record = OrderRecord.model_validate_json(bytes(answer.body))
    told = PlacedOrder(record=record, capability=orders.capability(record))
    return Response(told.model_dump_json(), CREATED, SECRET, JSON)


@router.post(
    "/orders/{order}/correction",
    summary="Correct an order's personal data.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={
        200: {"description": "The new version counts, and the one before is purged.", "model": OrderRecord},
        **problems(400, 401, 403, 404, 409, 410, 413, 415, 502, 503, 504),
    },
)
async def correct(request: Request, order: Order, body: NewValues, person: Person, once: Once) -> Response:
    """Replace all values; the platform does so when the buyer asks."""

    async def work() -> Response:
        record = await service_of(request).privacy.orders(person).correct(order, body.values)
        return Response(record.model_dump_json(), 200, media_type=JSON)

    return await once.answer(work)


@router.get(
    "/orders/{order}/mine",
    summary="What is held of an order, where, and who read it; for its buyer.",
    dependencies=[takes()],
    response_class=Response,
    responses={200: {"description": "As of now.", "model": Held}, **problems(400, 403, 404, 410, 414, 503)},
)
async def mine(request: Request, order: Order, capability: Capability) -> Response:
    """Readings are told once their warrant is over."""
    told = await held_of(service_of(request), order, capability)
    return Response(told.model_dump_json(), 200, SECRET, JSON)


@router.post(
    "/orders/{order}/purge",
    summary="Purge an order's personal data everywhere; for its buyer.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={
        200: {"description": "They are gone; the record says so.", "model": OrderRecord},
        **problems(400, 403, 404, 409, 410, 413, 415, 502, 503, 504),
    },
)
async def purge(request: Request, order: Order, body: Purge, capability: Capability, once: OnceUnnamed) -> Response:
    """Refused with PRIVACY_RETAINED while the law has the platform keep them."""

    async def work() -> Response:
        service = service_of(request)
        await service.privacy.own_orders().claimed(order, capability)
        record = await purged(service, order, body.reason)
        return Response(record.model_dump_json(), 200, media_type=JSON)

    return await once.answer(work, capability)


@router.post(
    "/orders/{order}/disclosure",
    summary="Show single fields with their proof; for the order's buyer.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={
        200: {"description": "To be handed to whom it concerns.", "model": Disclosure},
        **problems(400, 403, 404, 410, 413, 415, 503),
    },
)
async def show(request: Request, order: Order, body: Shown, capability: Capability) -> Response:
    """Nothing in it tells of the other fields."""
    orders = service_of(request).privacy.own_orders()
    await orders.claimed(order, capability)
    data, opened = await orders.opened(order)
    return Response(disclose(data, opened, body.fields).model_dump_json(), 200, SECRET, JSON)


@router.post(
    "/disclosures/check",
    summary="Check shown fields against the public record.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={
        200: {"description": "The platform committed to all of them.", "model": Checked},
        **problems(400, 404, 413, 415, 503),
    },
)
async def verify(request: Request, body: Disclosure) -> Response:
    """Any organisation's service can be asked."""
    orders = service_of(request).privacy.own_orders()
    record = await orders.published(body.platform, body.order)
    values, purged_since = check(body, record), record.purged_at is not None
    checked = Checked(values=values, superseded=is_superseded(body, record), purged=purged_since)
    return Response(checked.model_dump_json(), 200, SECRET, JSON)


async def purged(service: Service, order: str, reason: str) -> OrderRecord:
    """Purge an order's personal data everywhere, with what was asked to be corrected.

    Raises as ``purge`` of orders, and ``PrivacyError`` (PRIVACY_STATEMENT) for a reason that repeats what is purged.
    """
    orders = service.privacy.own_orders()
    try:
        check_statement(reason, (await _values(orders, order)).values())
    except PrivacyError as error:
        if error.code == "PRIVACY_STATEMENT":
            raise  # while what does not open is purged all the same
    record = await orders.purge(order, reason)
    await asyncio.to_thread(service.corrections.strike_order, order)
    return record


async def held_of(service: Service, order: str, capability: str) -> Held:
    """What is held of an order, for who knows its secret. Raises ``PrivacyError`` (…_CAPABILITY), ``GatewayError``."""
    orders = service.privacy.own_orders()
    record = await orders.claimed(order, capability)
    values = {} if record.purged_at else await _values(orders, order)
    readings = await asyncio.to_thread(_readings, service, record, datetime.now(UTC))
    held_by = (record.platform, REGULATOR) if values else ()
    return Held(record=record, values=values, held_by=held_by, readings=readings)


async def _values(orders: PrivateOrders, order: str) -> dict[str, str]:
    """The values of an order, none where its time to live is over. Raises ``GatewayError``, ``PrivacyError``."""
    try:
        _data, opened = await orders.opened(order)
    except GatewayError as error:
        if error.code != "PRIVACY_DATA_UNKNOWN":
            raise
        return {}
    return {name: field.value for name, field in opened.items()}


def _readings(service: Service, record: OrderRecord, now: datetime) -> tuple[Announcement, ...]:
    """Announced readings of the order whose warrant is over or never was: all that were permitted, the last refused.

    Anybody can have an attempt refused, as often as they like, and keeps no permitted reading from being told by that.
    """
    about = ("order", f"{record.platform}/{record.order}")
    with service.database.reading() as connection:
        permitted = all_records(connection, Announcement, [about, ("refused", "false")])
        refused = list_records(connection, Announcement, [about, ("refused", "true")], limit=REFUSED_MAX)
        found = [*permitted, *(each for each, _mark in refused)]
        found.sort(key=lambda each: each.announced_at, reverse=True)
        warrants = [find_record(connection, Warrant, each.terms.warrant) for each in found]
    pairs = zip(found, warrants, strict=True)
    return tuple(each for each, warrant in pairs if warrant is None or warrant.over_at(now))
