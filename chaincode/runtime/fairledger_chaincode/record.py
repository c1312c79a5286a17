"""Records: what a contract keeps on the ledger, each under a key that its own fields make."""

from typing import Any, ClassVar, get_args

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

    def __init_subclass__(cls, *, kind: str = "", key: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.kind = kind or cls.kind
        cls.key_fields = key or cls.key_fields

    @classmethod
    def __pydantic_init_subclass__(cls, **_kwargs: Any) -> None:
        """Check the fields. Raises ``StartRefused`` for one of the key that is none, and for one declared as float."""
        for name in cls.key_fields:
            if name not in cls.model_fields:
                raise StartRefused(f"record {cls.__name__} has no field {name!r} to make its key of")
        for name, field in cls.model_fields.items():
            if _holds_float(field.annotation):
                raise StartRefused(f"record {cls.__name__}: field {name!r} is a float: count a smaller unit instead")

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
        """This record as canonical JSON.

        Raises ``FloatRefused`` and ``JsonRefused``, and pydantic's serialisation error for a field that holds another
        type than declared, as ``model_copy`` lets it.
        """
        return canonical_json(self.model_dump(mode="json", by_alias=True, warnings="error"))


def _holds_float(annotation: Any) -> bool:
    return annotation is float or any(_holds_float(part) for part in get_args(annotation))
