"""Which statements apply to which actions for one request: the decision, told statement by statement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from keypolicy.evaluation.bound_policy import Concerned
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.rules import Rule, StatementRef
from keypolicy.matching.principals import MatchKind

__all__ = ["Application", "applications"]


class Application(NamedTuple):
    """A rule that concerns the caller, and as what; the bits of the actions to which it applies, or perhaps applies."""

    rule: Rule
    kinds: tuple[MatchKind, ...]
    certain: int
    possible: int

    @property
    def ref(self) -> StatementRef:
        """The statement."""
        return self.rule.ref

    @property
    def denies(self) -> bool:
        """Whether it is a Deny."""
        return self.rule.denies


def applications(concerned: Iterable[Concerned], request: Request) -> tuple[Application, ...]:
    """Every rule that possibly applies to some action, in the order of the document."""
    found: list[Application] = []
    for rule, truth, kinds in concerned:
        certain, possible = (rule.certain, rule.possible) if rule.is_plain else rule.masks(request)
        if possible:
            # tuple.__new__: see fold.
            found.append(tuple.__new__(Application, (rule, kinds, certain if truth is True else 0, possible)))
    return tuple(found)
