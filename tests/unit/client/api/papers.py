"""What the tests of recalls, licences, papers and tags say of the same goods."""

from typing import Any, Final

import httpx

PHONE: Final = "https://id.gs1.org/01/09521000123458/21/1"
EPC: Final = "urn:epc:id:sgtin:9521000.012345.1"  # the same in another form; ``captures.event(1)`` names it
LICENCE: Final[dict[str, Any]] = {
    "prefix": "9521000",
    "msp_id": "PlatformAMSP",
    "gln": "9521000000018",
    "name": "Phones of Shenzhen",
}
SERVICE: Final[dict[str, Any]] = {
    "service": "carrier",
    "msp_id": "PlatformBMSP",
    "place": "9521000000087",
    "name": "Express of Chengdu",
    "keys": ["ab" * 32],
}
SERVICE_ENDED: Final = {
    **{name: SERVICE[name] for name in ("service", "msp_id", "place")},
    "ground": "it has stopped trading",
}
RECALL: Final[dict[str, Any]] = {"items": [EPC], "measure": "return", "reason": "The battery may burn"}
ANCHOR: Final[dict[str, Any]] = {
    "document": {
        "sha256": "ab" * 32,
        "kind": "quality_report",
        "title": "Battery, thermal",
        "media_type": "application/pdf",
        "size_bytes": 10_000,
    },
    "items": [EPC],
}
NO_ITEMS: Final = (  # what nobody's goods are called
    "",
    " ",
    "'; DROP TABLE recalls; --",
    "<script>alert(1)</script>",
    "urn:x:a\x00b",
    "urn:x:a\U0010ffffb",
    "urn:x:a\nb",
    "urn:x:" + "a" * 600,
)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of what is a problem document."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = answer.json()
    assert problem["status"] == answer.status_code
    return answer.status_code, problem["code"]
