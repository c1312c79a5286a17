"""Blocks in a bundle: without what no signature covers, and with the orderers' signatures.

A genesis block bears no signature. What binds a config block to the others is the chain of hashes: an orderer's
signature on a later block covers the hash of every block before it.
"""

from typing import Any, Final

from fabric_protos.common import common_pb2
from google.protobuf.message import DecodeError

from fairledger.gateway.block import header_bytes
from fairledger.proof.configuration import Configuration
from fairledger.proof.errors import ProofError
from fairledger.proof.organization import member_of
from fairledger.proof.policy import satisfied

_SIGNATURES: Final = int(common_pb2.BlockMetadataIndex.SIGNATURES)


def bare(block: Any, *, signed: bool) -> bytes:
    """The block without what no signature covers: header, envelopes, and if ``signed`` the orderers' signatures."""
    metadata = common_pb2.BlockMetadata(metadata=[_bare_signatures(block)]) if signed else None
    header = block.header
    bare_block = common_pb2.Block(
        header=common_pb2.BlockHeader(
            number=header.number, previous_hash=header.previous_hash, data_hash=header.data_hash
        ),
        data=common_pb2.BlockData(data=block.data.data),
        metadata=metadata,
    )
    return bytes(bare_block.SerializeToString(deterministic=True))


def read_bare(content: bytes, *, signed: bool) -> Any:
    """Read what ``bare`` made, and nothing else. Raises ``ProofError`` (PROOF_MALFORMED)."""
    try:
        block = common_pb2.Block.FromString(content)
        is_bare = bare(block, signed=signed) == content
    except (DecodeError, IndexError) as error:
        raise ProofError("PROOF_MALFORMED", "a block in the bundle can't be read") from error
    if not is_bare:
        raise ProofError("PROOF_MALFORMED", f"block {block.header.number} holds more than its signed parts")
    return block


def last_config(block: Any) -> int:
    """The number of the config block in force, as the orderers sign it."""
    signed = common_pb2.Metadata.FromString(block.metadata.metadata[_SIGNATURES]).value
    return int(common_pb2.OrdererBlockMetadata.FromString(signed).last_config.index)


def check_orderers(block: Any, configuration: Configuration, config_number: int) -> None:
    """All signatures are orderers' and fit, they are as many as BlockValidation wants, and name this configuration.

    Raises ``ProofError`` (PROOF_ORDERERS, PROOF_SIGNATURE, PROOF_IDENTITY).
    """
    metadata = common_pb2.Metadata.FromString(block.metadata.metadata[_SIGNATURES])
    number = block.header.number
    signers = []
    for each in metadata.signatures:
        creator = common_pb2.SignatureHeader.FromString(each.signature_header).creator
        signer = member_of(configuration.organizations, creator)
        signer.check_signature(each.signature, metadata.value + each.signature_header + header_bytes(block.header))
        if signer.role != "orderer":
            raise ProofError("PROOF_ORDERERS", f"block {number} is signed by {signer.name}, who is no orderer")
        signers.append(signer)
    if not signers or not satisfied(configuration.block_validation, signers):
        raise ProofError("PROOF_ORDERERS", f"block {number} is not signed as BlockValidation demands")
    if last_config(block) != config_number:
        raise ProofError("PROOF_ORDERERS", f"block {number} was made under the config block {last_config(block)}")


def _bare_signatures(block: Any) -> bytes:
    metadata = common_pb2.Metadata.FromString(block.metadata.metadata[_SIGNATURES])
    signatures = [
        common_pb2.MetadataSignature(signature_header=each.signature_header, signature=each.signature)
        for each in metadata.signatures
    ]
    bare_metadata = common_pb2.Metadata(value=metadata.value, signatures=signatures)
    return bytes(bare_metadata.SerializeToString(deterministic=True))
