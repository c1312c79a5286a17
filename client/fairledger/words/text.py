"""A text in the languages that readers have."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


class Text(NamedTuple):
    """The same in each language; names in braces stand for values."""

    zh: str
    en: str

    def said(self, language: Language, **values: str) -> str:
        """The text in a language, with its values. Raises ``KeyError`` when one is missing."""
        return (self.zh if language == "zh" else self.en).format(**values)


def in_language(texts: Mapping[str, Text], language: Language) -> dict[str, str]:
    """All of ``texts`` in a language; names in braces are still to be filled."""
    return {name: text.zh if language == "zh" else text.en for name, text in texts.items()}
