"""Records: what a contract keeps on the ledger, each under a key that its own fields make."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from fairledger_chaincode.canonical import canonical_json
from fairledger_chaincode.errors import KeyRefused, StartRefused
from fairledger_chaincode.keys import create_composite_key


class Record(BaseModel):
    """Base of what is kept on the ledger.

    ``class Note(Record, kind="note", key=("id",))`` is kept under the composite key of ``note`` and its ``id``. The
    fields of the key are strings. Records are frozen, refuse unknown fields, hold no floats, and are stored as
    canonical JSON, under the aliases of their fields.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    kind: ClassVar[str] = ""
    key_fields: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, *, kind: str = "", key: tuple[str, ...] = (), **kwargs: Any) -> None:
        """Take the object type and the fields of the key. Raises ``StartRefused`` for a field that is none."""
        super().__pydantic_init_subclass__(**kwargs)
        if kind:
            cls.kind = kind
        if key:
            cls.key_fields = key
        unknown = [name for name in cls.key_fields if name not in cls.model_fields]
        if unknown:
            raise StartRefused(f"record {cls.__name__} has no field {unknown[0]!r} to make its key of")

    @classmethod
    def key_of(cls, *parts: str) -> str:
        """The composite key of the record that has these key fields. Raises ``KeyRefused`` for parts that fit none."""
        if not cls.kind or len(parts) != len(cls.key_fields):
            raise KeyRefused(f"the key of {cls.__name__} is made of {list(cls.key_fields)}")
        return create_composite_key(cls.kind, parts)

    @property
    def ledger_key(self) -> str:
        """The composite key of this record."""
        return self.key_of(*(getattr(self, name) for name in self.key_fields))

    def to_state(self) -> bytes:
        """This record as canonical JSON. Raises ``FloatRefused`` and ``JsonRefused``."""
        return canonical_json(self.model_dump(mode="json", by_alias=True))
