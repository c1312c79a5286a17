"""Who asks: the bearer token's person, and that person's identity in the organisation's wallet."""

from datetime import UTC, datetime
from typing import Annotated

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from fairledger.api.own_keys import REMEDY, OwnKey, name_of
from fairledger.api.problems import Problem
from fairledger.api.service import Service, service_of
from fairledger.identity import Identity
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
        holder = service.tokens.read(token)
    except TokenError as error:
        raise Problem(error.code, "get a new token by `fairledger token NAME`, or sign in by your key") from error
    if holder.certificate:
        certificate = x509.load_der_x509_certificate(holder.certificate)
        entry = with_own_key(service, Identity(service.msp_id, certificate.public_bytes(Encoding.PEM)))
    else:
        entry = _entry(service, holder.name)
    if entry.identity.certificate.not_valid_after_utc <= datetime.now(UTC):
        raise Problem("TOKEN_INVALID", "the certificate of the token's person has expired")
    return entry


def with_own_key(service: Service, identity: Identity) -> WalletEntry:
    """A person of the service's organisation whose key is elsewhere: signing raises ``Problem`` (KEY_IS_YOURS)."""
    return WalletEntry(name_of(identity), Identity(service.msp_id, identity.certificate_pem), OwnKey())


def check_key_is_here(person: WalletEntry) -> None:
    """Raise ``Problem`` (KEY_IS_YOURS) for a person whose key is elsewhere."""
    if isinstance(person.signer, OwnKey):
        raise Problem("KEY_IS_YOURS", REMEDY)


def _entry(service: Service, name: str) -> WalletEntry:
    try:
        return service.wallet.get(name)
    except WalletError as error:
        if error.code == "WALLET_UNKNOWN_NAME":
            raise Problem("TOKEN_INVALID", "the token's person is not in the wallet any more") from error
        raise


Person = Annotated[WalletEntry, Depends(person_of)]
