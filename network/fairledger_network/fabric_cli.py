"""Calling the Fabric programs: with a deadline, never with a secret in the arguments."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fairledger_network.errors import CommandFailed
from fairledger_network.layout import Layout
from fairledger_network.nodes import Node
from fairledger_network.process import FOREIGN_PREFIXES
from fairledger_network.programs import Programs

COMMAND_DEADLINE_S = 60.0
ERROR_LINES = 3


def run_program(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    deadline_s: float = COMMAND_DEADLINE_S,
    accepted: Sequence[int] = (0,),
) -> str:
    """What the program wrote to its standard output; ``accepted`` are the exit codes that are no error.

    Raises:
        CommandFailed: it can't be started, takes longer than the deadline, or answers with an error.
    """
    name = " ".join(part for part in command[:4] if not part.startswith("-")).rpartition("/")[2]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN_PREFIXES)}
    try:
        done = subprocess.run(  # noqa: S603 - programs of the consortium
            command,
            env={**inherited, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=deadline_s,
            check=False,
        )
    except OSError as error:
        raise CommandFailed(f"{name} can't be started: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise CommandFailed(f"{name} did not answer within {deadline_s:.0f} s") from error
    if done.returncode not in accepted:
        said = [line for line in (done.stderr + "\n" + done.stdout).strip().splitlines() if line.strip()]
        raise CommandFailed(f"{name} failed: " + "\n".join(said[-ERROR_LINES:]))
    return done.stdout


@dataclass(frozen=True)
class PeerCommand:
    """The ``peer`` program, acting as an organisation's administrator towards that organisation's peer."""

    programs: Programs
    layout: Layout
    peer: Node

    def run(self, *arguments: str, deadline_s: float = COMMAND_DEADLINE_S) -> str:
        """Standard output of ``peer <arguments>``. Raises ``CommandFailed``."""
        organization = self.peer.organization
        environment = {
            "FABRIC_CFG_PATH": str(self.layout.node_config(self.peer.name)),
            "FABRIC_LOGGING_SPEC": "error",
            "CORE_PEER_MSPCONFIGPATH": str(self.layout.person(organization.name, "admin") / "msp"),
            "CORE_PEER_LOCALMSPID": organization.msp_id,
            "CORE_PEER_ADDRESS": self.peer.endpoint,
        }
        return run_program([self.programs.path("peer"), *arguments], environment=environment, deadline_s=deadline_s)
