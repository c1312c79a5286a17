"""A consortium of the benches' own: the project's, with the chaincodes that a bench asks for."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from fairledger_network.consortium import Consortium
from fairledger_network.down import down
from fairledger_network.layout import Layout
from fairledger_network.site import Site, modules_folder
from fairledger_network.up import up

ROOT = Path(__file__).resolve().parents[2]
STATE = "FAIRLEDGER_BENCH_STATE"
OFFSET = "FAIRLEDGER_BENCH_PORT_OFFSET"
KEEP = "FAIRLEDGER_BENCH_KEEP"
PORT_OFFSET = 12_000
POLICY = "/Channel/Application/CreditEndorsement"


def state_folder() -> Path:
    """Where the benches' consortium keeps its files."""
    return Path(os.environ.get(STATE) or ROOT / ".fairledger-bench").resolve()


@contextmanager
def running_consortium(chaincodes: list[dict[str, Any]] | None = None, *, services: bool = False) -> Iterator[Site]:
    """A fresh consortium with ``chaincodes`` (as in consortium.yaml; None for the project's own).

    Its REST services run where ``services`` says so.

    $FAIRLEDGER_BENCH_STATE and $FAIRLEDGER_BENCH_PORT_OFFSET place it; $FAIRLEDGER_BENCH_KEEP leaves it running.
    """
    described = yaml.safe_load((ROOT / "network" / "consortium.yaml").read_text(encoding="utf-8"))
    described["api"] = services
    if chaincodes is not None:
        described["chaincodes"] = chaincodes
    offset = int(os.environ.get(OFFSET, PORT_OFFSET))
    consortium = Consortium.model_validate({**described, "port_offset": offset})
    site = Site(consortium=consortium, layout=Layout(state_folder()), root=ROOT, modules=modules_folder(ROOT))
    os.environ["PYTHONPATH"] = str(ROOT)  # chaincode servers that are modules of the tests
    try:
        down(site, wipe=True)
        up(site, lambda step, seconds: print(f"  {step}: {seconds:.1f} s", flush=True))
        yield site
    finally:
        if not os.environ.get(KEEP):
            down(site, wipe=True)
