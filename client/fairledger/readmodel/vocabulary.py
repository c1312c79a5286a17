"""One spelling for the words of the Core Business Vocabulary, so that a query finds them however they were written.

EPCIS 2.0 allows three: the bare word of JSON-LD (``shipping``), the web URI, also as a CURIE
(``https://ref.gs1.org/cbv/BizStep-shipping``, ``cbv:BizStep-shipping``), and the URN of CBV 1.x
(``urn:epcglobal:cbv:bizstep:shipping``). Any other URI is a vocabulary of somebody's own, and left as it is.
"""

import re
from typing import Final

_STANDARD: Final = re.compile(
    r"""
    (?: urn:epcglobal:cbv: (?:bizstep|disp|er): | (?:https://ref\.gs1\.org/cbv/|cbv:) (?:BizStep|Disp|ER)- )
    (?P<word> [A-Za-z0-9_]+ ) $
    """,
    re.VERBOSE,
)


def word_of(value: str) -> str:
    """The bare word for a standard business step, disposition or error reason; anything else unchanged."""
    match = _STANDARD.match(value)
    return match["word"] if match else value
