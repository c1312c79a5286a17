"""The program ``fairledger`` as the demo's people use it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from fairledger.cli.state import STATE
from fairledger_network.layout import Layout

COMMAND_DEADLINE_S = 120


class CommandLine:
    """Runs commands on the consortium whose state lies in ``layout``."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def run(
        self, *arguments: str, folder: Path | None = None, environment: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """``fairledger`` with these arguments, in ``folder``: its exit status, and what it told."""
        ran = subprocess.run(  # noqa: S603  our own program
            [sys.executable, "-m", "fairledger.cli", *arguments],
            env={**os.environ, STATE: str(self._layout.root), **(environment or {})},
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=COMMAND_DEADLINE_S,
            check=False,
        )
        return ran.returncode, ran.stdout + ran.stderr
