"""Reading what a peer says when it fails: the chaincode's stable code, or the client's own.

Fabric's gateway tells most reasons in prose only, so this is the one module that reads prose: callers get codes.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from fairledger.gateway import codes
from fairledger.gateway.errors import NodeDetail
from fairledger.gateway.transport import CANCELLED, DEADLINE_EXCEEDED, PERMISSION_DENIED, UNAVAILABLE, TransportError

_CHAINCODE_REFUSAL: Final = re.compile(r"chaincode response \d+, (?P<code>[A-Z][A-Z0-9_]+): (?P<text>.*)", re.DOTALL)
_MISSING: Final = re.compile(r"failed to find any endorsing peers for org\(s\): (?P<organizations>\w[\w.,\- ]*)")

_CHAINCODE_ANSWER: Final = "chaincode response"
_SOME_ENDORSED: Final = "failed to collect enough transaction endorsements"  # where the first refuses: "to endorse"

_DISAGREE: Final = ("ProposalResponsePayloads do not match",)
_UNSATISFIED: Final = (
    "no combination of peers can be derived which satisfy the endorsement policy",
    "failed to select a set of endorsers that satisfy the endorsement policy",
)
_CHAINCODE_GONE: Final = (
    "chaincode stream terminated",
    "could not launch chaincode",
    "chaincode registration failed",
    "error starting container",
)
_UNKNOWN: Final = (
    "No metadata was found for chaincode",
    "no peers available to evaluate chaincode",
    "could not get last config for channel",
)
_DENIED: Final = (
    "access denied",
    "creator certificate is not valid",
    "creator's signature over the proposal is not valid",
)
_NODE_GONE: Final = ("code = Unavailable", "connection error", "connection refused")


@dataclass(frozen=True)
class Failure:
    """Why a call failed: ``code``, a sentence, and the MSP ids whose endorsement could not be had."""

    code: str
    message: str
    missing_organizations: tuple[str, ...] = ()


def failure_of(error: TransportError) -> Failure:
    """The reason of ``error``. What the chaincode said goes before what the nodes between say of it."""
    texts = [*(detail.message for detail in error.details), error.message]
    for text in texts:
        if refusal := _CHAINCODE_REFUSAL.search(text):
            return Failure(refusal["code"], refusal["text"])
    if error.status == DEADLINE_EXCEEDED:
        return Failure(codes.DEADLINE, f"no answer in time: {error.message}")
    if _any(texts, _DISAGREE):
        who = ", ".join(sorted({detail.msp_id for detail in error.details if _any([detail.message], _DISAGREE)}))
        return Failure(
            codes.ENDORSERS_DISAGREE,
            f"endorsers disagree: {who} computed another result than the first endorser; the contract is not"
            " deterministic, or the organisations run different code",
        )
    return _unavailable(error, texts) or _otherwise(error, texts)


def is_divided(error: TransportError, named: Collection[str]) -> bool:
    """Whether some endorsed what the chaincode of others refused or answered differently.

    Their states differ then, most likely because a peer does not have the newest blocks yet, and it may be otherwise
    in a moment. ``named`` are the MSP ids that the proposal names as endorsers; where it names none, the gateway asks
    one peer first and the others only when that one has endorsed.
    """
    if _any([detail.message for detail in error.details], _DISAGREE):
        return True
    refused = set(_organizations(error.details, (_CHAINCODE_ANSWER,)))
    some_endorsed = bool(set(named) - refused) if named else error.message.startswith(_SOME_ENDORSED)
    return bool(refused) and some_endorsed


def _unavailable(error: TransportError, texts: list[str]) -> Failure | None:
    for text in texts:
        if named := _MISSING.search(text):
            missing = tuple(name.strip() for name in named["organizations"].split(","))
            return _missing(missing, error.message)
    silent = _organizations(error.details, _CHAINCODE_GONE)  # peers that answer, but their chaincode servers don't
    gone = tuple(sorted(set(_organizations(error.details, _NODE_GONE)) - set(silent)))
    if gone:
        return _missing(tuple(sorted({*gone, *silent})), error.message)
    if _any(texts, _CHAINCODE_GONE):
        whose = ", ".join(silent) or "the peer"
        message = f"the chaincode server of {whose} does not answer, so the endorsement of {whose} can't be had"
        return Failure(codes.CHAINCODE_UNAVAILABLE, message, silent)
    if _any(texts, _UNKNOWN):
        return Failure(codes.CHAINCODE_UNKNOWN, error.message)
    if _any(texts, _UNSATISFIED):
        return _missing((), error.message)
    return None


def _otherwise(error: TransportError, texts: list[str]) -> Failure:
    if error.busy:
        return Failure(codes.BUSY, error.message)
    if error.status == PERMISSION_DENIED or _any(texts, _DENIED):
        return Failure(codes.DENIED, error.message)
    if error.status == UNAVAILABLE:
        return Failure(codes.UNREACHABLE, error.message)
    if error.status == CANCELLED:
        return Failure(codes.CLOSED, error.message)
    return Failure(codes.REJECTED, error.message)


def _missing(organizations: tuple[str, ...], said: str) -> Failure:
    whose = ", ".join(organizations) or "an organisation that the policy requires"
    return Failure(codes.ENDORSEMENT_MISSING, f"the endorsement of {whose} can't be had: {said}", organizations)


def _organizations(details: tuple[NodeDetail, ...], phrases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({detail.msp_id for detail in details if _any([detail.message], phrases)}))


def _any(texts: list[str], phrases: tuple[str, ...]) -> bool:
    return any(phrase in text for text in texts for phrase in phrases)
