"""The keys of one service: the one that it uses, and those before it, which still open what was sealed for them."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Self

from fairledger.privacy.keys import PrivateKey


class KeyRing:
    """``newest`` is for what is made from now on; ``earlier`` keys open alone."""

    def __init__(self, newest: PrivateKey, earlier: Collection[PrivateKey] = ()) -> None:
        self.newest = newest
        self._keys = {key.id: key for key in (*earlier, newest)}

    @classmethod
    def load(cls, path: Path, *, create: bool = False) -> Self:
        """The key in the file ``path``, and those before it; with ``create`` a missing newest one is made.

        For ``privacy.pem`` these are all files ``privacy-*.pem`` beside it. Raises ``PrivacyError`` (PRIVACY_KEY_FILE).
        """
        newest = PrivateKey.load(path, create=create)
        return cls(newest, [PrivateKey.load(each) for each in sorted(path.parent.glob(f"{path.stem}-*{path.suffix}"))])

    def __iter__(self) -> Iterator[PrivateKey]:
        """All keys, the newest first."""
        return iter((self.newest, *(key for key in self._keys.values() if key.id != self.newest.id)))

    def held_of(self, ids: Collection[str]) -> PrivateKey | None:
        """A key of this ring that has one of ``ids``, the newest before others; None where there is none."""
        if self.newest.id in ids:
            return self.newest
        return next((self._keys[each] for each in ids if each in self._keys), None)
