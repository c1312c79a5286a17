"""The page of complaints: a link fills it in, and a refusal loses nothing that somebody wrote."""

from tests.support.founded import found
from tests.support.simulated_service import RunningService

ORDER = "ab" * 32
FORM = {
    "key": "0123456789abcdef0123456789abcdef",
    "lang": "en",
    "about": "payment",
    "about_id": "bank-1",
    "platform": "PlatformBMSP",
    "matter": "unsafe",
    "statement": "It was <hot> when it came",
}


async def test_a_link_says_what_the_complaint_is_about(running: RunningService) -> None:
    await found(running)
    told = {"lang": "en", "about": "merchant", "about_id": ORDER, "platform": "PlatformBMSP"}
    page = (await running.client.get("/complain", params=told)).text
    assert f'name="about_id" required maxlength="300" autocomplete="off" value="{ORDER}"' in page
    for chosen in ("merchant", "PlatformBMSP"):
        assert f'<option value="{chosen}" selected>' in page, chosen


async def test_a_refused_complaint_keeps_what_was_written(running: RunningService) -> None:
    await found(running)  # but no standard for complaints
    answer = await running.client.post("/complain", data=FORM)
    assert (answer.status_code >= 400, 'role="alert"' in answer.text) == (True, True)
    for chosen in ("payment", "PlatformBMSP", "unsafe"):
        assert f'<option value="{chosen}" selected>' in answer.text, chosen
    assert 'value="bank-1"' in answer.text
    assert "It was &lt;hot&gt; when it came</textarea>" in answer.text


async def test_a_refused_step_keeps_the_receipts_code_and_the_reason(running: RunningService) -> None:
    await found(running)
    form = {"key": FORM["key"], "lang": "en", "receipt": ORDER, "statement": "Nobody answered", "step": "escalate"}
    answer = await running.client.post("/complain/receipt", data=form)
    assert (answer.status_code, f'value="{ORDER}"' in answer.text) == (404, True)
    assert "Nobody answered</textarea>" in answer.text
