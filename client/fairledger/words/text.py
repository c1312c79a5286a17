"""A text in the languages that readers have."""

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
