"""Bodies of requests about personal data. None of them is ever shown in an error or a log."""

from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from fairledger.api.bodies import PROSE, Body
from fairledger_contracts.records.commitment import FIELDS_MAX
from fairledger_contracts.records.order_record import (
    PRICE_MINOR_MAX,
    QUANTITY_MAX,
    TAGS_MAX,
    Area,
    Goods,
    OrderRecord,
)
from fairledger_contracts.records.personal_data import PLAINTEXT_BYTES_MAX, FieldName, FieldNames, OrderId
from fairledger_contracts.records.private_read import Announcement

ORDER_ID: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
Values = Annotated[
    dict[FieldName, Annotated[str, Field(min_length=1, max_length=PLAINTEXT_BYTES_MAX)]],
    Field(min_length=1, max_length=FIELDS_MAX, examples=[{"name": "Zhang San", "phone": "13800000000"}]),
]
Reason = Annotated[str, Field(min_length=1, max_length=2_000, pattern=PROSE, examples=["The person asked for it"])]


class NewOrder(Body):
    """An order: ``values`` are private, ``person`` is how the platform knows the buyer; the rest is public."""

    model_config = ConfigDict(hide_input_in_errors=True)

    order: OrderId
    person: Annotated[str, Field(min_length=1, max_length=200)]
    values: Values
    area: Area
    goods: Goods
    quantity: Annotated[int, Field(strict=True, ge=1, le=QUANTITY_MAX)]
    price_minor: Annotated[int, Field(strict=True, ge=1, le=PRICE_MINOR_MAX)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["CNY"])]
    ordered_at: AwareDatetime
    tags: Annotated[tuple[Goods, ...], Field(max_length=TAGS_MAX)] = ()


class NewValues(Body):
    """All private fields of an order, as they are right."""

    model_config = ConfigDict(hide_input_in_errors=True)

    values: Values


class PlacedOrder(BaseModel):
    """The order on the ledger, and the buyer's secret, which nobody else is to be given."""

    record: OrderRecord
    capability: str


class Purge(Body):
    """Why the data go; everybody can read it."""

    reason: Reason


class Shown(Body):
    """The fields to show."""

    fields: FieldNames


class Held(BaseModel):
    """What is held of an order: the values, where they are, and who read them under a warrant that is over."""

    record: OrderRecord
    values: dict[str, str]
    held_by: tuple[str, ...]
    readings: tuple[Announcement, ...]


class Opened(BaseModel):
    """Fields that were read under warrant, each checked against the public record."""

    values: dict[str, str]


class Checked(BaseModel):
    """The values that the public record vouches for.

    ``superseded`` once a correction counts in their place, ``purged`` once the person had them purged everywhere.
    """

    values: dict[str, str]
    superseded: bool
    purged: bool
