"""Who asks: the bearer token's person, and that person's identity in the organisation's wallet."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from fairledger.api.problems import Problem
from fairledger.api.service import Service, service_of
from fairledger.tokens import TokenError
from fairledger.wallet import WalletEntry, WalletError

_bearer = HTTPBearer(
    auto_error=False,
    bearerFormat="JWT",
    scheme_name="bearer",
    description="A token of `fairledger token NAME`: the service signs with that person's identity.",
)


def person_of(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> WalletEntry:
    """The person that the request's token acts for.

    Raises ``Problem``: TOKEN_MISSING, TOKEN_INVALID (also when the person is no more in the wallet, or their
    certificate is past its time), TOKEN_EXPIRED.
    """
    service = service_of(request)
    if credentials is None:
        raise Problem("TOKEN_MISSING", "send a token as `Authorization: Bearer …`; `fairledger token NAME` prints one")
    return entry_of(service, credentials.credentials)


def entry_of(service: Service, token: str) -> WalletEntry:
    """The person that ``token`` acts for. Raises ``Problem``: TOKEN_INVALID, TOKEN_EXPIRED."""
    try:
        name = service.tokens.verify(token)
    except TokenError as error:
        raise Problem(error.code, "get a new token by `fairledger token NAME`") from error
    return _entry(service, name)


def _entry(service: Service, name: str) -> WalletEntry:
    try:
        entry = service.wallet.get(name)
    except WalletError as error:
        if error.code == "WALLET_UNKNOWN_NAME":
            raise Problem("TOKEN_INVALID", "the token's person is not in the wallet any more") from error
        raise
    if entry.identity.certificate.not_valid_after_utc <= datetime.now(UTC):
        raise Problem("TOKEN_INVALID", "the certificate of the token's person has expired")
    return entry


Person = Annotated[WalletEntry, Depends(person_of)]
