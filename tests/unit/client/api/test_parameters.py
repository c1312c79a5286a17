"""Every query parameter that the EPCIS 2.0 standard and its REST binding publish is answered, and none with 501."""

import pytest

from tests.support.captures import document, event
from tests.support.simulated_service import RunningService

COMPARED = ("EQ", "GT", "GE", "LT", "LE")
AREAS = ("", "ILMD_", "ERROR_DECLARATION_", "SENSORELEMENT_", "SENSORMETADATA_", "SENSORREPORT_")
URI, TIME, NUMBER, FLAG, WORD = "https://example.com/x", "2026-11-03T06:00:00Z", "1.5", "true", "shipping"

# by section 8.2.7.1 of the standard; `example` is a prefix of the client's, CEL a unit, po a type
PUBLISHED: dict[str, str] = {
    "eventType": "ObjectEvent",
    "EQ_action": "OBSERVE",
    "orderBy": "eventTime",
    "orderDirection": "ASC",
    "eventCountLimit": "5",
    "maxEventCount": "5",
    "perPage": "5",
    **{f"{compare}_{name}": TIME for name in ("eventTime", "recordTime") for compare in ("GE", "LT")},
    **{f"{compare}_errorDeclarationTime": TIME for compare in ("GE", "LT")},
    **{f"{compare}_errorDeclaration_Time": TIME for compare in ("GE", "LT")},
    **{f"{compare}_{name}": TIME for name in ("time", "startTime", "endTime") for compare in ("GE", "LT")},
    **{f"EQ_{name}": WORD for name in ("bizStep", "disposition", "errorReason", "type", "stringValue")},
    **{f"EQ_persistentDisposition_{name}": WORD for name in ("set", "unset")},
    **{f"{how}_{place}": URI for place in ("readPoint", "bizLocation") for how in ("EQ", "WD")},
    **{f"EQ_{name}": URI for name in ("transformationID", "eventID", "correctiveEventID", "uriValue", "bizRules")},
    **{f"EQ_{name}": URI for name in ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod")},
    **{f"EQ_{name}": URI for name in ("microorganism", "chemicalSubstance")},
    **{f"EQ_{name}": URI for name in ("bizTransaction_po", "source_location", "destination_owning_party")},
    **{f"MATCH_{name}": URI for name in ("epc", "parentID", "inputEPC", "outputEPC", "anyEPC")},
    **{f"MATCH_{name}": URI for name in ("epcClass", "inputEPCClass", "outputEPCClass", "anyEPCClass")},
    **{f"{compare}_{name}": NUMBER for name in ("quantity", "quantity_KGM", "percRank") for compare in COMPARED},
    **{f"{compare}_value_CEL": NUMBER for compare in COMPARED},
    **{
        f"{compare}_{name}_CEL": NUMBER
        for name in ("minValue", "maxValue", "meanValue", "sDev", "percValue")
        for compare in COMPARED
    },
    "EQ_hexBinaryValue": "f0",
    "EQ_booleanValue": FLAG,
    "EXISTS_errorDeclaration": FLAG,
    "EXISTS_sensorElementList": FLAG,
    **{
        f"{compare}_{inner}{area}example:field": NUMBER
        for compare in COMPARED
        for inner in ("", "INNER_")
        for area in AREAS
    },
    **{f"EXISTS_{inner}{area}example:field": FLAG for inner in ("", "INNER_") for area in AREAS},
    **{f"EQ_{inner}{place}_example:field": WORD for inner in ("", "INNER_") for place in ("readPoint", "bizLocation")},
    "HASATTR_bizLocation": URI,
    "HASATTR_example:field": URI,
    "EQATTR_bizLocation_city": WORD,
    "EQATTR_example:field_city": WORD,
    "EQ_ATTR_readPoint_city": WORD,
}
NEEDS = {"eventCountLimit": {"orderBy": "eventTime"}}


async def test_no_published_parameter_is_unknown_or_not_implemented(running: RunningService) -> None:
    await running.captured(document(event(1)))
    declared = {"GS1-Extensions": "example=https://ns.example.com/"}
    statuses = {}
    for name, value in PUBLISHED.items():
        parameters = {name: value, **NEEDS.get(name, {})}
        statuses[name] = (await running.client.get("/epcis/events", params=parameters, headers=declared)).status_code
    assert statuses == dict.fromkeys(PUBLISHED, 200)


@pytest.mark.parametrize(
    ("declared", "status", "code"),
    [
        (None, 400, "QUERY_VALUE"),
        ("other=https://ns.example.com/", 400, "QUERY_VALUE"),
        ("example=", 400, "REQUEST_HEADER"),
        ("https://ns.example.com/", 400, "REQUEST_HEADER"),
        (",".join(f"p{number}=urn:x:" for number in range(65)), 400, "REQUEST_HEADER"),
    ],
)
async def test_a_prefix_has_to_be_declared(
    running: RunningService, declared: str | None, status: int, code: str
) -> None:
    headers = {} if declared is None else {"GS1-Extensions": declared}
    answer = await running.client.get("/epcis/events?EQ_example:field=1", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_prefixes_of_client_and_document_need_not_be_the_same(running: RunningService) -> None:
    await running.captured(document(event(1, **{"ext:grade": "A"}), context=[{"ext": "https://ns.example.com/"}]))
    headers = {"GS1-Extensions": "FIT, mine=https://ns.example.com/ , other=https://other.example.com/"}
    for name, count in (("mine:grade", 1), ("other:grade", 0), ("https://ns.example.com/grade", 1)):
        answer = await running.client.get("/epcis/events", params={f"EQ_{name}": "A"}, headers=headers)
        assert len(answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == count, name
