"""Signing in to the desk: a cookie for one's own token, and forms of the service's own pages alone."""

import pytest

from tests.support.simulated_service import RunningService

OWN = {"Sec-Fetch-Site": "same-origin"}
COOKIE = "fairledger-PlatformA"


def token(running: RunningService, name: str = "consumer", hours: float = 1) -> str:
    return running.bearer(name, hours)["Authorization"].removeprefix("Bearer ")


async def test_a_token_signs_in_and_leads_to_where_one_wanted_to_go(running: RunningService) -> None:
    form = {"token": token(running), "next": "/desk/orders"}
    answer = await running.client.post("/desk/sign-in", data=form, headers=OWN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/orders")
    told = answer.headers["Set-Cookie"]
    assert told.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Path=/desk", "SameSite=strict"} <= {part.strip() for part in told.split(";")}


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/desk", "/desk?lang=zh"),
        ("/desk/funds?note=1", "/desk/funds?note=1&lang=zh"),
        ("/desk/notes?lang=en", "/desk/notes?lang=en"),
    ],
)
async def test_signing_in_keeps_the_language(running: RunningService, wanted: str, led: str) -> None:
    form = {"token": token(running), "next": wanted}
    answer = await running.client.post("/desk/sign-in?lang=zh", data=form, headers=OWN)
    assert answer.headers["Location"] == led


async def test_who_is_not_signed_in_is_asked_in_the_language_of_the_page_that_they_wanted(
    running: RunningService,
) -> None:
    answer = await running.client.get("/desk/notes?lang=zh", headers={"Accept-Language": "en"})
    assert answer.headers["Location"] == "/desk/sign-in?next=%2Fdesk%2Fnotes%3Flang%3Dzh&lang=zh"


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example", "/deskelsewhere", ""])
async def test_nobody_is_led_elsewhere(running: RunningService, wanted: str) -> None:
    answer = await running.client.post("/desk/sign-in", data={"token": token(running), "next": wanted}, headers=OWN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")


@pytest.mark.parametrize("hours", [None, 1e-9], ids=["forged", "expired"])
async def test_another_token_signs_nobody_in(running: RunningService, hours: float | None) -> None:
    sent = "no token" if hours is None else token(running, hours=hours)
    answer = await running.client.post("/desk/sign-in?lang=en", data={"token": sent}, headers=OWN)
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
    assert "That token is not valid" in answer.text
    assert sent not in answer.text


@pytest.mark.parametrize("path", ["/desk/sign-in", "/desk/sign-out"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://elsewhere.example"}],
    ids=["nowhere", "cross-site", "same-site", "other-origin"],
)
async def test_forms_of_other_sites_are_refused(running: RunningService, path: str, headers: dict[str, str]) -> None:
    answer = await running.client.post(path, data={"token": token(running)}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "FORM_FOREIGN")


async def test_a_browser_that_tells_the_origin_alone_is_believed(running: RunningService) -> None:
    form = {"token": token(running)}
    answer = await running.client.post("/desk/sign-in", data=form, headers={"Origin": "http://service"})
    assert answer.status_code == 303


async def test_signing_out_forgets_the_token(running: RunningService) -> None:
    answer = await running.client.post("/desk/sign-out?lang=zh", headers=OWN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/sign-in?lang=zh")
    assert f'{COOKIE}="";' in answer.headers["Set-Cookie"]
    assert "Max-Age=0" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(("language", "said"), [("zh", "登录"), ("en", "Sign in")])
async def test_the_page_speaks_both_languages(running: RunningService, language: str, said: str) -> None:
    answer = await running.client.get("/desk/sign-in", params={"lang": language, "next": "/desk/<b>"})
    assert answer.status_code == 200
    assert f"<h1>{said}</h1>" in answer.text
    assert "/desk/<b>" not in answer.text
