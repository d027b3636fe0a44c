"""What conditions ask about the text of a value, as tests that patterns can be walked for (S-153 to S-166)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from keypolicy.matching.arn import ARN_PARTS
from keypolicy.matching.conditions import Condition, Lookup
from keypolicy.matching.operators import Operator
from keypolicy.matching.text_classes import Step, TextTest, arn_steps, fold_steps, wildcard_steps
from keypolicy.matching.truth import Reading
from keypolicy.matching.variables import substitute

__all__ = ["TextTests", "text_tests"]

_Pieces = list[tuple[str, bool]]
_SIX_PARTS = TextTest(patterns=(wildcard_steps([("*:*:*:*:*:*", True)]),))
# The characters beyond ASCII that fold to an ASCII letter: whether AWS folds them is in doubt (S-154).
_FOLDED_BEYOND_ASCII = {"k": "\u212a", "s": "\u017f"}


class TextTests(NamedTuple):
    """The tests of some conditions; `are_all` where nothing else about a value's text matters to them."""

    tests: tuple[TextTest, ...]
    are_all: bool


def text_tests(conditions: Sequence[Condition], lookup: Lookup, reading: Reading) -> TextTests:
    """The tests of the conditions on one key; a policy variable that is not settled leaves them incomplete."""
    tests: dict[TextTest, None] = {}
    are_all = True
    for condition in conditions:
        operator = condition.name.operator
        if operator is None or not condition.values:
            continue
        literals: set[str] = set()
        patterns: list[tuple[Step, ...]] = []
        for pieces in _values(condition, lookup, reading):
            if pieces is None or (operator.ignores_case and not all(text.isascii() for text, _ in pieces)):
                are_all = False
                continue
            _add(operator, pieces, literals, patterns, tests)
        tests[TextTest(frozenset(literals), tuple(dict.fromkeys(patterns)))] = None
        if operator.parts and condition.facts.key_type != "ARN":
            tests[_SIX_PARTS] = None
    return TextTests(tuple(tests), are_all)


def _values(condition: Condition, lookup: Lookup, reading: Reading) -> list[_Pieces | None]:
    """The values with their variables replaced, None for one that cannot be; a value that matches nothing is left out.

    Where a replaced text has wildcards, both ways to read them are values (S-184).
    """
    found: list[_Pieces | None] = []
    for value in condition.values:
        template = condition.templates.get(value)
        if template is None:
            found.append([(value, True)])
            continue
        if template.malformed is not None:
            continue
        substitution = substitute(template, lookup, reading, multivalued_keys=condition.multivalued_keys)
        if substitution is None:
            continue
        if substitution.unknown is not None:
            found.append(None)
            continue
        found.append([(piece.text, piece.is_wild) for piece in substitution.pieces])
        if any(piece.is_substituted and ("*" in piece.text or "?" in piece.text) for piece in substitution.pieces):
            found.append([(piece.text, True) for piece in substitution.pieces])
    return found


def _add(
    operator: Operator,
    pieces: _Pieces,
    literals: set[str],
    patterns: list[tuple[Step, ...]],
    tests: dict[TextTest, None],
) -> None:
    """Add what one value asks to the literals and patterns of its condition, and what is in doubt to the tests."""
    text = "".join(piece for piece, _ in pieces)
    if operator.ignores_case:
        patterns.append(fold_steps(text))
        tests[TextTest(patterns=(fold_steps(text, _FOLDED_BEYOND_ASCII),))] = None
        tests[TextTest(frozenset((text, text.lower())))] = None  # a boolean in another case is in doubt (S-159)
    elif not operator.wildcards or not any(wild and ("*" in piece or "?" in piece) for piece, wild in pieces):
        literals.add(text)
    elif operator.parts and text.count(":") >= ARN_PARTS - 1:
        patterns.append(arn_steps(pieces))
    else:
        patterns.append(wildcard_steps(pieces))
