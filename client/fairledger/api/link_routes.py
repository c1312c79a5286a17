"""The resolver of GS1 Digital Links: from the address in a tag's QR code to what there is about the goods.

Sources: GS1-Conformant Resolver Standard 1.1; linksets in JSON by RFC 9264.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from fairledger.api.descriptions import problems
from fairledger.api.negotiation import JSON_LD, preferred
from fairledger.api.parameters import takes
from fairledger.api.problems import Problem
from fairledger.digital_link.errors import DigitalLinkError
from fairledger.digital_link.identifiers import KEYS
from fairledger.digital_link.link import RESOLVER, DigitalLink
from fairledger.digital_link.qr import SCALES, qr_png, qr_svg
from fairledger.readmodel.values import VALUE_LENGTH_MAX
from fairledger.tags.tag import KEY_ID, SIGNATURE

VOCABULARY: Final = "https://ref.gs1.org/voc/"
PREFIXES: Final = ("gs1:", "https://gs1.org/voc/", VOCABULARY)  # GS1's Web Vocabulary has two addresses
LINKSET: Final = "application/linkset+json"
HTML: Final = "text/html"
ANYBODY: Final = {"Access-Control-Allow-Origin": "*"}
router = APIRouter(tags=["Digital Link"])


def _scan_page(link: DigitalLink) -> str:
    """The page about the goods; it is told the tag's signature, too."""
    signed = tuple((name, value) for name, value in link.query if name in (KEY_ID, SIGNATURE))
    return "/scan?" + urlencode({"link": DigitalLink(link.path, signed).with_query(RESOLVER)})


def _events(link: DigitalLink) -> str:
    return "/epcis/events?" + urlencode({"MATCH_anyEPC": link.canonical})


def _evidence(link: DigitalLink) -> str:
    return "/ledger/evidence?" + urlencode({"epc": link.canonical})


# What there is about goods, by link type; the first one is where a link leads that asks for nothing.
_TARGETS: Final[Mapping[str, tuple[str, str, Callable[[DigitalLink], str]]]] = {
    "defaultLink": ("Where it comes from", HTML, _scan_page),
    "pip": ("Where it comes from", HTML, _scan_page),
    "traceability": ("Where it comes from", HTML, _scan_page),
    "epcis": ("Its events (EPCIS 2.0)", JSON_LD, _events),
    "certificationInfo": ("What the ledger holds of it", "application/json", _evidence),
}

_BY_ACCEPT: Final = {HTML: "defaultLink", JSON_LD: "epcis", LINKSET: "linkset"}  # what is asked for by no link type


async def resolve(request: Request, rest: str) -> Response:
    """Lead to the scan page, or to what ``linkType`` or Accept asks for; ``linkType=linkset`` lists all there is."""
    del rest  # the path as it came, still encoded, is read instead
    link = _link(request)
    asked = [value for name, value in link.query if name == "linkType"]
    if len(asked) > 1:
        raise Problem("QUERY_PARAMETER_REPEATED", "linkType stands twice")
    here = str(request.base_url).rstrip("/")
    wanted = _named(asked[0]) if asked else ""
    if not wanted:
        wanted = _BY_ACCEPT.get(preferred(request, tuple(_BY_ACCEPT)), "defaultLink")
    if wanted in ("linkset", "all"):
        return JSONResponse(_linkset(link, here), headers=_headers(link, here), media_type=LINKSET)
    if wanted not in _TARGETS:
        known = ", ".join(f"gs1:{name}" for name in _TARGETS)
        raise Problem("LINK_TYPE_UNKNOWN", f"there is no such link type; known are {known}, linkset")
    address = _TARGETS[wanted][2](link)
    return Response(status_code=307, headers={**_headers(link, here), "Location": address})


_LINK_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["linkset"],
    "properties": {"linkset": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["anchor"]}}},
}
_LINK_TYPES: Final = [*(prefix + name for prefix in PREFIXES for name in _TARGETS), "linkset", "all"]
for _key in KEYS.values():
    router.add_api_route(f"/{_key.code}/{{rest:path}}", resolve, methods=["HEAD"], include_in_schema=False)
    router.add_api_route(
        f"/{_key.code}/{{rest:path}}",
        resolve,
        methods=["GET"],
        name=f"resolve_{_key.code}",
        summary=f"Resolve a GS1 Digital Link with a {_key.title}.",
        response_class=Response,
        responses={
            200: {"description": "All that there is (RFC 9264).", "content": {LINKSET: {"schema": _LINK_SCHEMA}}},
            307: {"description": "What was asked for is at Location."},
            **problems(400, 404, 414),
        },
        openapi_extra={
            "parameters": [
                {
                    "name": "linkType",
                    "in": "query",
                    "required": False,
                    "description": "What about it; linkset lists all there is.",
                    "schema": {"type": "string", "enum": _LINK_TYPES},
                }
            ]
        },
    )


@router.get("/.well-known/gs1resolver", summary="What this resolver can do.")
async def description(request: Request) -> JSONResponse:
    """Describe the resolver as the GS1-Conformant Resolver Standard asks."""
    about = {
        "name": "Fairledger",
        "resolverRoot": str(request.base_url).rstrip("/"),
        "supportedPrimaryKeys": list(KEYS),
        "linkTypeDefaultCanBeLinkset": False,
    }
    return JSONResponse(about, headers=ANYBODY)


@router.get(
    "/qr",
    summary="The QR code of a GS1 Digital Link.",
    dependencies=[takes("link", "format", "scale")],
    response_class=Response,
    responses={
        200: {
            "description": "The picture.",
            "content": {
                "image/svg+xml": {"schema": {"type": "string"}},
                "image/png": {"schema": {"type": "string", "format": "binary"}},
            },
        },
        **problems(400, 414),
    },
)
def qr(
    link: Annotated[str, Query(max_length=VALUE_LENGTH_MAX, description="A valid GS1 Digital Link.")],
    kind: Annotated[Literal["svg", "png"], Query(alias="format")] = "svg",
    scale: Annotated[int, Query(ge=SCALES[0], le=SCALES[-1], description="Pixels a module.")] = 8,
) -> Response:
    """Draw it, with the quiet zone that readers need. What is no Digital Link is refused."""
    try:
        DigitalLink.parse(link)
    except DigitalLinkError as error:
        raise Problem(error.code, error.message) from error
    if kind == "png":
        return Response(qr_png(link, scale), media_type="image/png", headers=ANYBODY)
    return Response(qr_svg(link, scale), media_type="image/svg+xml", headers=ANYBODY)


def _named(link_type: str) -> str:
    prefix = next((each for each in PREFIXES if link_type.startswith(each)), "")
    return link_type.removeprefix(prefix)


def _link(request: Request) -> DigitalLink:
    path = request.scope.get("raw_path") or request.url.path.encode()
    query = tuple(request.query_params.multi_items())
    try:
        return DigitalLink.of_path(path.decode("ascii").partition("?")[0], query)
    except DigitalLinkError as error:
        raise Problem(error.code, error.message) from error
    except UnicodeDecodeError as error:
        raise Problem("LINK_FORMAT", "a web address has no such characters") from error


def _headers(link: DigitalLink, here: str) -> dict[str, str]:
    return {**ANYBODY, "Link": f'<{link.on(here)}?linkType=linkset>; rel="linkset"; type="{LINKSET}"', "Vary": "Accept"}


def _linkset(link: DigitalLink, here: str) -> dict[str, Any]:
    members: dict[str, Any] = {"anchor": link.on(here)}
    for name, (title, media_type, address) in _TARGETS.items():
        target = {"href": here + address(link), "title": title, "type": media_type}
        members[VOCABULARY + name] = [{**target, "hreflang": ["zh", "en"]} if media_type == HTML else target]
    return {"linkset": [members]}
