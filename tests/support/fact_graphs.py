"""Random histories of goods for properties of lineage: what trade does, and what it does not."""

from typing import Any

from hypothesis import strategies as st

from fairledger_contracts.lineage.fact import Fact
from tests.support.facts import GS1, PRODUCER, fact

THINGS = tuple(f"{GS1}/01/09521000001107/21/{serial}" for serial in "ABCD")
LOTS = tuple(f"{GS1}/01/09521000001107/10/{lot}" for lot in "KL")
BOXES = tuple(f"{GS1}/00/09521000000000{number}" for number in (17, 24, 31))
ITEMS = (*THINGS, *LOTS, *BOXES)
TRANSFORMATIONS = ("urn:x:t:1", "urn:x:t:2")

_some = st.lists(st.sampled_from(ITEMS), max_size=3, unique=True).map(tuple)
_hours = st.integers(0, 12).map(float)


@st.composite
def _transformation(draw: st.DrawFn) -> dict[str, Any]:
    told = {"inputEPCList": draw(_some), "outputEPCList": draw(_some)}
    transformation = draw(st.sampled_from(("", *TRANSFORMATIONS)))
    lots = [(thing, draw(st.sampled_from(LOTS))) for thing in told["outputEPCList"] if thing in THINGS]
    return {"kind": "TransformationEvent", "transformation": transformation, "lots": lots, **told}


@st.composite
def _containing(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(("AggregationEvent", "AssociationEvent")))
    action = draw(st.sampled_from(("ADD", "OBSERVE", "DELETE", "DELETE")))
    children = draw(_some)
    return {
        "kind": kind,
        "action": action,
        "parentID": (draw(st.sampled_from(ITEMS)),),
        "childEPCs": () if action == "DELETE" and draw(st.booleans()) else children,
    }


@st.composite
def _object(draw: st.DrawFn) -> dict[str, Any]:
    things = draw(_some)
    lots = [(thing, draw(st.sampled_from(LOTS))) for thing in things if thing in THINGS and draw(st.booleans())]
    step = draw(st.sampled_from(("commissioning", "storing", "decommissioning")))
    return {"action": draw(st.sampled_from(("ADD", "OBSERVE"))), "step": step, "epcList": things, "lots": lots}


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """Some events of every kind at random times; containers are filled, emptied and filled again."""
    told = draw(st.lists(st.one_of(_transformation(), _containing(), _object()), max_size=14))
    return [
        fact(f"urn:x:{number}", draw(_hours), by=PRODUCER, declared=draw(st.integers(0, 9)) == 0, **members)
        for number, members in enumerate(told)
    ]
