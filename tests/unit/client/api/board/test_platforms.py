"""A platform's public page: what a consumer can judge it by."""

from datetime import UTC, datetime

from tests.support.founded import found, posted
from tests.support.simulated_service import RunningService
from tests.unit.client.api.papers import refusal

YEAR = f"{datetime.now(UTC).year}-01"
COMPLAINT = {"about": {"kind": "order", "id": "order-1"}, "platform": "PlatformAMSP", "matter": "unsafe"}


async def test_a_platforms_page_tells_what_the_ledger_knows(running: RunningService) -> None:
    await found(running, complaints={}, disclosure={}, sanctions={}, supervision={})
    operator = {"subject": "operator", "name": "Shop", "registration_number": "9144", "website": "https://a.example"}
    await posted(running, "/disclosures", {"period": YEAR, "published": operator}, "steward")
    no = {"accepted": False, "reasons": "Another company has this number"}
    await posted(running, f"/disclosures/PlatformAMSP/operator/{YEAR}/review", no, "officer", 200)
    await posted(running, "/disclosures", {"period": YEAR, "published": operator}, "steward")
    await posted(running, "/complaints", COMPLAINT, "consumer")
    ground = {"kind": "disclosure", "key": ["PlatformAMSP", "operator", YEAR]}
    sanction = {"msp_id": "PlatformAMSP", "penalty": "warning", "ground": ground, "rule": "false_disclosure"}
    await posted(running, "/sanctions", sanction, "officer")
    target = {"kind": "platform", "id": "PlatformAMSP"}
    await posted(running, "/inspections", {"target": target, "platform": "PlatformAMSP", "place": "online"}, "officer")
    entry = {"subject": "platform:PlatformAMSP", "rule": "complaints_permille", "ground": "many"}
    await posted(running, "/monitoring", entry, "regulator")

    page = await running.client.get("/platforms/PlatformAMSP", params={"lang": "en"})
    assert page.status_code == 200
    for told in (
        "Shop of Shenzhen",
        "filed, to be reviewed",
        "9144",
        "Warning",
        "False disclosure",
        "the platform is heard",
    ):
        assert told in page.text
    for told in ("Goods: 1", "the platform has to answer: 1", "Too many complaints", "1 complaints, of which 0 upheld"):
        assert told in page.text
    chinese = await running.client.get("/platforms/PlatformAMSP", params={"lang": "zh"})
    for told in ("已提交，待审核", "警告", "虚假公示", "听取平台意见", "商品: 1"):
        assert told in chinese.text
    other = await running.client.get("/platforms/PlatformBMSP", params={"lang": "en"})
    assert ("Warning" in other.text, "in business" in other.text) == (False, True)


async def test_all_platforms_are_listed_and_others_are_unknown(running: RunningService) -> None:
    assert refusal(await running.client.get("/platforms/PlatformAMSP")) == (404, "DISCLOSURE_MEMBER_UNKNOWN")
    await found(running)
    listed = await running.client.get("/platforms", params={"lang": "en"})
    assert [f'href="/platforms/{msp_id}' in listed.text for msp_id in ("PlatformAMSP", "PlatformBMSP")] == [True, True]
