"""The resolver: from a tag's address to what there is about the goods."""

import pytest

from fairledger.digital_link.qr import qr_png
from tests.support.simulated_service import RunningService

PATH = "/01/09521000001107/21/FP26100001"
ITEM = f"https://id.gs1.org{PATH}"
SCAN = "/scan?link=https%3A%2F%2Fid.gs1.org%2F01%2F09521000001107%2F21%2FFP26100001"
SIGNED = "kid=mCqGm1uT0yQf3nZ8&sig=" + "A" * 86
EVENTS = SCAN.replace("/scan?link", "/epcis/events?MATCH_anyEPC")


@pytest.mark.parametrize(
    ("asked", "accept", "leads_to"),
    [
        ("", "text/html", SCAN),
        ("", "*/*", SCAN),
        ("?linkType=gs1:traceability", "*/*", SCAN),
        ("?linkType=gs1:pip", "*/*", SCAN),
        ("?linkType=https://gs1.org/voc/pip", "*/*", SCAN),
        ("?linkType=https://ref.gs1.org/voc/pip", "*/*", SCAN),
        ("?linkType=https://gs1.org/voc/epcis", "*/*", EVENTS),
        ("?linkType=https://ref.gs1.org/voc/epcis", "*/*", EVENTS),
        ("", "application/ld+json", EVENTS),
        ("", "application/ld+json, */*", EVENTS),
        ("", "text/html;q=0.1, application/ld+json", EVENTS),
        ("", "text/html, application/ld+json;q=0.1", SCAN),
        ("", "text/html, application/linkset+json;q=0.9", SCAN),
        ("", "application/linkset+json;q=0", SCAN),
        ("", "application/linkset+json;q=0, */*;q=0.1", SCAN),
        ("", "application/ld+jsonx, image/png", SCAN),
        ("?linkType=gs1:epcis&sig=abc", "text/html", EVENTS),
        ("?3103=001250&15=261231", "*/*", SCAN),
        (f"?{SIGNED}", "*/*", f"{SCAN}%3F{SIGNED.replace('=', '%3D').replace('&', '%26')}"),
    ],
)
async def test_a_link_leads_on(running: RunningService, asked: str, accept: str, leads_to: str) -> None:
    answer = await running.client.get(PATH + asked, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["location"]) == (307, leads_to)
    assert answer.headers["link"] == (
        f'<http://service{PATH}?linkType=linkset>; rel="linkset"; type="application/linkset+json"'
    )


@pytest.mark.parametrize(
    "asked",
    [
        {"params": {"linkType": "linkset"}},
        {"headers": {"Accept": "application/linkset+json"}},
        {"headers": {"Accept": "text/html;q=0.5, Application/Linkset+JSON;q=0.6"}},
        {"headers": {"Accept": "application/linkset+json, */*"}},
    ],
)
async def test_a_linkset_lists_all_there_is(running: RunningService, asked: dict[str, dict[str, str]]) -> None:
    answer = await running.client.get(PATH, **asked)  # type: ignore[arg-type]
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/linkset+json")
    (links,) = answer.json()["linkset"]
    assert links["anchor"] == f"http://service{PATH}"
    assert links["https://ref.gs1.org/voc/epcis"][0]["href"] == f"http://service{EVENTS}"
    assert links["https://ref.gs1.org/voc/pip"][0]["hreflang"] == ["zh", "en"]


@pytest.mark.parametrize("asked", ["", "?linkType=gs1:epcis", "?linkType=linkset", "?linkType=gs1:nothing"])
async def test_head_is_answered_like_get(running: RunningService, asked: str) -> None:
    wanted, answer = await running.client.get(PATH + asked), await running.client.head(PATH + asked)
    assert answer.status_code == wanted.status_code
    for name in ("location", "link", "vary", "content-type", "content-length"):
        assert answer.headers.get(name) == wanted.headers.get(name)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/01/09521000001108", 400, "LINK_CHECK_DIGIT"),
        ("/01/0952", 400, "LINK_FORMAT"),
        ("/01/09521000001107/21/A/10/B", 400, "LINK_QUALIFIER"),
        ("/01/", 400, "LINK_NO_KEY"),
        (f"{PATH}?15=261232", 400, "LINK_VALUE"),
        (f"{PATH}?10=L7", 400, "LINK_ATTRIBUTE"),
        (f"{PATH}?15=261231&15=261231", 400, "LINK_REPEATED"),
        ("/8013/1987654Ad4X4bL5ttr2310cK2", 400, "LINK_CHECK_DIGIT"),
        (f"{PATH}?linkType=gs1:nothing", 404, "LINK_TYPE_UNKNOWN"),
        (f"{PATH}?linkType=a&linkType=b", 400, "QUERY_PARAMETER_REPEATED"),
    ],
)
async def test_what_is_no_link_is_a_problem(running: RunningService, path: str, status: int, code: str) -> None:
    answer = await running.client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_resolver_describes_itself(running: RunningService) -> None:
    about = (await running.client.get("/.well-known/gs1resolver")).json()
    assert about["resolverRoot"] == "http://service"
    assert {"00", "01", "414", "8004"} <= set(about["supportedPrimaryKeys"])


async def test_a_link_is_drawn_as_a_qr_code(running: RunningService) -> None:
    drawn = await running.client.get("/qr", params={"link": ITEM})
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.text.startswith("<?xml")
    pixels = await running.client.get("/qr", params={"link": ITEM, "format": "png", "scale": 3})
    assert (pixels.headers["content-type"], pixels.content) == ("image/png", qr_png(ITEM, 3))
    refused = await running.client.get("/qr", params={"link": "https://evil.example/"})
    assert (refused.status_code, refused.json()["code"]) == (400, "LINK_NO_KEY")
