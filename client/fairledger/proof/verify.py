"""Verifying a bundle: no network, no server's word; what is trusted are root certificates that the verifier has."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.message import DecodeError

from fairledger.proof.blocks import check_orderers, read_bare
from fairledger.proof.bundle import Bundle, decoded, read_bundle, unpack_all
from fairledger.proof.chain import Stretch, check_hashes
from fairledger.proof.configuration import ENDORSEMENT_POLICY, Configuration
from fairledger.proof.errors import ProofError
from fairledger.proof.organization import Member
from fairledger.proof.record import check_claims
from fairledger.proof.recorder import check_recorders
from fairledger.proof.transaction import ProvedTransaction
from fairledger.proof.writes import lines, one_line, summary
from fairledger_chaincode.errors import ContractError

_READ_ERRORS: Final = (
    DecodeError,
    ValueError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    RecursionError,
    ContractError,
)


@dataclass(frozen=True)
class Step:
    """A step of verification that succeeded, and what it found; ``details`` are lines with the states written."""

    number: int
    name: str
    found: str
    details: tuple[str, ...] = ()


class Verification:
    """The steps over one bundle, in order; each relies on those before it, and a proof on all of them."""

    def __init__(self, data: bytes, roots: Mapping[str, bytes], genesis: bytes | None) -> None:
        self._data = data
        self._roots = roots
        self._genesis = genesis
        self._bundle: Bundle
        self._block_of: dict[str, int] = {}
        self._configs: list[Any] = []
        self._blocks: list[Any] = []
        self._configurations: list[Configuration] = []
        self._transactions: dict[str, ProvedTransaction] = {}
        self._creators: dict[str, Member] = {}
        self._details: tuple[str, ...] = ()

    def run(self) -> Iterator[Step]:
        """Every step as it succeeds. Raises ``ProofError``, with the number of the step that failed."""
        for number, (name, check) in enumerate(self._steps(), start=1):
            try:
                found = check()
            except ProofError as error:
                raise ProofError(error.code, one_line(error.message), number) from error
            except _READ_ERRORS as error:
                raise ProofError("PROOF_MALFORMED", f"{name}: a part can't be read", number) from error
            yield Step(number, name, one_line(found), self._details)
            self._details = ()

    def _steps(self) -> list[tuple[str, Callable[[], str]]]:
        return [
            ("format", self._format),
            ("root certificates", self._root_certificates),
            ("configuration and policies", self._policies),
            ("block hashes", self._hashes),
            ("orderers' signatures", self._orderers),
            ("transaction in the block", self._find),
            ("recorder's signature and certificate", self._signatures),
            ("endorsements", self._endorsements),
            ("record in the write set", self._records),
            ("recorder and role", self._recorders),
            ("what remains", self._remains),
        ]

    def _format(self) -> str:
        self._bundle = bundle = read_bundle(self._data)
        self._block_of = {each.tx_id: each.block for each in bundle.evidence}
        used = ({each.chain for each in bundle.blocks}, {each.block for each in bundle.evidence})
        if used != (set(range(len(bundle.chains))), set(range(len(bundle.blocks)))):
            raise ProofError("PROOF_UNREADABLE", "the bundle names parts that it does not have, or has unused ones")
        if len({(each.tx_id, each.claim) for each in bundle.evidence}) != len(bundle.evidence):
            raise ProofError("PROOF_UNREADABLE", "the bundle has the same evidence twice")
        if len({(each.tx_id, each.block) for each in bundle.evidence}) != len(self._block_of):
            raise ProofError("PROOF_UNREADABLE", "the bundle has a transaction in two blocks")
        count, packed = len(bundle.chains), [chain.config for chain in bundle.chains]
        unpacked = unpack_all([*packed, *(each.block for each in bundle.blocks)])
        self._configs = [read_bare(each, signed=False) for each in unpacked[:count]]
        self._blocks = [read_bare(each, signed=True) for each in unpacked[count:]]
        return f"{bundle.format}, {bundle.kind} {bundle.subject}"

    def _root_certificates(self) -> str:
        self._configurations = [Configuration.read(config) for config in self._configs]
        for configuration in self._configurations:
            configuration.check_roots(self._roots)
        names = {name for configuration in self._configurations for name in configuration.organizations}
        return f"as given: {', '.join(sorted(names))}"

    def _policies(self) -> str:
        if len({configuration.channel for configuration in self._configurations}) != 1:
            raise ProofError("PROOF_CONFIG", "the configurations are of different channels")
        numbers = ", ".join(str(config.header.number) for config in self._configs)
        channel = self._configurations[0].channel
        return f"BlockValidation and {ENDORSEMENT_POLICY} of {channel}, from config block {numbers}"

    def _hashes(self) -> str:
        stretches = [
            Stretch(
                before=decoded(chain.before),
                config=config,
                between=decoded(chain.between),
                blocks=[
                    block for block, each in zip(self._blocks, self._bundle.blocks, strict=True) if each.chain == i
                ],
            )
            for i, (chain, config) in enumerate(zip(self._bundle.chains, self._configs, strict=True))
        ]
        genesis = check_hashes(stretches, from_genesis=self._bundle.from_genesis)
        if self._genesis is not None and genesis != self._genesis:
            found = f"begins with {genesis.hex()}" if genesis else "does not begin there: export it with --from-genesis"
            raise ProofError("PROOF_GENESIS", f"the genesis block is not the one that was given; the bundle {found}")
        given = "" if self._genesis is None else ", as given"
        begins = f"; the genesis block is {genesis.hex()}{given}" if genesis else ""
        return f"block {self._numbers()} holds what its header says, and follows from the config block{begins}"

    def _orderers(self) -> str:
        for block, each in zip(self._blocks, self._bundle.blocks, strict=True):
            number = self._configs[each.chain].header.number
            check_orderers(block, self._configurations[each.chain], number)
        return f"on block {self._numbers()}, as BlockValidation demands"

    def _find(self) -> str:
        self._transactions = {
            tx_id: ProvedTransaction.find(self._blocks[block], tx_id) for tx_id, block in self._block_of.items()
        }
        return ", ".join(self._transactions)

    def _signatures(self) -> str:
        self._creators = {
            tx_id: transaction.check_creator(self._configuration(tx_id))
            for tx_id, transaction in self._transactions.items()
        }
        return ", ".join(dict.fromkeys(creator.name for creator in self._creators.values()))

    def _endorsements(self) -> str:
        found = [each.check_endorsements(self._configuration(tx_id)) for tx_id, each in self._transactions.items()]
        names = dict.fromkeys(endorser.msp_id for endorsers in found for endorser in endorsers)
        return f"by {', '.join(names)}, as {ENDORSEMENT_POLICY} demands"

    def _records(self) -> str:
        check_claims(self._bundle, self._transactions)
        if self._bundle.kind == "transaction":
            writes = self._transactions[self._bundle.subject].writes
            self._details = tuple(lines(writes))
            return f"writes {summary(writes)}"
        count = len(self._bundle.evidence)
        return (
            f"{count} event(s): key, place and text are what the endorsers signed, and the digest is that of the text"
        )

    def _recorders(self) -> str:
        found = [
            check_recorders(transaction, self._creators[tx_id]) for tx_id, transaction in self._transactions.items()
        ]
        recorders = dict.fromkeys(f"{each.role} of {each.msp_id}" for each in found if each is not None)
        return ", ".join(recorders) or "no record names one"

    def _remains(self) -> str:
        more = "; that no event is left out, nothing here proves" if self._bundle.kind == "item" else ""
        return f"that no version conflict annulled it is vouched for by the peers that are asked{more}"

    def _configuration(self, tx_id: str) -> Configuration:
        return self._configurations[self._bundle.blocks[self._block_of[tx_id]].chain]

    def _numbers(self) -> str:
        return ", ".join(str(block.header.number) for block in self._blocks)


def verify(data: bytes, roots: Mapping[str, bytes], genesis: bytes | None = None) -> Iterator[Step]:
    """Verify a bundle with root certificates (PEM) by MSP id: every step as it succeeds.

    With the hash of a channel's ``genesis`` block the bundle must lead back to that block. Nothing is proved before the
    last step. Raises ``ProofError`` with the number of the step that failed.
    """
    return Verification(data, roots, genesis).run()
