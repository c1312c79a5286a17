"""The moves that the desk offers: each has words, fields with words, and choices with words."""

import ast
import inspect

from fairledger.api.desk import waiting
from fairledger.api.desk.moves import MOVES
from fairledger.api.desk.supervision_words import CHOICES, FIELDS, MOVE_WORDS, TEXTS
from fairledger.words import LANGUAGES, word


def test_each_move_has_a_word_and_each_word_a_move() -> None:
    assert set(MOVE_WORDS) == set(MOVES)


def test_each_field_and_each_choice_has_a_word() -> None:
    fields = [field for move in MOVES.values() for field in move.fields]
    assert {field.name.rstrip("123") for field in fields} <= set(FIELDS)
    for field in fields:
        for choice in field.choices:
            if type(choice) is str:
                assert choice in CHOICES
            else:
                assert min(len(word(choice, language)) for language in LANGUAGES) > 0  # type: ignore[arg-type]


def test_what_is_offered_can_be_done() -> None:
    """The names of moves in ``waiting`` stand in rows of condition, move, and what is known, or in an ``Offer``."""
    nodes = list(ast.walk(ast.parse(inspect.getsource(waiting))))
    rows = [each.elts[1] for each in nodes if isinstance(each, ast.Tuple) and len(each.elts) == 3]
    offers = [each.args[0] for each in nodes if isinstance(each, ast.Call) and ast.unparse(each.func) == "Offer"]
    named = {each.value for each in (*rows, *offers) if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    files = {name for name in MOVES if name.startswith("file_")}
    assert named | files == set(MOVES)


def test_no_text_is_empty() -> None:
    for text in (*TEXTS.values(), *MOVE_WORDS.values(), *FIELDS.values(), *CHOICES.values()):
        assert min(len(text.zh), len(text.en)) > 0
