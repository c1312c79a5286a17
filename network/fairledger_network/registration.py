"""A registration that waits for its enrolment: the secret, and what the certificate will say."""

import secrets
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fairledger_network.files import SECRET, write_atomically
from fairledger_network.identity_errors import IdentityState

SECRET_BYTES = 24
FILE = "registration.json"


class Registration(BaseModel):
    """Kept in the person's folder (mode 600) until the secret was used; ``secret`` never shows in ``repr``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attributes: dict[str, str]
    secret: str = Field(default_factory=lambda: secrets.token_urlsafe(SECRET_BYTES), repr=False)

    def keep(self, folder: Path) -> Path:
        """Write it into ``folder`` and answer the file."""
        write_atomically(folder / FILE, self.model_dump_json(indent=1).encode(), mode=SECRET)
        return folder / FILE

    @classmethod
    def find(cls, folder: Path) -> Self | None:
        """The registration kept in ``folder``, None if there is none. Raises ``IdentityState`` when it is damaged."""
        try:
            return cls.model_validate_json((folder / FILE).read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError:
            raise IdentityState(f"{folder / FILE} is damaged; register under another name") from None

    @staticmethod
    def forget(folder: Path) -> None:
        """Delete it: the secret was used, or never became valid."""
        (folder / FILE).unlink(missing_ok=True)
