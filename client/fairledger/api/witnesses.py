"""Whom a reader's browser asks: this organisation's service, and others that would have to lie with it."""

import json

from fairledger.api.settings import Settings

PREFERRED = ("Association", "Regulator")  # who sells nothing has the least to gain from a lie


def witnesses(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Names and addresses of two services, the own one first; nothing when the others are not known."""
    if settings.services is None or not settings.services.is_file():
        return ()
    addresses: dict[str, str] = json.loads(settings.services.read_text("utf-8"))
    own = settings.organization
    others = sorted((name for name in addresses if name != own), key=lambda name: (name not in PREFERRED, name))
    if own not in addresses or not others:
        return ()
    return tuple((name, addresses[name]) for name in (own, others[0]))
