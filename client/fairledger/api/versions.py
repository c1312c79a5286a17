"""The version headers of EPCIS 2.0's REST binding: what a client asks for, and what this service speaks."""

from typing import Annotated, Final

from fastapi import Header

from fairledger.api.problems import Problem
from fairledger.api.settings import BODY_BYTES_MAX, EVENTS_MAX

VERSION: Final = "2.0.0"
_ACCEPTED: Final = frozenset({"2", "2.0", "2.0.0"})
_PATTERN: Final = r"^[0-9]{1,3}(\.[0-9]{1,3}){0,2}$"

ANSWERED: Final = {"GS1-EPCIS-Version": VERSION, "GS1-CBV-Version": VERSION}
DISCOVERED: Final = {
    **ANSWERED,
    "GS1-EPCIS-Min": VERSION,
    "GS1-EPCIS-Max": VERSION,
    "GS1-CBV-Min": VERSION,
    "GS1-CBV-Max": VERSION,
    "GS1-EPCIS-Capture-Limit": str(EVENTS_MAX),
    "GS1-EPCIS-Capture-File-Size-Limit": str(BODY_BYTES_MAX),
    "GS1-Capture-Error-Behaviour": "rollback",
    "GS1-EPC-Format": "No_Preference",
    "GS1-CBV-XML-Format": "No_Preference",
}


def _version(name: str) -> object:
    return Header(
        alias=name,
        pattern=_PATTERN,
        description="The version of the standard that the body follows.",
        examples=["2.0.0"],
    )


def _bound(name: str, which: str) -> object:
    return Header(alias=name, pattern=_PATTERN, description=f"The {which} version that the client understands.")


def written(
    epcis: Annotated[str | None, _version("GS1-EPCIS-Version")] = None,
    cbv: Annotated[str | None, _version("GS1-CBV-Version")] = None,
) -> None:
    """The versions that a captured document follows. Raises ``Problem`` (REQUEST_NOT_ACCEPTABLE) for others."""
    for name, version in (("EPCIS", epcis), ("CBV", cbv)):
        if version is not None and version not in _ACCEPTED:
            raise Problem("REQUEST_NOT_ACCEPTABLE", f"this service takes {name} {VERSION}, not {version}")


def understood(
    epcis_min: Annotated[str | None, _bound("GS1-EPCIS-Min", "lowest")] = None,
    epcis_max: Annotated[str | None, _bound("GS1-EPCIS-Max", "highest")] = None,
    cbv_min: Annotated[str | None, _bound("GS1-CBV-Min", "lowest")] = None,
    cbv_max: Annotated[str | None, _bound("GS1-CBV-Max", "highest")] = None,
) -> None:
    """The versions that a client understands.

    Raises ``Problem`` (REQUEST_NOT_ACCEPTABLE) when ours is not among them.
    """
    for name, low, high in (("EPCIS", epcis_min, epcis_max), ("CBV", cbv_min, cbv_max)):
        if low is not None and _numbers(low) > _numbers(VERSION):
            raise Problem("REQUEST_NOT_ACCEPTABLE", f"this service answers in {name} {VERSION}, below {low}")
        if high is not None and _numbers(high) < _numbers(VERSION):
            raise Problem("REQUEST_NOT_ACCEPTABLE", f"this service answers in {name} {VERSION}, above {high}")


def _numbers(version: str) -> tuple[int, ...]:
    parts = [int(part) for part in version.split(".")]
    return tuple(parts + [0] * (3 - len(parts)))
