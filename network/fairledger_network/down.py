"""``down``: stops every node, those that depend on others first."""

import shutil
from concurrent.futures import ThreadPoolExecutor

from fairledger_network.errors import NotReady
from fairledger_network.processes import PEER_STOP_DEADLINE_S
from fairledger_network.site import Site

KINDS_BY_DEPENDENCE = ("api", "chaincode", "peer", "orderer", "ca")


def down(site: Site, *, wipe: bool = False) -> list[str]:
    """Stop every node of the state directory and wait for its exit; names of those that ran.

    With ``wipe`` everything is forgotten: keys, ledgers, wallets.

    Raises:
        NodeFailed: a node does not stop.
        NotReady: asked to wipe a folder that no consortium was set up in.
    """
    kinds = {node.name: node.kind for node in site.nodes}
    names = site.supervisor.names()  # also nodes that consortium.yaml no longer has
    stopped: list[str] = []
    with ThreadPoolExecutor() as pool:
        for kind in KINDS_BY_DEPENDENCE:
            group = [name for name in names if kinds.get(name, "api") == kind]
            results = pool.map(lambda name: site.supervisor.stop(name, deadline_s=PEER_STOP_DEADLINE_S), group)
            stopped += [name for name, ran in zip(group, results, strict=True) if ran]
    if wipe and site.layout.root.exists():
        if not (site.layout.root / "consortium.json").is_file():
            raise NotReady(f"{site.layout.root} holds no consortium; nothing was removed")
        shutil.rmtree(site.layout.root)
    return stopped
