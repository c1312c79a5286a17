"""Configuration files of the Fabric programs: Fabric's own defaults, with what this consortium needs laid over them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from fairledger_network.files import SECRET, write_atomically

Settings = Mapping[str, Any]


WITHOUT_DEFAULT = frozenset({"chaincodeListenAddress"})  # known to Fabric, but commented out in its defaults


def overlay(defaults: Settings, changes: Settings) -> dict[str, Any]:
    """``defaults`` with ``changes`` in their place, mapping by mapping.

    Raises:
        KeyError: a change names a key that the defaults don't have, so a typing error is not silently ignored.
    """
    result = dict(defaults)
    for key, value in changes.items():
        if key not in defaults and key not in WITHOUT_DEFAULT:
            raise KeyError(key)
        below = defaults.get(key)
        result[key] = overlay(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result


def write_settings(path: Path, settings: Settings) -> None:
    """Write the settings as YAML, readable by their owner only."""
    write_atomically(path, yaml.safe_dump(dict(settings), sort_keys=False).encode(), mode=SECRET)


def read_settings(path: Path) -> dict[str, Any]:
    """One of Fabric's default files."""
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(settings, dict):
        raise TypeError(f"{path} is not a mapping")
    return settings
