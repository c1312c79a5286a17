"""Verifying a bundle: no network, no server's word; what is trusted are root certificates that the verifier has."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.message import DecodeError

from fairledger.proof.blocks import check_chain, check_orderers, read_bare
from fairledger.proof.bundle import Bundle, Evidence, read_bundle, unpack
from fairledger.proof.configuration import ENDORSEMENT_POLICY, Configuration
from fairledger.proof.errors import ProofError
from fairledger.proof.organization import Member
from fairledger.proof.record import check_event, check_item, check_recorder
from fairledger.proof.transaction import ProvedTransaction
from fairledger_chaincode.errors import ContractError

_READ_ERRORS: Final = (DecodeError, ValueError, IndexError, KeyError, TypeError, OverflowError, ContractError)


@dataclass(frozen=True)
class Step:
    """A step of verification that succeeded, and what it found."""

    number: int
    name: str
    found: str


class Verification:
    """The steps over one bundle, in order; each relies on those before it, and a proof on all of them."""

    def __init__(self, data: bytes, roots: Mapping[str, bytes]) -> None:
        self._data = data
        self._roots = roots
        self._bundle: Bundle
        self._configs: list[Any] = []
        self._blocks: list[Any] = []
        self._configurations: list[Configuration] = []
        self._transactions: list[ProvedTransaction] = []
        self._creators: list[Member] = []

    def run(self) -> Iterator[Step]:
        """Every step as it succeeds. Raises ``ProofError``, with the number of the step that failed."""
        steps: list[tuple[str, Callable[[], str]]] = [
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
        for number, (name, check) in enumerate(steps, start=1):
            try:
                found = check()
            except ProofError as error:
                raise ProofError(error.code, error.message, number) from error
            except _READ_ERRORS as error:
                raise ProofError("PROOF_MALFORMED", f"{name}: a part can't be read", number) from error
            yield Step(number, name, found)

    def _format(self) -> str:
        self._bundle = bundle = read_bundle(self._data)
        self._configs = [read_bare(unpack(chain.config), signed=False) for chain in bundle.chains]
        self._blocks = [read_bare(unpack(each.block), signed=True) for each in bundle.blocks]
        used = ({each.chain for each in bundle.blocks}, {each.block for each in bundle.evidence})
        if used != (set(range(len(self._configs))), set(range(len(self._blocks)))):
            raise ProofError("PROOF_UNREADABLE", "the bundle names parts that it does not have, or has unused ones")
        if len({(each.tx_id, each.claim) for each in bundle.evidence}) != len(bundle.evidence):
            raise ProofError("PROOF_UNREADABLE", "the bundle has the same evidence twice")
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
        for i, (chain, config) in enumerate(zip(self._bundle.chains, self._configs, strict=True)):
            blocks = [block for block, each in zip(self._blocks, self._bundle.blocks, strict=True) if each.chain == i]
            check_chain(config, base64.b64decode(chain.data_hashes, validate=True), blocks)
        return f"block {self._numbers()} holds what its header says, and follows from the config block"

    def _orderers(self) -> str:
        for block, each in zip(self._blocks, self._bundle.blocks, strict=True):
            number = self._configs[each.chain].header.number
            check_orderers(block, self._configurations[each.chain], number)
        return f"on block {self._numbers()}, as BlockValidation demands"

    def _find(self) -> str:
        self._transactions = [
            ProvedTransaction.find(self._blocks[each.block], each.tx_id) for each in self._bundle.evidence
        ]
        return ", ".join(dict.fromkeys(each.tx_id for each in self._bundle.evidence))

    def _signatures(self) -> str:
        self._creators = [transaction.check_creator(self._configuration(each)) for each, transaction in self._each()]
        return ", ".join(dict.fromkeys(creator.name for creator in self._creators))

    def _endorsements(self) -> str:
        found = [transaction.check_endorsements(self._configuration(each)) for each, transaction in self._each()]
        names = dict.fromkeys(endorser.msp_id for endorsers in found for endorser in endorsers)
        return f"by {', '.join(names)}, as {ENDORSEMENT_POLICY} demands"

    def _records(self) -> str:
        kind, subject = self._bundle.kind, self._bundle.subject
        for each, transaction in self._each():
            if each.claim is None or kind == "transaction":
                self._check_bare(each)
                continue
            writes = transaction.writes()
            place = check_event(writes, each.tx_id, each.claim)
            if json.loads(each.claim.event)["eventID"] != each.claim.event_id:
                raise ProofError("PROOF_RECORD", "the text shown is of an event with another id")
            if kind == "item":
                check_item(writes, each.tx_id, subject, place)
            elif each.claim.event_id != subject:
                raise ProofError("PROOF_RECORD", f"{each.claim.event_id} is shown for {subject}")
        if kind == "transaction":
            return "no event is claimed"
        count = len(self._bundle.evidence)
        return (
            f"{count} event(s): key, place and text are what the endorsers signed, and the digest is that of the text"
        )

    def _check_bare(self, evidence: Evidence) -> None:
        if self._bundle.kind != "transaction" or evidence.claim is not None:
            raise ProofError("PROOF_RECORD", "each event needs its text, and a transaction's proof claims none")
        if evidence.tx_id != self._bundle.subject:
            raise ProofError("PROOF_RECORD", f"{evidence.tx_id} is shown for {self._bundle.subject}")

    def _recorders(self) -> str:
        if self._bundle.kind == "transaction":
            return "no recorder is claimed"
        recorders = [
            check_recorder(transaction.writes(), transaction, creator)
            for (_, transaction), creator in zip(self._each(), self._creators, strict=True)
        ]
        return ", ".join(dict.fromkeys(f"{each.role} of {each.msp_id}" for each in recorders))

    def _remains(self) -> str:
        more = "; that no event is left out, nothing here proves" if self._bundle.kind == "item" else ""
        return f"that no version conflict annulled it is vouched for by the peers that are asked{more}"

    def _each(self) -> Iterator[tuple[Evidence, ProvedTransaction]]:
        return zip(self._bundle.evidence, self._transactions, strict=True)

    def _configuration(self, evidence: Evidence) -> Configuration:
        return self._configurations[self._bundle.blocks[evidence.block].chain]

    def _numbers(self) -> str:
        return ", ".join(str(block.header.number) for block in self._blocks)


def verify(data: bytes, roots: Mapping[str, bytes]) -> Iterator[Step]:
    """Verify a bundle with root certificates (PEM) by MSP id: every step as it succeeds.

    Nothing is proved before the last step. Raises ``ProofError`` with the number of the step that failed.
    """
    return Verification(data, roots).run()
