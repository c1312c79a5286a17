"""``/documents`` and ``/trace/anchors``: papers about goods, kept by content and vouched for on the ledger."""

import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from fairledger.api.bodies import PROSE, Body, Item, json_only
from fairledger.api.descriptions import problems
from fairledger.api.idempotency import Once
from fairledger.api.parameters import takes
from fairledger.api.problems import Problem
from fairledger.api.security import Person
from fairledger.api.service import service_of
from fairledger.readmodel import registers
from fairledger.readmodel.statements import MEDIA_TYPE as STATED
from fairledger.readmodel.statements import TERM as STATEMENT
from fairledger.readmodel.statements import public_kind
from fairledger_contracts.records.anchor import (
    ANCHORED_ITEMS_MAX,
    TITLE_LENGTH_MAX,
    Anchor,
    DocumentDescription,
    Sha256,
)

JSON: Final = "application/json"
BINARY: Final = "application/octet-stream"
PDF: Final = "application/pdf"
SHOWN: Final = frozenset({"image/jpeg", "image/png", "text/plain"})  # by browsers; they show no PDF in a sandbox
router = APIRouter(tags=["Documents"])

Address = Annotated[
    str, Path(alias="sha256", description="SHA-256 of the content, hexadecimal.", pattern=r"^[0-9a-f]{64}$")
]
_CONTENT: Final[dict[str, Any]] = {"schema": {"type": "string", "format": "binary"}}


class Stored(BaseModel):
    """A document in this organisation's store."""

    sha256: Sha256
    size_bytes: int


class Described(DocumentDescription):
    """A document as whoever anchors it describes it; ``sha256`` is its address here and in other stores."""

    title: Annotated[
        str,
        Field(min_length=1, max_length=TITLE_LENGTH_MAX, pattern=PROSE, examples=["Battery, thermal safety, lot 2610"]),
    ]


class NewAnchor(Body):
    """The document, and the items that it is about, in any form of their ids."""

    document: Described
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=ANCHORED_ITEMS_MAX)]


@router.post(
    "/documents",
    status_code=201,
    summary="Store a document under the SHA-256 of its content.",
    dependencies=[takes()],
    response_class=Response,
    responses={201: {"description": "Stored.", "model": Stored}, **problems(400, 401, 409, 413, 503)},
    openapi_extra={"requestBody": {"required": True, "content": {BINARY: _CONTENT}}},
)
async def store(request: Request, person: Person, once: Once) -> Response:
    """Keep the body as it is. It can be fetched by anybody once it is anchored."""
    del person  # anybody with a token may store

    async def work() -> Response:
        content = await request.body()
        if not content:
            raise Problem("DOCUMENT_EMPTY", "send the document as the body")
        sha256 = await service_of(request).archive.put(content)
        told = Stored(sha256=sha256, size_bytes=len(content))
        return Response(told.model_dump_json(), 201, {"Location": f"/documents/{sha256}"}, JSON)

    return await once.answer(work)


@router.head("/documents/{sha256}", dependencies=[takes()], include_in_schema=False)
@router.get(
    "/documents/{sha256}",
    summary="An anchored document, or a public paper of supervision, checked against its address.",
    dependencies=[takes()],
    response_class=Response,
    responses={
        200: {
            "description": "The content, as it was anchored.",
            "content": dict.fromkeys((BINARY, *sorted(SHOWN)), _CONTENT),
            "headers": {"ETag": {"description": "The address.", "schema": {"type": "string"}}},
        },
        304: {"description": "It is as it was: a document never changes."},
        **problems(400, 404, 414, 502, 503),
    },
)
async def document(request: Request, address: Address) -> Response:
    """Answer from this organisation's store, or from another organisation's when it has it and this one does not."""
    service = service_of(request)
    with service.database.reading() as connection:
        anchors = registers.anchors_of(connection, address)
        public = public_kind(connection, address)
    if not anchors and not public:
        raise Problem("DOCUMENT_UNKNOWN", "nobody anchored a document with this address, nor made it public")
    media_type = anchors[0].document.media_type if anchors else STATED if public == STATEMENT else BINARY
    headers = _headers(address, media_type)
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = await service.archive.get(address, ask_others=not request.headers.get("fairledger-relayed"))
    shown = headers["Content-Disposition"] == "inline"
    return Response(content, media_type=media_type if shown else BINARY, headers=headers)


def _headers(address: str, media_type: str) -> dict[str, str]:
    """What keeps a document from doing harm: anybody who may record things chose its content and its media type."""
    name = f"{address[:16]}.pdf" if media_type == PDF else address[:16]
    return {
        "Content-Disposition": "inline" if media_type in SHOWN else f'attachment; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox",
        "Cache-Control": "public, max-age=31536000, immutable",
        "ETag": f'"{address}"',
    }


@router.get(
    "/documents/{sha256}/anchors",
    summary="Who vouches for a document, and for what goods.",
    dependencies=[takes()],
    response_class=Response,
    responses={200: {"description": "In the ledger's order.", "model": list[Anchor]}, **problems(400, 414, 503)},
)
def anchors(request: Request, address: Address) -> Response:
    """Answer from the read model."""
    with service_of(request).database.reading() as connection:
        found = registers.anchors_of(connection, address)
    return Response(f"[{','.join(anchor.model_dump_json() for anchor in found)}]", media_type=JSON)


@router.post(
    "/trace/anchors",
    status_code=201,
    summary="Vouch for a document about goods.",
    dependencies=[takes(), json_only()],
    response_class=Response,
    responses={
        201: {"description": "On the ledger, once for each item.", "model": list[Anchor]},
        **problems(400, 401, 403, 409, 413, 415, 502, 503, 504),
    },
)
async def anchor(request: Request, body: NewAnchor, person: Person, once: Once) -> Response:
    """Endorse and order it; the bearer of the token signs. Store the document first, or keep it elsewhere."""

    async def work() -> Response:
        arguments = (body.document.model_dump_json(), json.dumps(body.items))
        written = await service_of(request).writes.write(person, "trace:anchor", *arguments)
        headers = {**written.headers, "Location": f"/documents/{body.document.sha256}/anchors"}
        return Response(written.result, 201, headers, JSON)

    return await once.answer(work)
