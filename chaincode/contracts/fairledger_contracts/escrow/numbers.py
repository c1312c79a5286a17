"""The numbers of the standard ``escrow``: bounds of agreements, deadlines that the law sets, and shares by rule."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final

from pydantic import BaseModel, ConfigDict

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotFound, RuleBroken
from fairledger_contracts.records.agreement import ESCROW_STANDARD, Seconds
from fairledger_contracts.records.money import AmountMinor, Permille
from fairledger_contracts.records.settlement import RuleCode
from fairledger_contracts.records.standard import Standard, StandardVersion, standard_in_force
from fairledger_contracts.records.standard_numbers import PERIODS, RULES_WITH_SHARES, check_numbers

VERSIONS_REMEMBERED: Final = 16  # that were checked and read; a market has one in force, and orders of a few before it


class Shares(BaseModel):
    """Of the price to the seller, of the seller's bond to the buyer, of the carrier's bond to the seller."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    price_permille: Permille
    bond_permille: Permille
    carrier_permille: Permille = 0


class Bounds(BaseModel):
    """The least and the most seconds of a period."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_s: Seconds
    max_s: Seconds


class Numbers(BaseModel):
    """One version of the standard, complete and read: whoever has one can decide any order by it.

    ``standard_numbers`` says what each may be.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: StandardVersion
    periods: Mapping[str, Bounds]
    shares: Mapping[RuleCode, Shares]
    cancel_s: Seconds  # how long after ordering a buyer may think better of it, though the seller has accepted
    panel_s: Seconds
    panel_quorum: int
    payout_s: Seconds
    grace_s: int  # how long after a deadline nobody calls it passed
    freeze_s: Seconds  # how long an organisation can keep money of an order or payment frozen, its freezes together
    dispute_ground_s: Seconds  # how long after its settlement an order\'s dispute is still ground for a freeze
    dust_minor: AmountMinor
    bond_min_permille: Permille  # of the price
    virtual_bond_min_permille: int
    weight_tolerance_permille: Permille


def read_numbers(standard: Standard) -> Numbers:
    """The numbers of a version. Raises ``RuleBroken`` (ESCROW_STANDARD_INCOMPLETE) where one is missing or wrong."""
    return _read_numbers(standard.name, standard.version, tuple(standard.parameters.items()))


@lru_cache(maxsize=VERSIONS_REMEMBERED)
def _read_numbers(name: str, version: str, parameters: tuple[tuple[str, int], ...]) -> Numbers:
    told = dict(parameters)
    try:
        check_numbers(ESCROW_STANDARD, told)
    except RuleBroken as error:
        lacking = f"{name} {version} can't decide orders: {error.message}"
        raise RuleBroken("ESCROW_STANDARD_INCOMPLETE", lacking) from error
    simple = (
        *("cancel_s", "panel_s", "panel_quorum", "payout_s", "grace_s", "freeze_s"),
        *("dispute_ground_s", "dust_minor"),
        *("bond_min_permille", "virtual_bond_min_permille", "weight_tolerance_permille"),
    )
    return Numbers(
        version=StandardVersion(name=name, version=version),
        periods={name: Bounds(min_s=told[f"{name}_min_s"], max_s=told[f"{name}_max_s"]) for name in PERIODS},
        shares={
            rule: Shares(
                price_permille=told[f"{rule}_price_permille"],
                bond_permille=told[f"{rule}_bond_permille"],
                carrier_permille=told.get(f"{rule}_carrier_permille", 0),
            )
            for rule in RULES_WITH_SHARES
        },
        **{name: told[name] for name in simple},
    )


class AgreedNumbers:
    """The numbers of the version that an agreement names, read when they are first asked for: most moves need none."""

    def __init__(self, ctx: Context, version: StandardVersion) -> None:
        self._ctx = ctx
        self._version = version
        self._numbers: Numbers | None = None

    async def read(self) -> Numbers:
        """The numbers. Raises ``NotFound`` (ESCROW_STANDARD_UNKNOWN)."""
        if self._numbers is None:
            name, version = self._version.name, self._version.version
            standard = await self._ctx.ledger.find(Standard, name, version)
            if standard is None:
                raise NotFound("ESCROW_STANDARD_UNKNOWN", f"there is no {name} {version}")
            self._numbers = read_numbers(standard)
        return self._numbers


async def numbers_in_force(ctx: Context, at: datetime) -> Numbers:
    """The numbers in force. Raises ``NotFound`` (ESCROW_STANDARD_UNKNOWN), ``RuleBroken``."""
    try:
        return read_numbers(await standard_in_force(ctx, ESCROW_STANDARD, at))
    except NotFound as error:
        raise NotFound("ESCROW_STANDARD_UNKNOWN", error.message) from error
