"""The residual algebra: what must still hold for an answer, as a formula over what is unknown (S-362)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from keypolicy.matching.conditions import Condition
from keypolicy.matching.truth import Truth, Unknown, all_of, any_of, negate

__all__ = [
    "FALSE",
    "TRUE",
    "And",
    "Atom",
    "Constant",
    "Formula",
    "Not",
    "Or",
    "both",
    "either",
    "no",
    "truth_of",
    "unknowns",
]


@dataclass(frozen=True, slots=True)
class Constant:
    """The formula that always holds, or the one that never does."""

    value: bool

    def __str__(self) -> str:
        return "always" if self.value else "never"


@dataclass(frozen=True, slots=True)
class Atom:
    """One unknown fact: a condition of the policy, or in words what else is not known; `unknown` says why."""

    subject: Condition | str
    unknown: Unknown

    def __str__(self) -> str:
        return str(self.subject)


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold; two parts or more, none of them an And or a Constant."""

    parts: tuple[Formula, ...]

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, Or) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds; two parts or more, none of them an Or or a Constant."""

    parts: tuple[Formula, ...]

    def __str__(self) -> str:
        return " or ".join(f"({part})" if isinstance(part, And) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; never a Constant or a Not."""

    part: Formula

    def __str__(self) -> str:
        return f"not ({self.part})"


Formula = Constant | Atom | And | Or | Not
TRUE = Constant(value=True)
FALSE = Constant(value=False)


def both(parts: Iterable[Formula]) -> Formula:
    """The conjunction, simplified: constants and repetitions disappear, nested conjunctions are one."""
    flat = _flattened(parts, And)
    if FALSE in flat:
        return FALSE
    return _joined([part for part in flat if part != TRUE], And, TRUE)


def either(parts: Iterable[Formula]) -> Formula:
    """The disjunction, simplified in the same way."""
    flat = _flattened(parts, Or)
    if TRUE in flat:
        return TRUE
    return _joined([part for part in flat if part != FALSE], Or, FALSE)


def no(part: Formula) -> Formula:
    """The negation, simplified."""
    if isinstance(part, Constant):
        return FALSE if part.value else TRUE
    return part.part if isinstance(part, Not) else Not(part)


def _flattened(parts: Iterable[Formula], kind: type[And | Or]) -> dict[Formula, None]:
    flat: dict[Formula, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part.parts if isinstance(part, kind) else (part,)))
    return flat


def _joined(parts: list[Formula], kind: type[And | Or], empty: Constant) -> Formula:
    if not parts:
        return empty
    return parts[0] if len(parts) == 1 else kind(tuple(parts))


def unknowns(formula: Formula) -> Unknown:
    """Everything that the formula depends on, put together."""
    total = Unknown()
    pending = [formula]
    while pending:
        part = pending.pop()
        if isinstance(part, Atom):
            total |= part.unknown
        elif isinstance(part, Not):
            pending.append(part.part)
        elif isinstance(part, And | Or):
            pending.extend(part.parts)
    return total


def truth_of(formula: Formula, atom_truth: Callable[[Atom], Truth]) -> Truth:
    """The truth of the formula where `atom_truth` tells that of each atom."""
    if isinstance(formula, Constant):
        return formula.value
    if isinstance(formula, Atom):
        return atom_truth(formula)
    if isinstance(formula, Not):
        return negate(truth_of(formula.part, atom_truth))
    return (all_of if isinstance(formula, And) else any_of)(truth_of(part, atom_truth) for part in formula.parts)
