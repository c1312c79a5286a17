"""Times carry their zone: ``xsd:dateTimeStamp`` (EPCIS 2.0, section 7.4.1)."""

import re
from datetime import datetime

from fairledger_contracts.trace.epcis.broken import refuse, shown

_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d{1,12})?(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)", re.ASCII
)
_WITHOUT_ZONE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?", re.ASCII)
_OFFSET = re.compile(r"[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)", re.ASCII)


def check_time(value: object, _scope: object = None) -> None:
    """Raises ``Broken`` unless ``value`` is a date and time of the calendar, with its zone."""
    if type(value) is not str:
        refuse("type", "a time is a string")
    matched = _TIME.fullmatch(value)
    if matched is None:
        if _WITHOUT_ZONE.fullmatch(value):
            refuse("time-zone", f"{shown(value)} has no zone: end it with Z or an offset like +08:00")
        refuse("time", f"{shown(value)} is no time like 2026-03-01T08:30:00.000+08:00")
    try:
        datetime.fromisoformat(matched[1])
    except ValueError:
        refuse("time", f"{shown(value)} is no time of the calendar")


def check_zone_offset(value: object, _scope: object = None) -> None:
    """Raises ``Broken`` unless ``value`` is an offset between -14:00 and +14:00."""
    if type(value) is not str:
        refuse("type", "an offset is a string")
    if _OFFSET.fullmatch(value) is None:
        refuse("zone-offset", f"{shown(value)} is no offset like +08:00 between -14:00 and +14:00")
