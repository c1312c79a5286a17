"""Who may call what of supervision and disclosure."""

from collections.abc import Collection

from fairledger_chaincode import Context
from fairledger_chaincode.errors import NotAllowed
from fairledger_contracts.records.signatory import Signatory
from fairledger_contracts.trace.callers import ASSOCIATION, REGULATOR, ROLE_OF_SERVICES, ROLES_OF_AUTHORITY

OFFICER = "officer"
REGULATORS = "regulator"
PLATFORM_OFFICER = "platform-officer"
AUTHORITIES = frozenset({OFFICER, REGULATORS})
MEMBERS = frozenset({*AUTHORITIES, PLATFORM_OFFICER})

__all__ = [
    "ASSOCIATION",
    "AUTHORITIES",
    "MEMBERS",
    "OFFICER",
    "PLATFORM_OFFICER",
    "REGULATOR",
    "REGULATORS",
    "ROLE_OF_SERVICES",
    "anyone",
    "official",
]


def anyone(ctx: Context) -> Signatory:
    """Whoever calls, with or without a role."""
    caller = ctx.caller
    attributes = caller.attributes
    return Signatory(msp_id=caller.msp_id, id=caller.id, role=attributes.get("role", ""), gln=attributes.get("gln", ""))


def official(ctx: Context, roles: Collection[str], what: str) -> Signatory:
    """The caller, who has one of ``roles``. Raises ``NotAllowed`` (DISCLOSURE_ROLE_DENIED, SUPERVISION_ROLE_DENIED).

    The code is that of the contract called. An officer is the association's, a regulator the regulator's, and a
    platform's officer neither's, whatever an organisation's CA certifies.
    """
    caller = anyone(ctx)
    if caller.role not in roles or not _certified_at_home(caller):
        permitted = ", ".join(sorted(roles))
        told = f"{what} by {permitted}, not by {caller.role or 'no role'} of {caller.msp_id}"
        raise NotAllowed(f"{ctx.contract.upper()}_ROLE_DENIED", told)
    return caller


def _certified_at_home(caller: Signatory) -> bool:
    if caller.role == PLATFORM_OFFICER:
        return caller.msp_id not in ROLES_OF_AUTHORITY.values()
    return ROLES_OF_AUTHORITY.get(caller.role, caller.msp_id) == caller.msp_id
