"""The digest that says which code a chaincode server runs."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from fairledger_chaincode.errors import StartRefused

SOURCE_SUFFIX = ".py"


def code_digest(packages: Sequence[ModuleType], without: Sequence[str] = ()) -> str:
    """SHA-256, in hex, over the names and contents of all Python sources of ``packages``, in the order of their names.

    ``without`` names subpackages that no server runs, such as ``fairledger_chaincode.simulator``. Raises
    ``StartRefused`` for a package without sources.
    """
    digest = hashlib.sha256()
    left_out = tuple(f"{each.replace('.', '/')}/" for each in without)
    for package in sorted(packages, key=lambda each: each.__name__):
        for name, content in _sources(package, left_out):
            for part in (name.encode(), content):
                digest.update(len(part).to_bytes(8, "big"))  # so that no two lists of files run together alike
                digest.update(part)
    return digest.hexdigest()


def _sources(package: ModuleType, left_out: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    roots = [Path(root) for root in getattr(package, "__path__", [])]
    found = {
        f"{package.__name__}/{file.relative_to(root).as_posix()}": file
        for root in roots
        for file in root.rglob(f"*{SOURCE_SUFFIX}")
    }
    if not found:
        raise StartRefused(f"{package.__name__} is no package with sources to make a digest of")
    for name in sorted(name for name in found if not name.startswith(left_out)):
        yield name, found[name].read_bytes()
