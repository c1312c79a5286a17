"""The version headers of EPCIS 2.0's REST binding: what a client asks for, and what this service speaks."""

import re
from typing import Annotated, Any, Final

from fastapi import Header

from fairledger.api.problems import Problem
from fairledger.api.settings import BODY_BYTES_MAX, EVENTS_MAX

VERSION: Final = "2.0.0"
_OURS: Final = (2, 0, 0)
_WRITTEN: Final = ("2", "2.0", "2.0.0")
_FORM: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){0,2}")
_UP_TO_OURS: Final = r"^([01](\.[0-9]{1,3}){0,2}|2(\.0){0,2})$"  # for the description; the comparison is of numbers
_FROM_OURS: Final = r"^([2-9]|[1-9][0-9]{1,2})(\.[0-9]{1,3}){0,2}$"

ANSWERED: Final = {"GS1-EPCIS-Version": VERSION, "GS1-CBV-Version": VERSION}
DISCOVERED: Final = {
    **ANSWERED,
    "GS1-EPCIS-Min": VERSION,
    "GS1-EPCIS-Max": VERSION,
    "GS1-CBV-Min": VERSION,
    "GS1-CBV-Max": VERSION,
    "GS1-EPCIS-Capture-Limit": str(EVENTS_MAX),
    "GS1-EPCIS-Capture-File-Size-Limit": str(BODY_BYTES_MAX),
    "GS1-Capture-Error-Behaviour": "all",
    "GS1-EPC-Format": "No_Preference",
    "GS1-CBV-XML-Format": "No_Preference",
}


def _version(name: str) -> Any:
    described = {"enum": list(_WRITTEN)}
    return Header(alias=name, description="The version that the body follows.", json_schema_extra=described)


def _bound(name: str, which: str, pattern: str) -> Any:
    described = {"pattern": pattern}
    return Header(alias=name, description=f"The {which} version the client understands.", json_schema_extra=described)


def written(
    epcis: Annotated[str | None, _version("GS1-EPCIS-Version")] = None,
    cbv: Annotated[str | None, _version("GS1-CBV-Version")] = None,
) -> None:
    """The versions that a captured document follows. Raises ``Problem`` (REQUEST_NOT_ACCEPTABLE) for others."""
    for name, version in (("EPCIS", epcis), ("CBV", cbv)):
        if version is not None and _numbers(name, version) != _OURS:
            raise Problem("REQUEST_NOT_ACCEPTABLE", f"this service takes {name} {VERSION}, not {version}")


def understood(
    epcis_min: Annotated[str | None, _bound("GS1-EPCIS-Min", "lowest", _UP_TO_OURS)] = None,
    epcis_max: Annotated[str | None, _bound("GS1-EPCIS-Max", "highest", _FROM_OURS)] = None,
    cbv_min: Annotated[str | None, _bound("GS1-CBV-Min", "lowest", _UP_TO_OURS)] = None,
    cbv_max: Annotated[str | None, _bound("GS1-CBV-Max", "highest", _FROM_OURS)] = None,
) -> None:
    """The versions that a client understands.

    Raises ``Problem`` (REQUEST_NOT_ACCEPTABLE) when ours is not among them.
    """
    for name, low, high in (("EPCIS", epcis_min, epcis_max), ("CBV", cbv_min, cbv_max)):
        if low is not None and _numbers(name, low) > _OURS:
            raise Problem("REQUEST_NOT_ACCEPTABLE", f"this service answers in {name} {VERSION}, below {low}")
        if high is not None and _numbers(name, high) < _OURS:
            raise Problem("REQUEST_NOT_ACCEPTABLE", f"this service answers in {name} {VERSION}, above {high}")


def _numbers(name: str, version: str) -> tuple[int, ...]:
    if not _FORM.fullmatch(version):
        raise Problem("REQUEST_HEADER", f"a version of {name} is made of numbers, such as {VERSION}")
    parts = [int(part) for part in version.split(".")]
    return tuple(parts + [0] * (3 - len(parts)))
