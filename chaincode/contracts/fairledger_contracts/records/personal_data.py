"""Personal data of an order as a platform's private collection holds them: encrypted, field by field."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.record import Record
from fairledger_contracts.records.anchor import Sha256
from fairledger_contracts.records.commitment import FIELDS_MAX, FieldProof, prove, root_of

VERSIONS_MAX = 20  # of one order: the first, and corrections
PLAINTEXT_BYTES_MAX = 4_096  # of a field; longer papers go to a store, and their hash here
SEALED_CHARACTERS_MAX = 6_000  # base64 of the longest field, padded
KEYS_MAX = 4  # for whom a field's key is wrapped: the platform, the key service, and either's key before a renewal
WRAPPED_CHARACTERS_MAX = 200

Platform = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9]{0,42}$")]  # the platform's MSP id
OrderId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]  # chosen at random: it is public
Version = Annotated[str, Field(pattern=r"^[0-9]{4}$")]  # counts from 0001, so that keys sort
FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
FieldNames = Annotated[tuple[FieldName, ...], Field(min_length=1, max_length=FIELDS_MAX)]
Base64 = Annotated[
    str, Field(min_length=1, pattern=r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$")
]  # RFC 4648, section 4, with padding
KeyId = Sha256  # of the public key's DER (SubjectPublicKeyInfo)


class SealedField(BaseModel):
    """A field under a key of its own. ``keys`` is that key, wrapped for the holder of each key that is named."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    commitment: Sha256
    ciphertext: Annotated[Base64, Field(max_length=SEALED_CHARACTERS_MAX, repr=False)]
    keys: Annotated[
        dict[KeyId, Annotated[Base64, Field(max_length=WRAPPED_CHARACTERS_MAX)]],
        Field(min_length=1, max_length=KEYS_MAX, repr=False),
    ]


class PersonalData(Record, kind="privacy-personal", key=("order", "version")):
    """One version of an order's personal data, in the collection of its ``platform``."""

    platform: Platform
    order: OrderId
    version: Version
    fields: Annotated[dict[FieldName, SealedField], Field(min_length=1, max_length=FIELDS_MAX)]

    @property
    def names(self) -> tuple[str, ...]:
        """The fields' names, in the order of the tree."""
        return tuple(sorted(self.fields))

    @property
    def root(self) -> str:
        """The root over the commitments to all fields."""
        return root_of(self._commitments)

    def proof(self, name: str) -> FieldProof:
        """The proof for the field ``name``, which must be there."""
        return prove(self._commitments, self.names.index(name))

    @property
    def _commitments(self) -> list[str]:
        return [self.fields[name].commitment for name in self.names]


class SealedForReading(BaseModel):
    """What a reader gets of one field: as it is sealed, and the proof that it is the order's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sealed: SealedField
    proof: FieldProof


class SealedReading(BaseModel):
    """The fields that one announcement names, still sealed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    platform: Platform
    order: OrderId
    version: Version
    fields: dict[FieldName, SealedForReading]


def collection_of(platform: str) -> str:
    """The private collection of a platform's orders, by its MSP id, as network/consortium.yaml names it."""
    return f"personal-{platform}"


def place_of(platform: str, order: str, version: str, field: str) -> bytes:
    """Where a field belongs. Ciphertexts and wrapped keys are bound to it, so that none opens in another's place."""
    return canonical_json([platform, order, version, field])


def version_of(count: int) -> str:
    """The ``count``-th version."""
    return f"{count:04}"
