"""What the ledger tells, in Chinese and English: one catalogue for the pages and the command line.

reason = finding_text(finding, "en")
word(Measure.RETURN, "zh")
"""

from fairledger.words.findings import finding_text
from fairledger.words.problems import problem_in_full, problem_text
from fairledger.words.refusals import refusal_text
from fairledger.words.supervision import name_word, subject_word
from fairledger.words.terms import role_word, word
from fairledger.words.text import LANGUAGES, Language, Text
from fairledger.words.warnings import warning_text

__all__ = [
    "LANGUAGES",
    "Language",
    "Text",
    "finding_text",
    "name_word",
    "problem_in_full",
    "problem_text",
    "refusal_text",
    "role_word",
    "subject_word",
    "warning_text",
    "word",
]
