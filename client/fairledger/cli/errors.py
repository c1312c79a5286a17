"""What a command shows when it fails: one line with a stable code, and one with the remedy."""

from typing import Final

from rich.console import Console
from rich.markup import escape

UNEXPECTED: Final = "CLI_UNEXPECTED"


class CommandError(Exception):
    """A command can't go on, and says why and what to do.

    ``code`` is stable; ``remedy`` is the next thing to try, or empty. Errors of other layers need not derive from this:
    whatever carries a ``code`` (and perhaps a ``remedy``) is shown in the same way.
    """

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.remedy = remedy


def show(error: Exception, console: Console) -> None:
    """Print ``error`` as one line ``CODE: message`` on ``console``, and its remedy on a second."""
    code = getattr(error, "code", None)
    remedy = getattr(error, "remedy", "")
    said = getattr(error, "message", None)
    message = _one_line(said if isinstance(said, str) else str(error))
    if not isinstance(code, str):
        code = UNEXPECTED
        message = f"{type(error).__name__}: {message}" if message else type(error).__name__
        remedy = "repeat the command as `fairledger --debug …` to see where it happened"
    message = message.removeprefix(f"{code}: ")
    console.print(f"[bold red]{escape(code)}[/]: {escape(message)}", soft_wrap=True, highlight=False)
    if isinstance(remedy, str) and remedy:
        console.print(f"  [bold]→[/] {escape(remedy)}", soft_wrap=True, highlight=False)


def _one_line(text: str) -> str:
    return " ".join(text.split())
