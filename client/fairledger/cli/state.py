"""Where a consortium's files are on this machine, as far as clients need them."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from fairledger.cli.errors import CommandError
from fairledger.readmodel.location import readmodel_url

STATE: Final = "FAIRLEDGER_STATE"
CONSORTIUM: Final = "FAIRLEDGER_CONSORTIUM"
UP: Final = "start the consortium: `fairledger network up`"


@dataclass(frozen=True)
class State:
    """The state directory of a consortium."""

    root: Path

    @classmethod
    def find(cls) -> Self:
        """The directory that $FAIRLEDGER_STATE names, else ``.fairledger`` in the project around the working directory.

        Raises ``CommandError`` (CLI_STATE_MISSING).
        """
        named = os.environ.get(STATE)
        root = Path(named) if named else _project() / ".fairledger"
        if not root.is_dir():
            raise CommandError("CLI_STATE_MISSING", f"no consortium has been started in {root}", UP)
        return cls(root)

    @property
    def organizations(self) -> list[str]:
        """Names of the organisations that have a wallet here, sorted."""
        return sorted(path.name for path in (self.root / "wallets").glob("*") if path.is_dir())

    def wallet(self, organization: str) -> Path:
        """The organisation's wallet. Raises ``CommandError`` (CLI_ORGANIZATION_UNKNOWN)."""
        self.check(organization)
        return self.root / "wallets" / organization

    def profile(self, organization: str) -> Path:
        """The organisation's connection profile. Raises as ``wallet``."""
        self.check(organization)
        return self.root / "profiles" / f"{organization}.json"

    def api(self, organization: str) -> Path:
        """The folder of the organisation's REST service: read model and token key. Raises as ``wallet``."""
        self.check(organization)
        return self.root / "api" / organization

    def providers(self, organization: str) -> Path:
        """The folder of the organisation's payment providers. Raises as ``wallet``."""
        return self.api(organization) / "providers"

    def service(self, organization: str) -> str:
        """The address of the organisation's REST service. Raises ``CommandError`` (CLI_SERVICE_UNKNOWN)."""
        try:
            addresses = json.loads(self.services.read_text("utf-8"))
            return str(addresses[organization])
        except (OSError, ValueError, KeyError) as error:
            raise CommandError("CLI_SERVICE_UNKNOWN", f"no address of {organization}'s service is known", UP) from error

    @property
    def services(self) -> Path:
        """The addresses of all organisations' REST services (JSON)."""
        return self.root / "services.json"

    def readmodel_url(self, organization: str) -> str:
        """The organisation's read model, as SQLAlchemy's URL. Raises as ``wallet``, and ``StoreError``."""
        return readmodel_url(self.api(organization))

    def check(self, organization: str) -> None:
        """Raise ``CommandError`` (CLI_ORGANIZATION_UNKNOWN) unless there is an organisation of that name."""
        if organization not in self.organizations:
            known = ", ".join(self.organizations) or "none"
            raise CommandError("CLI_ORGANIZATION_UNKNOWN", f"no organisation {organization!r} here, only {known}", UP)

    def home_of(self, name: str, organization: str | None = None) -> str:
        """The organisation whose wallet holds the identity ``name``; ``organization`` says which if several do.

        Raises ``CommandError``: CLI_IDENTITY_UNKNOWN, CLI_IDENTITY_AMBIGUOUS, CLI_ORGANIZATION_UNKNOWN.
        """
        if organization is not None:
            self.check(organization)
        candidates = self.organizations if organization is None else [organization]
        homes = [candidate for candidate in candidates if (self.wallet(candidate) / f"{name}.id").is_file()]
        if not homes:
            raise CommandError(
                "CLI_IDENTITY_UNKNOWN", f"no wallet holds an identity {name!r}", "see `fairledger identity list`"
            )
        if len(homes) > 1:
            raise CommandError(
                "CLI_IDENTITY_AMBIGUOUS", f"{name!r} is in the wallets of {', '.join(homes)}", "add --organization"
            )
        return homes[0]


def _project() -> Path:
    """The nearest folder from here upwards with a network/consortium.yaml, or the one of $FAIRLEDGER_CONSORTIUM."""
    named = os.environ.get(CONSORTIUM)
    if named:
        return Path(named).resolve().parent.parent
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "network" / "consortium.yaml").is_file():
            return folder
    raise CommandError("CLI_PROJECT_MISSING", f"{here} is in no project", f"go to the project's folder, or set {STATE}")
