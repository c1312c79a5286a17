"""What a client may ask of an answer's form, by the headers of EPCIS 2.0's REST binding."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request

from fairledger.api.problems import Problem
from fairledger.readmodel.names import PREFIX, STANDARD_PREFIXES, terms_of

JSON_LD: Final = "application/ld+json"
JSON: Final = "application/json"
NEVER_TRANSLATES: Final = "Never_Translates"
DIGITAL_LINK: Final = "Always_GS1_Digital_Link"
EXTENSIONS_MAX: Final = 64  # name spaces that one request declares
EXTENSIONS_LENGTH_MAX: Final = 4_096  # characters
_EPC_FORMATS: Final = ("No_Preference", NEVER_TRANSLATES, DIGITAL_LINK)
_REFUSED_EPC_FORMATS: Final = ("Always_EPC_URN",)  # a link does not tell how long the company prefix of the URN is
_LISTED_FORMATS: Final = ("No_Preference", DIGITAL_LINK)
_XML_FORMATS: Final = ("No_Preference", NEVER_TRANSLATES)
_REFUSED_XML_FORMATS: Final = ("Always_Web_URI", "Always_URN")  # there is no XML here
_EXTENSION: Final = rf"{PREFIX}(=[!-+\-.-~]+)?"  # a name alone is a set of extensions, such as FIT
_EXTENSIONS: Final = re.compile(rf"{_EXTENSION}( ?, ?{_EXTENSION})*")
_RANGE: Final = re.compile(r"\s*(?P<type>[^\s;,]+)\s*(?:;[^,]*?\bq=(?P<q>[0-9.]+))?[^,]*")

MEDIA_TYPES: Final = (JSON_LD, JSON)


def content(schema: dict[str, Any]) -> dict[str, Any]:
    """The description of an answer in any of the media types."""
    return {name: {"schema": schema} for name in MEDIA_TYPES}


def media_type(request: Request) -> str:
    """The media type for the answer, by the Accept header. Raises ``Problem`` (REQUEST_NOT_ACCEPTABLE)."""
    best = preferred(request, MEDIA_TYPES)
    if not best:
        raise Problem("REQUEST_NOT_ACCEPTABLE", f"answers are {' or '.join(MEDIA_TYPES)}")
    return best


def preferred(request: Request, offered: Sequence[str]) -> str:
    """The media type of ``offered`` that Accept weighs most, by RFC 9110, 12.5.1; empty where it takes none of them.

    Of those that weigh alike, one that it names goes before one that it takes by a range, then the first one offered.
    """
    accepted = request.headers.get("accept", "*/*") or "*/*"
    wanted = {found["type"].lower(): _quality(found["q"]) for found in _RANGE.finditer(accepted)}
    best, weight = "", (0.0, 0)
    for name in offered:
        ranges = ("*/*", f"{name.partition('/')[0]}/*", name)
        found = max((rank for rank, each in enumerate(ranges) if each in wanted), default=None)
        if found is not None and wanted[ranges[found]] > 0 and (wanted[ranges[found]], found) > weight:
            best, weight = name, (wanted[ranges[found]], found)
    return best


def _quality(text: str | None) -> float:
    try:
        return 1.0 if text is None else float(text)
    except ValueError:
        return 0.0


def _choice(name: str, value: str | None, offered: tuple[str, ...], refused: tuple[str, ...]) -> str:
    if value is None:
        return NEVER_TRANSLATES
    if value in refused:
        raise Problem("REQUEST_NOT_ACCEPTABLE", f"{name} is one of {', '.join(offered)} here")
    if value not in offered:
        raise Problem("REQUEST_HEADER", f"{name} is one of {', '.join(offered)}")
    return value


def _format(name: str, description: str, offered: tuple[str, ...]) -> Any:
    return Header(alias=name, description=description, json_schema_extra={"enum": list(offered)})


def epc_format(
    epcs: Annotated[
        str | None, _format("GS1-EPC-Format", "How EPCs are written; without it, as captured.", _EPC_FORMATS)
    ] = None,
    xml: Annotated[
        str | None, _format("GS1-CBV-XML-Format", "Of XML, which is not offered here.", _XML_FORMATS)
    ] = None,
) -> str:
    """The format that EPCs are wanted in: DIGITAL_LINK, or NEVER_TRANSLATES where the client has no preference.

    Raises ``Problem``: REQUEST_NOT_ACCEPTABLE for a format of the standard that is not offered, REQUEST_HEADER.
    """
    _choice("GS1-CBV-XML-Format", xml, _XML_FORMATS, _REFUSED_XML_FORMATS)
    wanted = _choice("GS1-EPC-Format", epcs, _EPC_FORMATS, _REFUSED_EPC_FORMATS)
    return wanted if wanted == DIGITAL_LINK else NEVER_TRANSLATES


def links_accepted(
    epcs: Annotated[
        str | None, _format("GS1-EPC-Format", "How EPCs are written: as Digital Links.", _LISTED_FORMATS)
    ] = None,
) -> None:
    """For lists, in which each EPC stands once, as a link, however events wrote it.

    Raises ``Problem`` as ``epc_format`` does.
    """
    if epcs is not None:
        _choice("GS1-EPC-Format", epcs, _LISTED_FORMATS, (NEVER_TRANSLATES, *_REFUSED_EPC_FORMATS))


def extensions(
    declared: Annotated[
        str | None,
        Header(
            alias="GS1-Extensions",
            description="Prefixes in the names of query parameters, and their name spaces: `prefix=URI, …`.",
            json_schema_extra={"pattern": f"^{_EXTENSIONS.pattern}$", "maxLength": EXTENSIONS_LENGTH_MAX},
        ),
    ] = None,
) -> Mapping[str, str]:
    """The prefixes that are in force in this request. Raises ``Problem`` (REQUEST_HEADER)."""
    if declared is None:
        return STANDARD_PREFIXES
    pairs = [part.strip().partition("=") for part in declared.split(",")]
    if len(declared) > EXTENSIONS_LENGTH_MAX or len(pairs) > EXTENSIONS_MAX or not _EXTENSIONS.fullmatch(declared):
        raise Problem("REQUEST_HEADER", "GS1-Extensions is made of prefix=URI, with commas between")
    return terms_of([{prefix: uri for prefix, mark, uri in pairs if mark}])


MediaType = Annotated[str, Depends(media_type)]
EpcFormat = Annotated[str, Depends(epc_format)]
Extensions = Annotated[Mapping[str, str], Depends(extensions)]
