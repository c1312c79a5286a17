"""Whom a reader's browser asks: this organisation's service, and others that would have to lie with it."""

import json

from fairledger.api.settings import Settings

PREFERRED = ("Association", "Regulator")  # who sells nothing has the least to gain from a lie


def witnesses(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Names and addresses of two services, the own one first; nothing when the others are not known."""
    addresses = _addresses(settings)
    own, rest = settings.organization, _others(settings)
    if own not in addresses or not rest:
        return ()
    return tuple((name, addresses[name]) for name in (own, rest[0]))


def others(settings: Settings) -> tuple[str, ...]:
    """The addresses of all other organisations' services, as far as they are known."""
    addresses = _addresses(settings)
    return tuple(addresses[name] for name in _others(settings))


def address_of(settings: Settings, organization: str) -> str:
    """The address of an organisation's service; empty when it is not known."""
    return _addresses(settings).get(organization, "")


def _others(settings: Settings) -> list[str]:
    names = (name for name in _addresses(settings) if name != settings.organization)
    return sorted(names, key=lambda name: (name not in PREFERRED, name))


def _addresses(settings: Settings) -> dict[str, str]:
    if settings.services is None or not settings.services.is_file():
        return {}
    addresses: dict[str, str] = json.loads(settings.services.read_text("utf-8"))
    return addresses
