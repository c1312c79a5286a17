"""An organisation's REST service as the demo's people use it."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
from cryptography import x509

from fairledger.tokens import KEY_FILE, TokenAuthority
from fairledger.trace.errors import CaptureFailed
from fairledger.trace.remote import capture_at
from fairledger.wallet import Wallet
from fairledger_chaincode.identity import ClientIdentity
from fairledger_contracts.records.signatory import Signatory
from fairledger_network.errors import DemoFailed
from fairledger_network.layout import Layout

REQUEST_TIMEOUT_S = 30.0
FOLLOWS_DEADLINE_S = 30.0  # for one organisation to know what another has written
POLL_INTERVAL_S = 0.05
PAGE_EVENTS = 100
PAGE_ROWS = 200


def signatory_of(creator: bytes) -> Signatory:
    """The holder of a serialized identity, as the ledger's records name them."""
    caller = ClientIdentity.from_creator(creator)
    role, gln = caller.attributes.get("role", ""), caller.attributes.get("gln", "")
    return Signatory(msp_id=caller.msp_id, id=caller.id, role=role, gln=gln)


class Service:
    """The REST service of ``organization`` at ``url``."""

    def __init__(self, organization: str, url: str, layout: Layout) -> None:
        self.organization = organization
        self.url = url
        self._layout = layout
        self._http = httpx.Client(base_url=url, timeout=REQUEST_TIMEOUT_S, trust_env=False)
        self._known = -1  # the last block that it is known to have read

    def capture(self, person: str, document: str) -> dict[str, Any]:
        """Record a document as ``person`` and wait until it can be queried here; returns the finished capture job.

        Raises ``DemoFailed`` with the service's own words when it is refused.
        """
        try:
            return capture_at(self._http, self._bearer(person), document)
        except CaptureFailed as error:
            raise DemoFailed(f"{self.organization} did not record it: {error}") from error

    def post(self, person: str, path: str, *, json: Any = None, content: bytes | None = None) -> httpx.Response:
        """POST as ``person``, a JSON body or a document's content. Raises ``DemoFailed`` when it is refused."""
        headers = self._bearer(person)
        if content is not None:
            headers["Content-Type"] = "application/octet-stream"
        return self._checked(self._http.post(path, json=json, content=content, headers=headers))

    def refuse(self, person: str, path: str, json: Any) -> str:
        """The code with which a POST as ``person`` is refused. Raises ``DemoFailed`` when it is not."""
        answer = self._http.post(path, json=json, headers=self._bearer(person))
        if not answer.is_client_error:
            raise DemoFailed(f"{self.organization} should refuse {person} {path}, and answers {answer.status_code}")
        return str(answer.json()["code"])

    def post_bare(self, path: str, json: Any, **headers: str) -> httpx.Response:
        """POST as nobody: without an identity, or with a secret in a header. Raises ``DemoFailed``."""
        return self._checked(self._http.post(path, json=json, headers=headers))

    def get_as(self, person: str, path: str, **parameters: str) -> Any:
        """GET JSON that is ``person``'s to see. Raises ``DemoFailed``."""
        return self._checked(self._http.get(path, params=parameters, headers=self._bearer(person))).json()

    def get_with(self, path: str, **headers: str) -> Any:
        """GET JSON with a secret in a header. Raises ``DemoFailed``."""
        return self._checked(self._http.get(path, headers=headers)).json()

    def wait_for(self, block: int) -> None:
        """Wait until this organisation has read a block that another wrote. Raises ``DemoFailed``."""
        deadline = time.monotonic() + FOLLOWS_DEADLINE_S
        while self._known < block:
            if time.monotonic() > deadline:
                raise DemoFailed(f"{self.organization} does not come to block {block}")
            answer = self._http.get("/readyz")
            if answer.is_success:
                self._known = max(self._known, answer.json()["projector"]["next_block"] - 1)
            if self._known < block:
                time.sleep(POLL_INTERVAL_S)

    def height(self) -> int:
        """The number of blocks at this organisation's peer. Raises ``DemoFailed``."""
        height: int = self.get("/readyz")["gateway"]["height"]
        return height

    def signatory(self, person: str) -> Signatory:
        """The person as the ledger's records name them."""
        entry = Wallet(self._layout.wallet(self.organization)).get(person)
        return signatory_of(entry.identity.serialized)

    def certificate(self, person: str) -> x509.Certificate:
        """The certificate with which the person signs."""
        return Wallet(self._layout.wallet(self.organization)).get(person).identity.certificate

    def scanned(self, link: str, area: str) -> None:
        """A reader's phone tells that it scanned a tag in an area. Raises ``DemoFailed``."""
        self._checked(self._http.post("/trace/scans", json={"link": link, "area": area}))

    def get(self, path: str, **parameters: str) -> Any:
        """GET JSON. Raises ``DemoFailed``."""
        return self._checked(self._http.get(path, params=parameters)).json()

    def get_all(self, path: str) -> Iterator[Any]:
        """What a list has, page after page. Raises ``DemoFailed``."""
        address: str | None = str(httpx.URL(path, params={"perPage": str(PAGE_ROWS)}))
        while address is not None:
            answer = self._checked(self._http.get(address))
            yield from answer.json()
            address = answer.links.get("next", {}).get("url")

    def find(self, path: str, without: Any) -> Any:
        """GET JSON, or ``without`` where there is none. Raises ``DemoFailed`` for other errors."""
        answer = self._http.get(path)
        return without if answer.status_code == httpx.codes.NOT_FOUND else self._checked(answer).json()

    def content(self, path: str) -> bytes:
        """GET a document. Raises ``DemoFailed``."""
        return self._checked(self._http.get(path)).content

    def events(self, **parameters: str) -> Iterator[dict[str, Any]]:
        """All events that match the query parameters, page after page."""
        address: str | None = str(httpx.URL("/epcis/events", params={"perPage": str(PAGE_EVENTS), **parameters}))
        while address is not None:
            answer = self._checked(self._http.get(address))
            yield from answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
            address = answer.links.get("next", {}).get("url")

    def scan_page(self, link: str, *, known: bool = True) -> str:
        """The address of the page behind a tag or an item's id.

        Raises ``DemoFailed`` when it does not know the item, or knows it where that is not expected.
        """
        path = str(httpx.URL("/scan", params={"link": link}))
        answer = self._http.get(path)
        if not known and answer.status_code == httpx.codes.NOT_FOUND:
            return f"{self.url}{path}"
        self._checked(answer)
        if not known:
            raise DemoFailed(f"{self.organization} knows {link}, which nobody made")
        return f"{self.url}{path}"

    def _bearer(self, person: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token(person)}"}

    def _token(self, person: str) -> str:
        key_file = self._layout.api(self.organization) / KEY_FILE
        return TokenAuthority.load(self.organization, key_file).issue(person)

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_error:
            raise DemoFailed(f"{self.organization} answers {answer.status_code}: {answer.text}")
        return answer
