"""Every form of the pages: who gets past authorisation, and who is refused, in one table."""

import json
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx
import pytest
from fastapi.routing import APIRoute

from fairledger.api.app import create_app
from tests.support.visitor import OWN
from tests.unit.client.api.form_authorization import FORMS, KEY, Form
from tests.unit.client.api.test_authorization import CHANGING, Scene, no_service, set_scene

FOREIGN: Final = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture(scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with set_scene(tmp_path_factory.mktemp("forms")) as made:
        made.known |= {move: move for move in ("answer", "vote", "enrol", "refuse", "end_licence")} | {
            "token": token_of(made, "consumer")
        }
        yield made


def token_of(scene: Scene, name: str) -> str:
    return scene.running.bearer(name)["Authorization"].removeprefix("Bearer ")


def filled(scene: Scene, path: str, form: Form, secret: str) -> dict[str, str]:
    """The form as a browser sends it."""
    told: dict[str, Any] = {"key": KEY, "once": KEY, **form.fields}
    if path == "/desk/notes":
        told |= json.loads(scene.known["spending"])
    if path == "/desk/funds/freeze":
        freeze = json.loads(scene.known["new_freeze"])
        provider, reference = freeze["origin"]["key"]
        told |= {"provider": provider, "reference": reference, "ground_id": freeze["ground"]["id"]}
        told |= {f"note-{note}": "yes" for note in freeze["notes"]}
    if form.secret:
        told["secret"] = secret
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in told.items()}
    return {
        name: scene.known[value[1:-1]] if value[:1] == "{" and value[1:-1] in scene.known else value
        for name, value in texts.items()
    }


async def send(scene: Scene, path: str, name: str, headers: dict[str, str], secret: str = "") -> httpx.Response:
    """Send the form as somebody who is signed in, or as nobody."""
    form = FORMS[path]
    known = {**scene.known, **{word: scene.known[value] for word, value in form.at}}
    sent = {**headers, **({"Cookie": f"fairledger-PlatformA={token_of(scene, name)}"} if name else {})}
    data = filled(scene, path, form, secret or scene.known["capability"])
    return await scene.running.client.post(path.format(**known), data=data, headers=sent)


def test_every_form_has_its_row_and_no_row_is_of_none() -> None:
    routes = [route for route in create_app(no_service).router.routes if isinstance(route, APIRoute)]
    changing = [each for each in routes if CHANGING & {method.lower() for method in each.methods or ()}]
    assert sorted(each.path for each in changing if not each.include_in_schema) == sorted(FORMS)


@pytest.mark.parametrize("path", FORMS)
async def test_who_may_not_is_refused_and_who_may_gets_past(scene: Scene, path: str) -> None:
    form = FORMS[path]
    for name in form.refused:
        answer = await send(scene, path, name, OWN)
        assert answer.status_code == 403, (name, answer.status_code, answer.headers.get("Location"))
    if form.right:
        nobody = await send(scene, path, "", OWN)
        assert (nobody.status_code, nobody.headers["Location"][:13]) == (303, "/desk/sign-in")
    if form.own_page:
        foreign = await send(scene, path, form.right, FOREIGN)
        assert (foreign.status_code, foreign.json()["code"]) == (403, "FORM_FOREIGN")
    if form.secret:
        wrong = await send(scene, path, "", OWN, "0" * 64)
        assert wrong.status_code == 403, wrong.text
    allowed = await send(scene, path, form.right, OWN)
    assert allowed.status_code == form.outcome, allowed.text
