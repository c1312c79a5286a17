"""The desk's links: to the pages that are the visitor's, in the language that they read."""

import re

import pytest

from tests.support.enrolled import Attributes
from tests.support.simulated_service import RunningService
from tests.support.visitor import Visitor

EVERYBODYS = ["/desk", "/desk/listings", "/desk/notes", "/desk/funds", "/desk/licences", "/desk/key"]
MEMBERS = ["/desk/supervision", "/desk/standards", "/desk/members", "/desk/warrants"]
PUBLIC = ["/board", "/platforms", "/complain", "/my-data"]
OFFERED = {
    "consumer": [],
    "producer": [],
    "provider": [],
    "examiner": ["/desk/supervision"],
    "impostor": [],
    "pretender": [],
    "officer": MEMBERS,
    "regulator": MEMBERS,
    "steward": [*MEMBERS, "/desk/corrections"],
    "competitor": MEMBERS,  # whose platform corrects at its own service
}


def linked(text: str, tag: str) -> list[str]:
    """Where the links inside of a tag lead."""
    inside = text.partition(f"<{tag}")[2].partition(f"</{tag}>")[0]
    return [each.replace("&amp;", "&") for each in re.findall(r'<a href="([^"]+)"', inside)]


@pytest.mark.parametrize("name", OFFERED)
async def test_everybody_is_led_to_the_pages_that_are_theirs(running: RunningService, name: str) -> None:
    running.enrol("examiner", Attributes("inspector", "AssociationMSP"))
    visitor = Visitor(running, name)
    links = linked((await visitor.get("/desk")).text, "nav")
    assert {each.partition("?")[0] for each in links} == {*EVERYBODYS, *OFFERED[name]}
    assert {each: (await visitor.get(each.partition("?")[0])).status_code for each in links} == dict.fromkeys(
        links, 200
    )


async def test_links_keep_the_language(running: RunningService) -> None:
    visitor = Visitor(running, "officer")
    for path in ("/desk", "/desk/supervision", "/desk/licences"):
        for language in ("zh", "en"):
            text = (await visitor.get(path, lang=language)).text
            header, *_ = linked(text, "header")
            for each in (header, *linked(text, "nav"), *linked(text, "footer")):
                assert each.endswith(f"?lang={language}"), each


async def test_the_desk_leads_to_the_public_pages(running: RunningService) -> None:
    links = linked((await Visitor(running, "consumer").get("/desk")).text, "footer")
    assert [each.partition("?")[0] for each in links] == PUBLIC
    assert {(await running.client.get(each)).status_code for each in links} == {200}
