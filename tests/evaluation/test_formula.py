"""The residual algebra."""

from __future__ import annotations

import pytest

from keypolicy.evaluation.formula import FALSE, TRUE, Atom, Formula, both, either, no, truth_of, unknowns
from keypolicy.matching.truth import Unknown, missing, undocumented

A, B, C = (Atom(name, missing(name)) for name in "abc")


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (both([]), "always"),
        (either([]), "never"),
        (both([A, TRUE]), "a"),
        (both([A, FALSE, B]), "never"),
        (either([A, TRUE]), "always"),
        (either([A, FALSE, A]), "a"),
        (both([A, both([B, A])]), "a and b"),
        (either([A, either([B, C])]), "a or b or c"),
        (both([A, either([B, C])]), "a and (b or c)"),
        (either([A, both([B, C])]), "a or (b and c)"),
        (no(either([A, B])), "not (a or b)"),
        (no(no(A)), "a"),
        (no(TRUE), "never"),
        (no(FALSE), "always"),
    ],
)
def test_formulas_are_simplified_and_print(formula: Formula, text: str) -> None:
    """Constants and repetitions disappear, nested parts of one kind are one."""
    assert str(formula) == text


def test_truth_of_a_formula_is_kleenes() -> None:
    """Unknown atoms stay unknown unless the others decide."""
    formula = either([both([A, B]), no(C)])

    assert truth_of(formula, lambda atom: True) is True
    assert truth_of(formula, lambda atom: atom is C) is False
    assert truth_of(formula, lambda atom: atom.unknown if atom is A else True) == missing("a")
    assert truth_of(TRUE, lambda atom: False) is True


def test_unknowns_collects_every_reason() -> None:
    """From every part, negated or not."""
    formula = both([A, no(either([B, Atom("d", undocumented("S-001"))]))])

    assert unknowns(formula) == Unknown(frozenset("ab"), frozenset(["S-001"]))
    assert unknowns(TRUE) == Unknown()
