"""Who signed a block: at least one orderer of the consortium, as the channel's BlockValidation policy demands."""

from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fabric_protos.common import common_pb2
from fabric_protos.msp import identities_pb2
from google.protobuf.message import DecodeError

from fairledger.gateway.block import header_bytes
from fairledger_chaincode.certificate import read_certificate
from fairledger_network.consortium import Consortium
from fairledger_network.errors import NetworkError
from fairledger_network.layout import Layout

ORDERER_UNIT = "orderer"


class NotSigned(NetworkError):
    """A block without the valid signature of an orderer."""

    code = "BLOCK_NOT_SIGNED"


class BlockSigners:
    """The orderers that may sign, known by the roots of their organisations."""

    def __init__(self, consortium: Consortium, layout: Layout) -> None:
        self._roots = {
            o.msp_id: x509.load_pem_x509_certificate(layout.ca_certificate(o.name).read_bytes())
            for o in consortium.ordering_organizations
        }
        self._known: dict[bytes, ec.EllipticCurvePublicKey] = {}

    def check(self, block: Any) -> None:
        """Check the first signature of a block; the genesis block has none, and is taken for what all peers have.

        Raises:
            NotSigned: there is none, it is not an orderer's, or it does not fit the block.
        """
        number = block.header.number
        if number == 0:
            return
        try:
            metadata = common_pb2.Metadata.FromString(block.metadata.metadata[common_pb2.BlockMetadataIndex.SIGNATURES])
            if not metadata.signatures:
                raise NotSigned(f"block {number} is not signed")
            for signature in metadata.signatures:
                creator = common_pb2.SignatureHeader.FromString(signature.signature_header).creator
                signed = metadata.value + signature.signature_header + header_bytes(block.header)
                self._key(creator).verify(signature.signature, signed, ec.ECDSA(hashes.SHA256()))
        except (DecodeError, ValueError, IndexError) as error:
            raise NotSigned(f"block {number}: its signature can't be read") from error
        except InvalidSignature as error:
            raise NotSigned(f"block {number}: the orderer's signature does not fit it") from error

    def _key(self, creator: bytes) -> ec.EllipticCurvePublicKey:
        if creator not in self._known:
            identity = identities_pb2.SerializedIdentity.FromString(creator)
            root = self._roots.get(identity.mspid)
            if root is None:
                raise NotSigned(f"{identity.mspid or 'nobody'} runs no orderer, but signed a block")
            certificate = read_certificate(identity.id_bytes)
            try:
                certificate.verify_directly_issued_by(root)
            except (TypeError, ValueError, InvalidSignature) as error:
                raise NotSigned(f"a block's signer is not certified by {identity.mspid}") from error
            units = certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATIONAL_UNIT_NAME)
            key = certificate.public_key()
            if ORDERER_UNIT not in {unit.value for unit in units} or not isinstance(key, ec.EllipticCurvePublicKey):
                raise NotSigned(f"a block is signed by somebody of {identity.mspid} who is no orderer")
            self._known[creator] = key
        return self._known[creator]
