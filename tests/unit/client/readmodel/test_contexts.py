"""An event that leaves its document takes along what its document's context declared."""

from fairledger.readmodel.contexts import beside_the_standard, on_event

STANDARD = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
ONE, TWO = {"ext": "https://one.example/"}, {"ext": "https://two.example/"}


def test_the_standards_own_context_stays_behind() -> None:
    assert beside_the_standard([STANDARD, ONE, "https://example.com/context.jsonld"]) == [
        ONE,
        "https://example.com/context.jsonld",
    ]
    assert beside_the_standard("https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld") == []
    assert beside_the_standard(ONE) == [ONE]


def test_the_events_own_comes_last_and_so_wins() -> None:
    assert on_event([ONE], [TWO]) == [ONE, TWO]
    assert on_event([ONE], TWO) == [ONE, TWO]
    assert on_event([ONE, TWO], [ONE]) == [TWO, ONE]
    assert on_event([ONE], None) == [ONE]
    assert on_event([], None) == []
