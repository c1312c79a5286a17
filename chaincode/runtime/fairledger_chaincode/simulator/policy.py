"""Endorsement policies: Fabric's expressions, parsed into its signature policies, and their evaluation.

An expression is ``AND(...)``, ``OR(...)`` or ``OutOf(n, ...)`` over principals ``'<MSP id>.<role>'``, nested at will.
Each signature counts once: ``AND('A.peer', 'A.peer')`` wants two different peers of A.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fabric_protos.common.policies_pb2 import SignaturePolicy, SignaturePolicyEnvelope
from fabric_protos.msp.msp_principal_pb2 import MSPPrincipal, MSPRole

from fairledger_chaincode.simulator.errors import PolicyMalformed

DEPTH_MAX = 32
_TOKEN = re.compile(
    r"""\s*(?:(?P<word>[A-Za-z]+)\s*(?=\()
    |(?P<number>\d+)
    |(?P<quote>['"])(?P<principal>[^'"]*)(?P=quote)
    |(?P<mark>[(),]))""",
    re.VERBOSE,
)
_PRINCIPAL = re.compile(r"(?P<msp_id>[A-Za-z0-9.-]+)\.(?P<role>admin|member|client|peer|orderer)")


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed: an organisation's member, in a role (``peer``, ``client``, ``admin``, ``orderer``), by name."""

    msp_id: str
    role: str
    name: str


def parse_policy(expression: str) -> SignaturePolicyEnvelope:
    """Parse ``expression``; raises ``PolicyMalformed`` that names the place where it stops making sense."""
    parser = _Parser(expression)
    rule = parser.rule(0)
    parser.finish()
    return SignaturePolicyEnvelope(version=0, rule=rule, identities=parser.identities)


def signed_by_any(msp_ids: Sequence[str], role: str = "member") -> SignaturePolicyEnvelope:
    """Return the policy that one signature of any of the organisations satisfies."""
    return parse_policy("OR(" + ", ".join(f"'{msp_id}.{role}'" for msp_id in msp_ids) + ")")


def signed_by_majority(msp_ids: Sequence[str], role: str = "peer") -> SignaturePolicyEnvelope:
    """Return the policy that more than half of the organisations satisfy, Fabric's default for a chaincode."""
    count = len(msp_ids) // 2 + 1
    return parse_policy(f"OutOf({count}, " + ", ".join(f"'{msp_id}.{role}'" for msp_id in msp_ids) + ")")


def is_satisfied(policy: SignaturePolicyEnvelope, signers: Sequence[Signer]) -> bool:
    """Tell whether the signatures of ``signers`` satisfy ``policy``; a malformed policy is satisfied by nobody."""
    distinct = list(dict.fromkeys(signers))
    return _evaluate(policy.rule, policy, distinct, [False] * len(distinct))


def _evaluate(
    rule: SignaturePolicy, policy: SignaturePolicyEnvelope, signers: Sequence[Signer], used: list[bool]
) -> bool:
    match rule.WhichOneof("Type"):
        case "signed_by":
            return _sign(rule.signed_by, policy, signers, used)
        case "n_out_of":
            verified = 0
            for part in rule.n_out_of.rules:
                attempt = list(used)
                if _evaluate(part, policy, signers, attempt):
                    verified += 1
                    used[:] = attempt
            return verified >= int(rule.n_out_of.n)
        case _:
            return False


def _sign(index: int, policy: SignaturePolicyEnvelope, signers: Sequence[Signer], used: list[bool]) -> bool:
    if not 0 <= index < len(policy.identities):
        return False
    for position, signer in enumerate(signers):
        if not used[position] and _is(signer, policy.identities[index]):
            used[position] = True
            return True
    return False


def _is(signer: Signer, principal: MSPPrincipal) -> bool:
    if principal.principal_classification != MSPPrincipal.ROLE:
        return False
    role = MSPRole.FromString(principal.principal)
    name = MSPRole.MSPRoleType.Name(role.role).lower()
    return bool(role.msp_identifier == signer.msp_id and name in ("member", signer.role))


class _Parser:
    """Recursive descent over one expression."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._position = 0
        self.identities: list[MSPPrincipal] = []

    def rule(self, depth: int) -> SignaturePolicy:
        if depth > DEPTH_MAX:
            raise self._malformed(f"nested more than {DEPTH_MAX} deep")
        token = self._next()
        if token["principal"] is not None:
            return self._principal(token["principal"])
        gate = (token["word"] or "").lower()
        if gate not in ("and", "or", "outof"):
            raise self._malformed("expected AND, OR, OutOf or a quoted principal")
        self._mark("(")
        wanted = self._number() if gate == "outof" else 0
        rules = self._rules(depth, leading_comma=gate == "outof")
        count = {"and": len(rules), "or": 1, "outof": wanted}[gate]
        if count > len(rules) + 1:
            raise self._malformed(f"{count} out of {len(rules)} can never be")
        return SignaturePolicy(n_out_of=SignaturePolicy.NOutOf(n=count, rules=rules))

    def finish(self) -> None:
        if self._expression[self._position :].strip():
            raise self._malformed("expected the end")

    def _rules(self, depth: int, *, leading_comma: bool) -> list[SignaturePolicy]:
        if leading_comma:
            self._mark(",")
        rules = [self.rule(depth + 1)]
        while (mark := self._next()["mark"]) == ",":
            rules.append(self.rule(depth + 1))
        if mark != ")":
            raise self._malformed("expected a comma or a closing parenthesis")
        return rules

    def _principal(self, text: str) -> SignaturePolicy:
        match = _PRINCIPAL.fullmatch(text)
        if match is None:
            raise self._malformed(f"no principal: {text!r}")
        role = MSPRole(msp_identifier=match["msp_id"], role=MSPRole.MSPRoleType.Value(match["role"].upper()))
        principal = MSPPrincipal(
            principal_classification=MSPPrincipal.ROLE, principal=role.SerializeToString(deterministic=True)
        )
        self.identities.append(principal)
        return SignaturePolicy(signed_by=len(self.identities) - 1)

    def _number(self) -> int:
        number = self._next()["number"]
        if number is None:
            raise self._malformed("OutOf begins with a number")
        return int(number)

    def _mark(self, wanted: str) -> None:
        if self._next()["mark"] != wanted:
            raise self._malformed(f"expected {wanted!r}")

    def _next(self) -> dict[str, str | None]:
        match = _TOKEN.match(self._expression, self._position)
        if match is None:
            raise self._malformed("unexpected text")
        self._position = match.end()
        return match.groupdict()

    def _malformed(self, reason: str) -> PolicyMalformed:
        return PolicyMalformed(f"policy {self._expression!r} at position {self._position}: {reason}")
