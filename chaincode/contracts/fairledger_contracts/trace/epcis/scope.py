"""What a JSON-LD ``@context`` declares, as far as keys and words need it: prefixes and terms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fairledger_contracts.records.namespaces import STANDARD_PREFIXES, declarations, own_terms
from fairledger_contracts.trace.epcis.broken import Broken, refuse
from fairledger_contracts.trace.epcis.uris import check_uri

STANDARD_CONTEXTS = frozenset(
    {
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "https://gs1.github.io/EPCIS/epcis-context.jsonld",
    }
)
CONTEXT_PARTS_MAX = 64
DECLARATIONS_MAX = 256


@dataclass(frozen=True, slots=True)
class Scope:
    """The declarations in force. ``terms`` maps each declared prefix or term to its IRI.

    ``own`` are those of them that the standard's own context does not have. ``is_open`` says that a context of
    somebody else's is named by URL. What it declares is not known here, so any prefix may come from it.
    """

    terms: Mapping[str, str] = field(default_factory=lambda: STANDARD_PREFIXES)
    own: Mapping[str, str] = field(default_factory=dict)
    is_open: bool = False

    def inner(self, context: object) -> "Scope":
        """The scope inside an object that has this ``@context``. Raises ``Broken``."""
        terms = dict(self.terms)
        is_open = self.is_open
        for part in _parts(context):
            if isinstance(part, str):
                check_uri(part)
                is_open = is_open or part not in STANDARD_CONTEXTS
            else:
                terms.update(_declarations(part))
        if len(terms) > DECLARATIONS_MAX:
            refuse("context", f"a context declares at most {DECLARATIONS_MAX} terms")
        return Scope(terms, own_terms(terms), is_open)

    def declares(self, prefix: str) -> bool:
        """Whether a key ``prefix:name`` means something here."""
        return prefix in self.terms or self.is_open

    def expand(self, word: str) -> str:
        """A CURIE with a declared prefix as the full IRI; anything else unchanged."""
        prefix, colon, rest = word.partition(":")
        if colon and prefix in self.terms and not rest.startswith("//"):
            return self.terms[prefix] + rest
        return word


def _parts(context: object) -> Iterator[str | dict[str, object]]:
    parts = context if isinstance(context, list) else [context]
    if not 1 <= len(parts) <= CONTEXT_PARTS_MAX:
        refuse("context", f"a context has between 1 and {CONTEXT_PARTS_MAX} parts")
    for part in parts:
        if not isinstance(part, str | dict):
            refuse("context", "a context is made of URLs and of objects that declare prefixes")
        yield part


def _declarations(part: dict[str, object]) -> Iterator[tuple[str, str]]:
    for term, iri in declarations(part):
        if not isinstance(iri, str) or not iri:
            raise Broken("context", "a declared term has an IRI, as a string or under '@id'").at(term)
        yield term, iri
