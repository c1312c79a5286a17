"""Forms as pages show them: one for each call of the contract."""

import json
from dataclasses import dataclass, replace
from typing import Final, Literal

from fairledger.api.desk.escrow.calls import SUBJECT, arguments_of
from fairledger.api.scan.areas import PROVINCES
from fairledger.words.text import Language

Option = tuple[str, str]  # value, word
Kind = Literal["hidden", "text", "number", "select", "prose"]
Tool = Literal["seal", "key", "compare", "prove"]  # of goods.js
GEOHASH: Final = "[0-9b-hjkmnp-z]{3}"


@dataclass(frozen=True)
class Field:
    """One argument. ``value`` is what it is unless somebody fills it in; a label is needed where it is not hidden.

    Where it ``is_bytes``, the value is in base64.
    """

    name: str
    value: str = ""
    kind: Kind = "hidden"
    label: str = ""
    options: tuple[Option, ...] = ()
    least: int | None = None
    most: int | None = None
    pattern: str = ""
    length_max: int | None = None
    hint: str = ""
    needed: bool = True
    is_bytes: bool = False


@dataclass(frozen=True)
class Form:
    """A call that somebody may make now. ``told`` is what they should know before; ``lacks`` why they can't yet."""

    function: str
    title: str
    fields: tuple[Field, ...] = ()
    told: tuple[str, ...] = ()
    lacks: str = ""
    kept: tuple[Option, ...] = ()  # what the form was made of, and no argument: to make it again
    makes: str = ""  # where the record that it makes is shown, but for its id
    tool: Tool | None = None  # what the browser does with a file, before the form is sent
    is_grave: bool = False  # it ends or hurts, so that it should not look like the way to go

    @property
    def arguments(self) -> tuple[tuple[Field, bool], ...]:
        """The fields in the contract's order, each with whether it is JSON."""
        by_name = {field.name: field for field in self.fields}
        return tuple((by_name[name], is_json) for name, is_json in arguments_of(self.function).items())

    def filled(self, form: dict[str, str]) -> "Form":
        """The same with what somebody filled in; hidden fields stay as they are."""
        fields = tuple(
            field if field.kind == "hidden" else replace(field, value=form.get(field.name, field.value))
            for field in self.fields
        )
        return replace(self, fields=fields)


def subject(record_id: str) -> Field:
    """The field with the id of what a call is about."""
    return Field(SUBJECT, record_id)


def choice(name: str, label: str, options: list[Option], value: str = "") -> Field:
    """A field that is chosen; values that are JSON are given as such."""
    return Field(name, value, "select", label, tuple(options))


def number(name: str, label: str, least: int, most: int, hint: str = "") -> Field:
    """A whole number."""
    return Field(name, "", "number", label, least=least, most=most, hint=hint)


def area(label: str, language: Language, value: str = "") -> Field:
    """A coarse area, by its province; several provinces may share one."""
    words: dict[str, list[str]] = {}
    for province in PROVINCES:
        words.setdefault(province.area, []).append(province.zh if language == "zh" else province.en)
    joined = "、" if language == "zh" else ", "
    return choice("area", label, [("", "—"), *((code, joined.join(names)) for code, names in words.items())], value)


def area_word(code: str, language: Language) -> str:
    """An area in words; one that no province's seat lies in stays a geohash."""
    names = [each.zh if language == "zh" else each.en for each in PROVINCES if each.area == code]
    return "、".join(names) if language == "zh" and names else ", ".join(names) or code


def as_json(value: object) -> str:
    """A value of an option or hidden field that the contract reads as JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
