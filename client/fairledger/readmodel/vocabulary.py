"""One spelling for the words of the Core Business Vocabulary, so that a query finds them however they were written.

EPCIS 2.0 allows three: the bare word of JSON-LD (``shipping``), the web URI, also as a CURIE
(``https://ref.gs1.org/cbv/BizStep-shipping``, ``cbv:BizStep-shipping``), and the URN of CBV 1.x
(``urn:epcglobal:cbv:bizstep:shipping``). Any other URI is a vocabulary of somebody's own, and left as it is.
"""

import re
from collections.abc import Mapping
from typing import Final

from fairledger.readmodel.names import full_name

_STANDARD: Final = re.compile(
    r"""
    (?: urn:epcglobal:cbv: (?:bizstep|disp|er|btt|sdt):
      | (?:https://ref\.gs1\.org/cbv/|cbv:) (?:BizStep|Disp|ER|BTT|SDT)- )
    (?P<word> [A-Za-z0-9_]+ ) $
    """,
    re.VERBOSE,
)


def word_of(value: str) -> str:
    """The bare word of the vocabulary: a business step, disposition, error reason, or type of a transaction or party.

    Anything else comes back unchanged.
    """
    match = _STANDARD.match(value)
    return match["word"] if match else value


def measurement_of(value: str) -> str:
    """The bare word for a measurement type of GS1's web vocabulary; anything else unchanged."""
    return value.removeprefix("https://gs1.org/voc/").removeprefix("gs1:")


def type_of(value: str, terms: Mapping[str, str]) -> str:
    """The type of a business transaction, source or destination: a bare word, or a URI in full."""
    word = word_of(value)
    return full_name(word, terms) if ":" in word else word
