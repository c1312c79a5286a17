"""Ballots: how the members voted on a version of a standard."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from fairledger_chaincode.record import Record
from fairledger_contracts.records.signatory import Signatory


class BallotState(StrEnum):
    """Open until a majority decides, or until time is over."""

    OPEN = "open"
    ADOPTED = "adopted"
    REJECTED = "rejected"
    LAPSED = "lapsed"


class Vote(BaseModel):
    """A member organisation's vote, cast by ``by``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    approves: bool
    at: datetime
    by: Signatory


class Ballot(Record, kind="disclosure-ballot", key=("name", "version")):
    """The vote on a standard's version. ``electorate`` are the members when it was proposed: nobody joins to outvote.

    ``recorder`` proposed; ``changed_by`` signed the last change.
    """

    name: str
    version: str
    electorate: tuple[str, ...]
    closes_at: datetime
    state: BallotState
    votes: tuple[Vote, ...] = ()
    recorder: Signatory
    decided_at: datetime | None = None
    changed_by: Signatory | None = None


def outcome(approving: int, opposing: int, electorate: int) -> BallotState:
    """More than half of all members adopt; half of them against make that impossible."""
    if approving * 2 > electorate:
        return BallotState.ADOPTED
    return BallotState.REJECTED if opposing * 2 >= electorate else BallotState.OPEN
