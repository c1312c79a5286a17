"""The form of a value: its parts in order, each with its characters, its length, and what it must be beyond that.

Written as ``N3:currency,N..15`` or ``N13:digit,X..17?``: a letter for the characters (N digits, X the 82 of element
strings, Y the 39 of CPIDs, Z base64url), a length or ``..`` and a maximum (from 1), the names of ``checks.CHECKS``, and
``?`` on parts that may be missing, with all that follow.
"""

import re
from dataclasses import dataclass
from typing import Final

from fairledger.digital_link.checks import CHECK_DIGITS, CHECKS

_CHARACTERS: Final = {
    "N": "[0-9]",
    "X": r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]",
    "Y": r"[#\-/0-9A-Z]",
    "Z": r"[\-0-9A-Z_a-z]",
}
_PART: Final = re.compile(r"([NXYZ])(\.\.)?([0-9]+)((?::[a-z0-9+]+)*)(\?)?")


@dataclass(frozen=True)
class Form:
    """``checks`` are the names of each part's checks; ``pattern`` has a group a part."""

    pattern: re.Pattern[str]
    checks: tuple[tuple[str, ...], ...]

    @classmethod
    def read(cls, text: str) -> "Form":
        """Read a form. Raises ``ValueError`` when it is written wrongly."""
        pattern, checks = "", []
        for written in reversed(text.split(",")):
            part = _PART.fullmatch(written)
            if part is None:
                raise ValueError(f"{written} is no part of a form")
            kind, most, length, names, optional = part.groups()
            pattern = f"({_CHARACTERS[kind]}{{{'1,' if most else ''}{length}}}){pattern}"
            pattern = f"(?:{pattern})?" if optional else pattern
            checks.append(tuple(names.split(":")[1:]))
        if unknown := {name for names in checks for name in names} - set(CHECKS):
            raise ValueError(f"there is no check {', '.join(sorted(unknown))}")
        return cls(re.compile(pattern), tuple(reversed(checks)))

    def fault(self, value: str) -> tuple[str, str] | None:
        """What is wrong with ``value``: a code of ``DigitalLinkError`` and a text, or ``None``."""
        matched = self.pattern.fullmatch(value)
        if matched is None:
            return "LINK_FORMAT", "has not the form of its value"
        for part, names in zip(matched.groups(), self.checks, strict=True):
            for name in names if part is not None else ():
                if wrong := CHECKS[name](part):
                    return ("LINK_CHECK_DIGIT" if name in CHECK_DIGITS else "LINK_VALUE"), wrong
        return None
