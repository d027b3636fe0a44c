"""Which statements apply to which actions for one request: the decision, told statement by statement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from keypolicy.evaluation.bound_policy import Concerned
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.rules import StatementRef
from keypolicy.matching.principals import MatchKind

__all__ = ["Application", "applications"]


class Application(NamedTuple):
    """One rule that concerns the caller: the bits of the actions to which it certainly and possibly applies."""

    ref: StatementRef
    denies: bool
    certain: int
    possible: int
    kinds: frozenset[MatchKind]


def applications(concerned: Iterable[Concerned], request: Request) -> tuple[Application, ...]:
    """Every rule that possibly applies to some action, in the order of the document."""
    found: list[Application] = []
    for rule, truth, kinds in concerned:
        certain, possible = rule.masks(request)
        if possible:
            certain = certain if truth is True else 0
            found.append(Application(rule.ref, rule.denies, certain, possible, frozenset(kinds)))
    return tuple(found)
