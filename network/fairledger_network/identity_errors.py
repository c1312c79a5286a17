"""What can go wrong with people's identities beside what the CA, the wallet and the channel refuse.

NetworkError
└── IdentityRefused
    ├── IdentityInvalid     a name, role or GLN that can't be (IDENTITY_INVALID)
    ├── IdentityUnknown     nobody of that name (IDENTITY_UNKNOWN)
    ├── IdentityAmbiguous   the name exists in several organisations (IDENTITY_AMBIGUOUS)
    └── IdentityState       not in a state that permits this: not yet enrolled, already revoked (IDENTITY_STATE)
"""

from fairledger_network.errors import NetworkError


class IdentityRefused(NetworkError):
    """Base of the refusals; the text names the remedy."""

    code = "IDENTITY_REFUSED"


class IdentityInvalid(IdentityRefused):
    """A name, role or GLN that can't be."""

    code = "IDENTITY_INVALID"


class IdentityUnknown(IdentityRefused):
    """Nobody of that name is registered or enrolled."""

    code = "IDENTITY_UNKNOWN"


class IdentityAmbiguous(IdentityRefused):
    """The name exists in several organisations."""

    code = "IDENTITY_AMBIGUOUS"


class IdentityState(IdentityRefused):
    """The identity is not in a state that permits this."""

    code = "IDENTITY_STATE"
