"""What payment provider and service tell each other. Events in the past tense: the first three to the service.

Shape (type, timestamp, data) as Standard Webhooks 1.0.0 proposes, "Payload structure".
"""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from fairledger.provider.errors import ProviderError
from fairledger_contracts.records.money import AmountMinor, Currency
from fairledger_contracts.records.note import Owner
from fairledger_contracts.records.payment import Reference

PayoutId = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Received(_Told):
    """Money that the provider received. ``reference`` is its own number of the payment; ``owner`` as in notes."""

    reference: Reference
    owner: Owner
    amount_minor: AmountMinor
    currency: Currency
    paid_at: AwareDatetime


class Paid(_Told):
    """A payout that was made by the payment ``reference``."""

    payout: PayoutId
    reference: Reference


class Failed(_Told):
    """A payout that can't be made; its money goes back to its owner."""

    payout: PayoutId


class Requested(_Told):
    """A payout that is asked for. What is not paid when ``due_at`` has passed can go back to its owner."""

    payout: PayoutId
    owner: Owner
    amount_minor: AmountMinor
    currency: Currency
    due_at: datetime


class PaymentReceived(_Told):
    """``payment.received``."""

    type: Literal["payment.received"] = "payment.received"
    timestamp: AwareDatetime
    data: Received


class PayoutPaid(_Told):
    """``payout.paid``."""

    type: Literal["payout.paid"] = "payout.paid"
    timestamp: AwareDatetime
    data: Paid


class PayoutFailed(_Told):
    """``payout.failed``."""

    type: Literal["payout.failed"] = "payout.failed"
    timestamp: AwareDatetime
    data: Failed


class PayoutRequested(_Told):
    """``payout.requested``, from the service to the provider."""

    type: Literal["payout.requested"] = "payout.requested"
    timestamp: AwareDatetime
    data: Requested


Event = PaymentReceived | PayoutPaid | PayoutFailed
TYPES: Final = ("payment.received", "payout.paid", "payout.failed")
_EVENT: Final[TypeAdapter[Event]] = TypeAdapter(Annotated[Event, Field(discriminator="type")])


def read_event(body: bytes) -> Event:
    """The event in a body (JSON). Raises ``ProviderError``: PROVIDER_EVENT, PROVIDER_EVENT_TYPE."""
    try:
        return _EVENT.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        if first["type"] == "union_tag_invalid":
            raise ProviderError("PROVIDER_EVENT_TYPE", f"an event's type is one of {', '.join(TYPES)}") from None
        where = ".".join(str(part) for part in first["loc"]) or "the body"
        raise ProviderError("PROVIDER_EVENT", f"{where}: {first['msg']}") from None  # the cause would show the body
