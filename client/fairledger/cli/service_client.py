"""What commands ask of an organisation's REST service."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from fairledger.cli.errors import CommandError

TIMEOUT_S: Final = 120.0  # the service waits for the commit


class Answer(NamedTuple):
    """The JSON that was told, and the transaction that it tells of."""

    told: Any
    tx_id: str


def post(url: str, body: Mapping[str, Any]) -> Answer:
    """The answer to a POST of JSON. Raises ``CommandError``: the service's own code, or SERVICE_UNREACHABLE."""
    import httpx  # noqa: PLC0415  only commands that ask a service pay for it

    try:
        answer = httpx.post(url, json=dict(body), timeout=TIMEOUT_S, trust_env=False)
        told = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CommandError("SERVICE_UNREACHABLE", f"no answer from {url}", "see --service") from error
    except ValueError as error:
        raise CommandError(
            "SERVICE_UNREACHABLE", f"{url} does not answer as a service does", "see --service"
        ) from error
    if answer.is_error:
        raise CommandError(str(told.get("code", "SERVICE_UNREACHABLE")), str(told.get("detail", answer.status_code)))
    return Answer(told, answer.headers.get("Fairledger-Transaction", ""))
