"""Settlements: how an order ended, by which rule, on what evidence, at whose cost."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from fairledger_chaincode.record import Record
from fairledger_contracts.records.money import AmountOrZero, Currency
from fairledger_contracts.records.order import Proposal, Vote
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.records.standard import StandardVersion


class RuleCode(StrEnum):
    """What decided. The codes of the liability rules come in the order in which the rules are tried."""

    UNDISPUTED = "undisputed"
    CONFIRMED = "confirmed"
    NOT_ACCEPTED = "not_accepted"
    DECLINED = "declined"
    CANCELLED_IN_TIME = "cancelled_in_time"
    NOT_FETCHED = "not_fetched"
    AGREED = "agreed"
    WRONG_KEY = "wrong_key"
    NOT_SHIPPED = "not_shipped"
    LOST = "lost"
    NOT_DELIVERED = "not_delivered"
    COUNTERFEIT = "counterfeit"
    UNDER_RECALL = "under_recall"
    DEFECT = "defect"
    DELIVERED_ELSEWHERE = "delivered_elsewhere"
    TOO_LIGHT = "too_light"
    FOUND_CONFORMANT = "found_conformant"
    OTHER_ITEM = "other_item"
    REFUSED_WITHOUT_GROUND = "refused_without_ground"
    FALSE_CLAIM = "false_claim"
    PANEL = "panel"
    PANEL_DEFAULT = "panel_default"


class Liable(StrEnum):
    """Who bears it."""

    NOBODY = "nobody"
    SELLER = "seller"
    BUYER = "buyer"
    CARRIER = "carrier"
    SHARED = "shared"


class Amounts(BaseModel):
    """Who gets how much, all pools together, in minor units."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    buyer_minor: AmountOrZero
    seller_minor: AmountOrZero
    carrier_minor: AmountOrZero


class Pools(BaseModel):
    """What was held: of the price, of the seller's bond, of the carrier's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    price_minor: AmountOrZero
    bond_minor: AmountOrZero
    carrier_bond_minor: AmountOrZero


class Settlement(Record, kind="escrow-settlement", key=("order",)):
    """The end of an order. ``original`` is what was agreed to be paid, ``held`` what the lock still had at the end.

    ``evidence`` are ids of Evidence and of recalls that the rule rests on; ``proposed`` are all proposals, the last of
    which is what was agreed where the rule says so. ``final`` is what was paid by movement ``movement``, empty where
    nothing was held.
    """

    order: str
    rule: RuleCode
    standard: StandardVersion
    evidence: tuple[str, ...]
    liable: Liable
    currency: Currency
    original: Pools
    held: Pools
    proposed: tuple[Proposal, ...]
    agreed: Proposal | None
    votes: tuple[Vote, ...]
    final: Amounts
    movement: str
    settled_at: datetime
    recorder: Signatory
