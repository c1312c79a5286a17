"""How an order ended: checked against what should have come of it, and told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fairledger_network.demo.money import amount_of
from fairledger_network.errors import DemoFailed

TRANSACTION_SHOWN = 16


@dataclass(frozen=True)
class Outcome:
    """The rule that should decide, who should be liable, and how much each should be paid, in minor units."""

    rule: str
    liable: str
    buyer_minor: int
    seller_minor: int
    carrier_minor: int = 0

    @property
    def paid(self) -> str:
        """Who is paid how much, without who is paid nothing."""
        amounts = {"buyer": self.buyer_minor, "seller": self.seller_minor, "carrier": self.carrier_minor}
        return ", ".join(f"{amount_of(minor)} to the {party}" for party, minor in amounts.items() if minor)

    def check(self, told: Mapping[str, Any]) -> None:
        """Compare with an order as it is told. Raises ``DemoFailed`` where it ended otherwise, or money was lost."""
        settlement = told["settlement"]
        if settlement is None:
            raise DemoFailed(f"order {told['order']['id']} is {told['order']['state']}, and not settled by {self.rule}")
        if (settlement["rule"], settlement["liable"]) != (self.rule, self.liable):
            found = f"{settlement['rule']}, {settlement['liable']}"
            raise DemoFailed(f"{self.rule} should decide, and {self.liable} be liable; the ledger says {found}")
        final = settlement["final"]
        if final != {
            "buyer_minor": self.buyer_minor,
            "seller_minor": self.seller_minor,
            "carrier_minor": self.carrier_minor,
        }:
            raise DemoFailed(f"{self.rule} should pay otherwise than {final}")
        if sum(final.values()) != sum(settlement["held"].values()):
            raise DemoFailed(f"{settlement['held']} were held and {final} paid")


def lines(told: Mapping[str, Any]) -> Iterator[str]:
    """Rule, evidence, liability and amounts of an order that is settled."""
    settlement = told["settlement"]
    yield f"rule [bold]{settlement['rule']}[/], liable: [bold]{settlement['liable']}[/]"
    evidence = {each["id"]: each for each in told["evidence"]}
    for each in settlement["evidence"]:
        if each in evidence:
            yield f"evidence: {_evidence(evidence[each])}"
    final = settlement["final"]
    paid = [f"{party} {amount_of(final[f'{party}_minor'])}" for party in ("buyer", "seller", "carrier")]
    yield f"paid: {', '.join(paid)} {settlement['currency']}"


def _evidence(evidence: Mapping[str, Any]) -> str:
    told = [
        f"{evidence['weight_g']} g" if evidence["weight_g"] else "",
        f"in {evidence['area']}" if evidence["area"] else "",
        evidence["item"],
    ]
    who = f"by the {evidence['recorder']['role']}" if evidence["recorder"]["role"] else ""
    where = f"[dim]transaction {evidence['id'][:TRANSACTION_SHOWN]}…[/]"
    return " ".join(filter(None, (evidence["evidence"], *told, who, where)))
