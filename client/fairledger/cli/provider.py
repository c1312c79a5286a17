"""``fairledger provider``: secrets of payment providers, and a sandbox that plays one."""

import time
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from fairledger.cli.options import Organization
from fairledger.cli.state import State

if TYPE_CHECKING:
    import httpx

PORT: Final = 8070
DEADLINE_S: Final = 60.0  # for a payment to be on the ledger

provider = typer.Typer(help="Payment providers: secrets, and a sandbox that plays one.", no_args_is_help=True)
Provider = Annotated[str, typer.Argument(help="The provider's name in the wallet, such as provider.")]
At = Annotated[str, typer.Option("--sandbox", help="The sandbox's address.")]


@provider.callback()
def group() -> None:
    """Payment providers: secrets, and a sandbox that plays one."""


@provider.command()
def secret(
    name: Provider,
    *,
    url: Annotated[str | None, typer.Option(help="Where the provider hears of payouts: https, or loopback.")] = None,
    retire: Annotated[bool, typer.Option("--retire", help="Let no older secret stay valid.")] = False,
    organization: Organization = None,
) -> None:
    """Set a provider up, or give it a new secret; the last one stays valid beside it until the next rotation."""
    from fairledger.provider.settings import SECRETS_KEPT, ProviderSettings, path_of  # noqa: PLC0415

    state = State.find()
    folder = state.providers(state.home_of(name, organization))
    changed = ProviderSettings.rotate(folder, name, url=url, keep=1 if retire else SECRETS_KEPT)
    typer.echo(f"{path_of(folder, name)}: {len(changed.secrets)} valid, the first is new")


@provider.command()
def sandbox(
    name: Provider,
    *,
    port: Annotated[int, typer.Option(help="Where it listens, on this machine alone.")] = PORT,
    organization: Organization = None,
) -> None:
    """Play the provider until stopped: take payments, pay payouts at once, and show both on a page."""
    from fairledger.provider.sandbox import create_sandbox  # noqa: PLC0415  only this command pays for these
    from fairledger.provider.settings import ProviderSettings, set_up  # noqa: PLC0415
    from fairledger.serving import server_of  # noqa: PLC0415

    state = State.find()
    home = state.home_of(name, organization)
    folder, address = state.providers(home), f"http://127.0.0.1:{port}"
    set_up(folder, name, f"{address}/webhook")
    webhook = f"{state.service(home)}/providers/{name}/webhook"
    app = create_sandbox(name, webhook, lambda: ProviderSettings.load(folder, name))
    typer.echo(f"{address} plays {name} of {home}")
    server_of(app, port=port).run()


@provider.command()
def pay(
    amount: Annotated[int, typer.Argument(help="In the currency's minor units, such as fen.", min=1)],
    currency: Annotated[str, typer.Argument(help="Such as CNY.")],
    *,
    to: Annotated[str, typer.Option(help="Whose money it is to be on the ledger, by name in the wallet.")],
    at: At = f"http://127.0.0.1:{PORT}",
    reference: Annotated[str | None, typer.Option(help="The payment's number, if not the sandbox's own.")] = None,
    organization: Organization = None,
) -> None:
    """Pay money in at the sandbox, and wait until it is a note on the ledger."""
    import httpx  # noqa: PLC0415  only this command pays for these

    from fairledger.api.parties import signatory_of  # noqa: PLC0415
    from fairledger.wallet import Wallet  # noqa: PLC0415
    from fairledger_contracts.records.note import owner_of  # noqa: PLC0415

    state = State.find()
    person = Wallet(state.wallet(state.home_of(to, organization))).get(to)
    body = {"owner": owner_of(signatory_of(person)), "amount_minor": amount, "currency": currency}
    if reference:
        body["reference"] = reference
    with httpx.Client(base_url=at) as client:
        told = _answered(client, "POST", "/payments", body)
        entry = _settled(client, told["event_id"])
    if entry["state"] != "taken":
        raise _failure(f"{entry['reference']} is {entry['state']} {entry['result']}".strip())
    typer.echo(f"{entry['reference']}: note {entry['result']}")


def _settled(client: "httpx.Client", event_id: str) -> dict[str, Any]:
    """The payment when the service has answered, or as it is after ``DEADLINE_S``."""
    ends_at_s = time.monotonic() + DEADLINE_S
    while True:
        (entry,) = (each for each in _answered(client, "GET", "/payments") if each["event_id"] == event_id)
        if entry["state"] != "waiting" or time.monotonic() > ends_at_s:
            found: dict[str, Any] = entry
            return found
        time.sleep(0.2)


def _answered(client: "httpx.Client", method: str, path: str, body: Any = None) -> Any:
    import httpx  # noqa: PLC0415

    try:
        answer = client.request(method, path, json=body)
    except httpx.HTTPError as error:
        raise _failure(f"nobody answers at {client.base_url}: start `fairledger provider sandbox NAME`") from error
    if not answer.is_success:
        raise _failure(f"the sandbox refuses: {answer.text[:300]}")
    return answer.json()


def _failure(message: str) -> Exception:
    from fairledger.provider.errors import ProviderError  # noqa: PLC0415

    return ProviderError("PROVIDER_SANDBOX", message)
