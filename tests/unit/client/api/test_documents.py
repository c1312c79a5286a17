"""Documents that others wrote, through the service: what is captured comes back from queries with the same meaning."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.epcis import assert_answers, data_files, given_document
from tests.support.simulated_service import RunningService


@pytest.mark.parametrize("path", data_files("documents", "*.json"))
async def test_every_document_of_the_test_data_comes_back_the_same(running: RunningService, path: Path) -> None:
    given = given_document(path)
    job = await running.captured(json.dumps(given))
    assert (job["success"], job["errors"]) == (True, [])

    events = given["epcisBody"]["eventList"]
    asked = {"EQ_eventID": "|".join(each["eventID"] for each in events)}
    assert_answers((await running.client.get("/epcis/events", params=asked)).text, given)
    for each in events:
        alone = {**given, "epcisBody": {"eventList": [each]}}
        assert_answers((await running.client.get(f"/epcis/events/{quote(each['eventID'], safe='')}")).text, alone)
