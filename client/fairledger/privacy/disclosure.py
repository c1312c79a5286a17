"""Showing single fields of a private record: a file that anybody checks against the public one."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger.privacy.errors import PrivacyError
from fairledger.privacy.sealing import OpenedField
from fairledger_contracts.records.commitment import FIELDS_MAX, FieldProof, commit
from fairledger_contracts.records.order_record import OrderRecord
from fairledger_contracts.records.personal_data import (
    PLAINTEXT_BYTES_MAX,
    FieldName,
    OrderId,
    PersonalData,
    Platform,
    Version,
)

Salt = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DisclosedField(BaseModel):
    """One field in clear, with what proves it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    value: Annotated[str, Field(max_length=PLAINTEXT_BYTES_MAX, repr=False)]
    salt: Annotated[Salt, Field(repr=False)]
    proof: FieldProof


class Disclosure(BaseModel):
    """Fields of one version of an order's personal data. Whoever gets it can read them; nothing tells of the others."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    platform: Platform
    order: OrderId
    version: Version
    fields: Annotated[dict[FieldName, DisclosedField], Field(min_length=1, max_length=FIELDS_MAX)]


def disclose(data: PersonalData, opened: Mapping[str, OpenedField], names: Sequence[str]) -> Disclosure:
    """Show ``names`` of what was opened. Raises ``PrivacyError`` (PRIVACY_FIELD) for a field that is not there."""
    missing = sorted(set(names) - (data.fields.keys() & opened.keys()))
    if missing:
        raise PrivacyError("PRIVACY_FIELD", f"the record has no {', '.join(missing)}")
    fields = {
        name: DisclosedField(value=opened[name].value, salt=opened[name].salt.hex(), proof=data.proof(name))
        for name in sorted(set(names))
    }
    return Disclosure(platform=data.platform, order=data.order, version=data.version, fields=fields)


def check(disclosure: Disclosure, order: OrderRecord) -> dict[str, str]:
    """The values that the public record of ``order`` vouches for: all that are disclosed.

    Raises ``PrivacyError`` (PRIVACY_PROOF), which says why: another order, an unknown version, or the field that is not
    what the platform committed to.
    """
    if (disclosure.platform, disclosure.order) != (order.platform, order.order):
        raise PrivacyError("PRIVACY_PROOF", "the disclosure is of another order")
    seal = next((seal for seal in order.seals if seal.version == disclosure.version), None)
    if seal is None:
        raise PrivacyError("PRIVACY_PROOF", "the disclosure is of a version that was never published")
    for name, field in disclosure.fields.items():
        if not seal.proves(name, commit(bytes.fromhex(field.salt), name, field.value), field.proof):
            raise PrivacyError("PRIVACY_PROOF", f"{name} is not what the platform committed to")
    return {name: field.value for name, field in disclosure.fields.items()}


def is_superseded(disclosure: Disclosure, order: OrderRecord) -> bool:
    """Whether the platform has corrected what is shown: it was committed to, and counts no more."""
    return disclosure.version != order.seal.version
