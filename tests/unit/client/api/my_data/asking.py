"""A person who asks for a correction, by the page's form."""

import httpx

from tests.support.simulated_service import RunningService
from tests.support.visitor import forms_of

PAGE = "/my-data"
RIGHT = {"phone": "13900000009 canary-phone", "address": "李家街 canary-street 7"}


async def asked(running: RunningService, who: dict[str, str], **values: str) -> httpx.Response:
    """The answer to the form of the page, with what is right of each named field."""
    form = await form_of(running, who)
    action = form.pop("action")
    return await running.client.post(action, data={**form, **{f"value-{name}": each for name, each in values.items()}})


async def form_of(running: RunningService, who: dict[str, str]) -> dict[str, str]:
    """The hidden fields of the page's form, and its action."""
    (form,) = forms_of((await running.client.post(PAGE, data=who)).text, "/correction")
    return form


def receipt_in(answer: httpx.Response) -> str:
    """The receipt that the page shows."""
    return answer.text.partition("<code>")[2].partition("</code>")[0]
