"""Amounts of money: whole numbers of a currency's smallest unit."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

AMOUNT_MINOR_MAX = 2**53 - 1  # every JSON implementation still reads it exactly (RFC 8259, section 6)
WHOLE_PERMILLE = 1_000

AmountMinor = Annotated[int, Field(strict=True, gt=0, le=AMOUNT_MINOR_MAX)]
AmountOrZero = Annotated[int, Field(strict=True, ge=0, le=AMOUNT_MINOR_MAX)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]  # ISO 4217
# Currencies that standards can name, by the numeric code of ISO 4217: parameters are numbers.
CURRENCIES: Mapping[int, str] = {156: "CNY", 344: "HKD", 446: "MOP", 840: "USD", 901: "TWD", 978: "EUR"}
Permille = Annotated[int, Field(strict=True, ge=0, le=WHOLE_PERMILLE)]
