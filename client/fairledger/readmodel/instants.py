"""Times as text that sorts as time does, in SQLite as in PostgreSQL."""

from datetime import UTC, datetime


def text_of(moment: datetime) -> str:
    """``moment`` (aware) in UTC with six decimals: ``2026-11-23T06:38:00.000000Z``.

    Raises ``ValueError`` for a naive time, ``OverflowError`` for one whose UTC falls outside of the years 1 to 9999.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def read(text: str) -> str:
    """The sortable form of a time as EPCIS writes it (xsd:dateTimeStamp). What is finer than a microsecond is cut off.

    Raises ``ValueError`` when it is no such time, or has no time zone.
    """
    try:
        return text_of(datetime.fromisoformat(text))
    except OverflowError as error:
        raise ValueError(f"{text} lies outside of the years 1 to 9999") from error
