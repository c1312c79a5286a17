"""An item's facts as they happened, and what follows from them, worked out once for all that was in it."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from fairledger_contracts.lineage.containment import Containment, Relation, Window, containments, parents, relation_of
from fairledger_contracts.lineage.fact import CHILDREN, OBJECTS, Fact
from fairledger_contracts.lineage.question import Answer


class ItemFacts:
    """What an answer tells of ``item``; not ``complete`` where there are more facts than were asked for."""

    def __init__(self, item: str, answer: Answer) -> None:
        self.item = item
        self.facts = in_order(answer.facts)
        self.complete = answer.complete
        self._befell: dict[Relation, list[Fact]] = {}

    @cached_property
    def parents(self) -> tuple[str, ...]:
        """What it was ever in."""
        return parents(self.item, self.facts)

    @cached_property
    def contents(self) -> dict[str, list[Containment]]:
        """What was ever in it."""
        found: dict[str, list[Containment]] = {}
        for each in containments(self.item, self.facts):
            if each.parent == self.item:
                found.setdefault(each.child, []).append(each)
        return found

    def stays(self, child: str, window: Window) -> Iterator[tuple[Window, Containment]]:
        """When within ``window`` a child was in it: its own facts tell when it was emptied, the child's don't."""
        for each in self.contents.get(child, ()):
            common = each.window.common(window)
            if common is not None:
                yield common, each

    def befell(self, relation: Relation) -> Sequence[Fact]:
        """What happened to it and all that was in it by ``relation``; that other things were put into it did not."""
        if relation not in self._befell:
            self._befell[relation] = [fact for fact in self.facts if self._is_whole(fact, relation)]
        return self._befell[relation]

    def _is_whole(self, fact: Fact, relation: Relation) -> bool:
        if fact.names(self.item, *OBJECTS, *CHILDREN):
            return True
        if not fact.names(self.item, "parentID"):
            return False
        emptied = fact.action == "DELETE" and relation_of(fact) is relation and not fact.names_any(*CHILDREN)
        return emptied or fact.type == "TransactionEvent"


def in_order(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Facts as they happened, so that nothing depends on the order in which they were read."""
    return tuple(sorted(facts, key=lambda fact: fact.order))
