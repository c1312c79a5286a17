"""A rule of EPCIS that a document breaks, and where.

Checks raise ``Broken`` without a path; whoever goes down into a member adds the step on the way up, so that a document
without fault pays nothing for paths.
"""

import re
from typing import NoReturn

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SHOWN_MAX = 80  # characters of a caller's own text that a message repeats


class Broken(Exception):
    """``rule`` is a stable word of the rules listed in ``docs/epcis-rules.md``; ``text`` says what is due."""

    def __init__(self, rule: str, text: str) -> None:
        super().__init__(text)
        self.rule = rule
        self.text = text
        self._steps: list[str] = []

    def at(self, step: str | int) -> "Broken":
        """Add the member or position in which it happened; inner steps first."""
        if isinstance(step, int):
            self._steps.append(f"[{step}]")
        elif _PLAIN_NAME.fullmatch(step):
            self._steps.append(f".{step}")
        else:
            self._steps.append(f"[{shown(step)}]")
        return self

    @property
    def path(self) -> str:
        """Where, as a JSONPath (RFC 9535)."""
        return "$" + "".join(reversed(self._steps))

    def __str__(self) -> str:
        return f"{self.path}: {self.text} ({self.rule})"


def refuse(rule: str, text: str) -> NoReturn:
    """Raise ``Broken``."""
    raise Broken(rule, text)


def shown(text: str) -> str:
    """A caller's text, quoted and cut, safe for one line of a message."""
    cut = text if len(text) <= SHOWN_MAX else text[:SHOWN_MAX] + "…"
    return "'" + cut.encode("unicode_escape").decode("ascii").replace("'", "\\'") + "'"
