"""The demo's proof: exported by the command, verified by the command, and refused once a byte of it is changed."""

from pathlib import Path

from fairledger_network.demo.command_line import CommandLine
from fairledger_network.errors import DemoFailed
from fairledger_network.layout import Layout

REFUTED = (1, 2)  # exit statuses of a proof that does not hold


class ProofFile:
    """A proof of an item in a file beside the consortium's own."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._fairledger = CommandLine(layout).run
        self.file = layout.root / "proof.json"

    def export(self, item: str) -> None:
        """``fairledger proof``. Raises ``DemoFailed``."""
        status, told = self._fairledger("proof", item, "-o", str(self.file))
        if status:
            raise DemoFailed(f"the proof of {item} was not exported: {told}")

    def verify(self) -> list[str]:
        """``fairledger verify``: its steps. Raises ``DemoFailed`` unless the proof holds."""
        status, told = self._verify(self.file)
        if status:
            raise DemoFailed(f"a sound proof was refused: {told}")
        return told.splitlines()

    def verify_changed(self) -> str:
        """What the command says of the proof with one byte changed. Raises ``DemoFailed`` unless it is refused."""
        content = bytearray(self.file.read_bytes())
        content[len(content) // 2] ^= 1
        changed = self.file.with_name("proof-changed.json")
        changed.write_bytes(content)
        status, told = self._verify(changed)
        changed.unlink()
        if status not in REFUTED:
            raise DemoFailed(f"a proof with a changed byte was not refused: {told}")
        return told.strip().splitlines()[-1]

    def _verify(self, file: Path) -> tuple[int, str]:
        return self._fairledger("verify", str(file), "--roots", str(self._layout.organizations))
