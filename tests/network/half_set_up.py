"""``python -m tests.network.half_set_up STATE STEP``: an ``up`` that is killed right after one of its steps."""

import os
import signal
import sys
from pathlib import Path

import yaml

from fairledger_network.consortium import Consortium
from fairledger_network.layout import Layout
from fairledger_network.site import Site, modules_folder
from fairledger_network.up import up

ROOT = Path(__file__).resolve().parents[2]


def site(state: Path, port_offset: int) -> Site:
    """The project's consortium without chaincodes and API services, in a folder of its own."""
    described = yaml.safe_load((ROOT / "network" / "consortium.yaml").read_text(encoding="utf-8"))
    described |= {"chaincodes": [], "api": False, "port_offset": port_offset}
    return Site(
        consortium=Consortium.model_validate(described), layout=Layout(state), root=ROOT, modules=modules_folder(ROOT)
    )


def main() -> None:
    """Run ``up`` and kill this process, as a crash would, when the step is done."""
    state, last_step = sys.argv[1:]

    def progress(step: str, _seconds: float) -> None:
        if step.startswith(last_step):
            os.kill(os.getpid(), signal.SIGKILL)

    up(site(Path(state), int(os.environ["FAIRLEDGER_PORT_OFFSET"])), progress)


if __name__ == "__main__":
    main()
