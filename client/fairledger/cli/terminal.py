"""The terminal that commands print to."""

import os
import sys
from typing import Final

from rich.console import Console

COLUMNS: Final = 120  # where nobody tells how wide the output is, as in a pipe


def output_console() -> Console:
    """Standard output: as wide as the terminal, or as $COLUMNS says, or ``COLUMNS``."""
    is_known = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(highlight=False, width=None if is_known else COLUMNS)
