"""Owners of notes as people read them."""

import base64
import binascii
import re
from typing import Final

from fairledger.flow import words
from fairledger.words.text import Language
from fairledger_contracts.records.note import ACCOUNT, ORDER_LOCK, PAYOUT_LOCK

ID_SHOWN: Final = 8
SOMEBODY: Final = "somebody"  # in place of a person's id; Fabric's are the base64 of more
_COMMON_NAME: Final = re.compile(r"x509::(?:[^:]*,)?CN=([^,:+]+)")  # Fabric's id of a client (fabric-chaincode-go, cid)


def unnamed(owner: str) -> str:
    """The owner's name without the person's: of which organisation they are. Locks and accounts are no persons."""
    kind, _, rest = owner.partition(":")
    return owner if kind in {ORDER_LOCK, PAYOUT_LOCK} or rest == ACCOUNT else f"{kind}:{SOMEBODY}"


def holder(owner: str, language: Language) -> str:
    """Who that is; where they are ``unnamed``, of which organisation."""
    kind, _, rest = owner.partition(":")
    if kind == ORDER_LOCK:
        return words.ORDER.said(language, id=rest[:ID_SHOWN])
    if kind == PAYOUT_LOCK:
        return words.PAYOUT.said(language, id=rest[:ID_SHOWN])
    organization = kind.removesuffix("MSP")
    if rest == ACCOUNT:
        return words.ACCOUNT.said(language, organization=organization)
    if rest == SOMEBODY:
        return words.SOMEBODY.said(language, organization=organization)
    return f"{_common_name(rest)} · {organization}"


def _common_name(fabric_id: str) -> str:
    """The certificate's common name; the id itself where it is none of Fabric's."""
    try:
        told = base64.b64decode(fabric_id, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return fabric_id
    found = _COMMON_NAME.match(told)
    return found[1] if found else fabric_id
