"""Who may call what of the contract ``privacy``."""

from collections.abc import Collection

from cryptography.hazmat.primitives.serialization import Encoding

from fairledger_chaincode.errors import NotAllowed
from fairledger_chaincode.identity import ClientIdentity
from fairledger_contracts.records.recorder import Recorder
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.trace.callers import ASSOCIATION, REGULATOR, ROLE_OF_SERVICES

ROLE_OF_REGULATORS = "regulator"
ROLES_OF_PLATFORMS = frozenset({ROLE_OF_SERVICES, "platform"})
ROLES_OF_KEY_SERVICE = frozenset({ROLE_OF_SERVICES, "officer"})


def platform(caller: ClientIdentity) -> Signatory:
    """The caller as one who acts for a platform. Raises ``NotAllowed`` (PRIVACY_ROLE_DENIED)."""
    if caller.msp_id in (ASSOCIATION, REGULATOR):
        raise NotAllowed("PRIVACY_ROLE_DENIED", f"orders are kept by platforms, not by {caller.msp_id}")
    return _with_role(caller, ROLES_OF_PLATFORMS, "orders are kept")


def key_service(caller: ClientIdentity) -> Signatory:
    """The caller as the association's key service. Raises ``NotAllowed`` (PRIVACY_ROLE_DENIED)."""
    return _of(caller, ASSOCIATION, ROLES_OF_KEY_SERVICE, "keys are released")


def regulator(caller: ClientIdentity) -> Signatory:
    """The caller as an officer of the regulator. Raises ``NotAllowed`` (PRIVACY_ROLE_DENIED)."""
    return _of(caller, REGULATOR, {ROLE_OF_REGULATORS}, "personal data are read under warrant")


def is_regulator(caller: ClientIdentity) -> bool:
    """Whether the caller is an officer of the regulator."""
    return caller.msp_id == REGULATOR and caller.attributes.get("role") == ROLE_OF_REGULATORS


def whoever(caller: ClientIdentity) -> Recorder:
    """The caller, whatever their role is, with the certificate that signs."""
    certificate = caller.certificate.public_bytes(Encoding.PEM).decode()
    return Recorder(**_signatory(caller).model_dump(), certificate=certificate)


def _of(caller: ClientIdentity, msp_id: str, roles: Collection[str], what: str) -> Signatory:
    """An organisation's CA can certify any role, so the organisation counts as well."""
    if caller.msp_id != msp_id:
        raise NotAllowed("PRIVACY_ROLE_DENIED", f"{what} by {msp_id}, not by {caller.msp_id}")
    return _with_role(caller, roles, what)


def _with_role(caller: ClientIdentity, roles: Collection[str], what: str) -> Signatory:
    found = _signatory(caller)
    if found.role not in roles:
        permitted = ", ".join(sorted(roles))
        raise NotAllowed("PRIVACY_ROLE_DENIED", f"{what} by {permitted}, not by {found.role or 'no role'}")
    return found


def _signatory(caller: ClientIdentity) -> Signatory:
    attributes = caller.attributes
    role, gln = attributes.get("role", ""), attributes.get("gln", "")
    return Signatory(msp_id=caller.msp_id, id=caller.id, role=role, gln=gln)
