"""What can go wrong between us and a certificate authority, and the code by which a caller tells.

CaError                  any refusal that has no class of its own (CA_REFUSED), or an answer that is none (CA_ANSWER)
├── CaUnreachable        no connection, or no answer in time (CA_UNREACHABLE)
├── CaNotTrusted         the server's TLS certificate does not lead to the root we hold (CA_TLS)
├── CaAuthentication     wrong secret, unknown id, a spent secret, a revoked or foreign certificate (CA_AUTHENTICATION);
│                        the server does not tell which, on purpose
├── CaNotAllowed         the caller is known but may not do this (CA_NOT_ALLOWED)
├── AlreadyRegistered    the id is taken (CA_ALREADY_REGISTERED)
├── UnknownIdentity      no such id, or no such certificate (CA_UNKNOWN_IDENTITY)
└── CaArgument           refused before anything was sent (CA_ARGUMENT)

No error carries a secret, a key, or a request's body.
"""

from fairledger_network.errors import NetworkError

CA_ALREADY_REGISTERED_CODES = frozenset({74})
CA_AUTHENTICATION_CODES = frozenset({2, 20, 21, 22, 23, 24, 25, 26, 27, 28, 70, 73})
CA_NOT_ALLOWED_CODES = frozenset({7, 17, 35, 42, 44, 54, 55, 71, 76, 78})
CA_UNKNOWN_CODES = frozenset({8, 10, 11, 30, 49, 63})

_MESSAGE_CHARACTERS_MAX = 300


class CaError(NetworkError):
    """Base of all; ``code`` is ours and stable, ``ca_code`` the number the server gave, if any."""

    code = "CA_REFUSED"

    def __init__(self, message: str, *, code: str | None = None, ca_code: int | None = None) -> None:
        super().__init__(message[:_MESSAGE_CHARACTERS_MAX])
        self.code = code or type(self).code
        self.ca_code = ca_code


class CaUnreachable(CaError):
    """No connection, or no answer in time: the request may or may not have been carried out."""

    code = "CA_UNREACHABLE"


class CaNotTrusted(CaError):
    """The server's TLS certificate does not lead to the root we hold for it."""

    code = "CA_TLS"


class CaAuthentication(CaError):
    """The server does not accept who asks; it does not tell why."""

    code = "CA_AUTHENTICATION"


class CaNotAllowed(CaError):
    """The caller is known, but its registry attributes do not permit this."""

    code = "CA_NOT_ALLOWED"


class AlreadyRegistered(CaError):
    """The enrolment id is taken; its secret is not told again."""

    code = "CA_ALREADY_REGISTERED"


class UnknownIdentity(CaError):
    """The CA's registry holds no such id, or no such certificate."""

    code = "CA_UNKNOWN_IDENTITY"


class CaArgument(CaError):
    """Refused before anything was sent."""

    code = "CA_ARGUMENT"


_CLASSES: tuple[tuple[frozenset[int], type[CaError]], ...] = (
    (CA_ALREADY_REGISTERED_CODES, AlreadyRegistered),
    (CA_AUTHENTICATION_CODES, CaAuthentication),
    (CA_NOT_ALLOWED_CODES, CaNotAllowed),
    (CA_UNKNOWN_CODES, UnknownIdentity),
)


def refusal(ca_code: int, message: str) -> CaError:
    """The error of the class that Fabric CA's error number ``ca_code`` belongs to (fabric-ca, lib/caerrors)."""
    for codes, kind in _CLASSES:
        if ca_code in codes:
            return kind(message, ca_code=ca_code)
    return CaError(message, ca_code=ca_code)
