"""``/tags`` and ``/trace/scans``: making signed tags, checking them, and counting where they are scanned."""

import asyncio
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from fairledger.api.bodies import URI, Body, Item, json_only
from fairledger.api.descriptions import problems
from fairledger.api.idempotency import Idempotent, OnceUnnamed, refusal_of
from fairledger.api.parameters import takes
from fairledger.api.problems import Problem
from fairledger.api.security import Person
from fairledger.api.service import Service, service_of
from fairledger.digital_link.link import DigitalLink
from fairledger.readmodel import lineage, registers
from fairledger.readmodel.values import check_value
from fairledger.tags import Tag
from fairledger.tags.check import check_tag
from fairledger_contracts.lineage.grade import Finding, Grade, grade_of
from fairledger_contracts.records.item_id import canonical_item
from fairledger_contracts.records.scan_count import Area

JSON: Final = "application/json"
TAGS_MAX: Final = 500  # of one request: a document of events has as many
LINK_LENGTH_MAX: Final = 2_048  # of a tag with its signature
router = APIRouter()


class NewTags(Body):
    """Goods to be tagged, in any form of their ids that makes a Digital Link."""

    epcs: Annotated[tuple[Item, ...], Field(min_length=1, max_length=TAGS_MAX)]


class NewTag(BaseModel):
    """A signed tag: what its QR code says, and where that can be had as a picture."""

    epc: str
    link: str
    qr: str


class Checked(BaseModel):
    """What a scanned tag is worth, and how far the history of its goods can be believed with it."""

    item: str
    finding: Finding
    grade: Grade


class Scan(Body):
    """A scan of a tag in a coarse area: three characters of geohash, or empty where the reader does not tell."""

    link: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LINK_LENGTH_MAX,
            pattern=URI,
            description="What the tag's QR code says.",
            examples=["https://shop.example/01/09521000001107/21/FP26100001"],
        ),
    ]
    area: Annotated[Area, Field(examples=["wx4"])] = ""


@router.post(
    "/tags",
    status_code=201,
    tags=["Tags"],
    summary="Sign tags for goods that you made.",
    dependencies=[takes(), json_only()],
    responses={**problems(400, 401, 413, 415, 503)},
)
def sign(request: Request, body: NewTags, person: Person) -> list[NewTag]:
    """Sign with the key of the token's person. A tag holds when that person's business made the goods."""
    resolver = str(request.base_url).rstrip("/")
    tags = []
    for epc in body.epcs:
        link = DigitalLink.parse(canonical_item(epc).id)
        address = Tag.sign(link, person.identity.certificate, person.signer).on(resolver)
        tags.append(NewTag(epc=epc, link=address, qr=f"{resolver}/qr?{urlencode({'link': address})}"))
    return tags


@router.get(
    "/tags/check",
    tags=["Tags"],
    summary="Whether who made the goods signed this tag.",
    dependencies=[takes("link")],
    responses={**problems(400, 414, 503)},
)
def check(
    request: Request,
    link: Annotated[
        str,
        Query(
            min_length=1,
            max_length=LINK_LENGTH_MAX,
            description="The tag's address, whole.",
            examples=["https://shop.example/01/09521000001107/21/FP26100001?kid=…&sig=…"],
        ),
    ],
) -> Checked:
    """Answer from the read model: keys of recorders, licences, and the goods' history."""
    item = DigitalLink.parse(link).canonical
    with service_of(request).database.reading() as connection:
        history = lineage.history(connection, item)
        finding = check_tag(connection, link, history)
    return Checked(item=history.item, finding=finding, grade=grade_of((*history.findings, finding)))


@router.post(
    "/trace/scans",
    status_code=202,
    tags=["Tags"],
    summary="Count a scan of a tag.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={
        202: {"description": "Counted; on the ledger with the next report."},
        **problems(400, 404, 413, 415, 503),
    },
)
async def scan(request: Request, body: Scan, once: OnceUnnamed) -> Response:
    """Add one to what the ledger is told of this item, day and area. Nothing of who scanned is kept."""

    async def work() -> Response:
        await asyncio.to_thread(_count, service_of(request), body)
        return Response(status_code=202)

    return await once.answer(work)


async def count(request: Request, body: Scan, once: Idempotent) -> None:
    """Count a scan of goods that the ledger knows. Raises ``Problem`` (ITEM_UNKNOWN)."""
    if problem := refusal_of(await scan(request, body, once)):
        raise problem


def _count(service: Service, body: Scan) -> None:
    item = canonical_item(body.link).id
    check_value("link", item)
    with service.database.reading() as connection:
        if not registers.is_known(connection, item):
            raise Problem("ITEM_UNKNOWN", "no event names these goods")
    service.tally.add(item, body.area)
