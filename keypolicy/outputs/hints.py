"""What was nearly said: misspelt actions in a policy, where the meant one is denied for it; misspelt condition keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from keypolicy.catalogue.action_table import unknown_action
from keypolicy.catalogue.actions import pattern_bits
from keypolicy.catalogue.context_keys import context_key, near_context_keys
from keypolicy.document.model import KeyPolicy, Statement
from keypolicy.evaluation.rules import StatementRef
from keypolicy.matching.context import RequestContext

__all__ = ["Hint", "hints_on", "hints_on_keys"]

#: Finding the nearest names takes time, and a policy has room for thousands of wrong ones.
_MOST_NAMES = 50


class Hint(NamedTuple):
    """A name that is none, and those that were probably meant.

    It stands in an Allow and matches no action (S-108); without a statement it is a condition key of the question that
    the catalogue has never heard of (S-149).
    """

    statement: StatementRef | None
    name: str
    message: str
    suggestions: tuple[str, ...]

    def __str__(self) -> str:
        if self.statement is None:
            return self.message
        return f"{self.statement} names {self.name}, which matches nothing: {self.message}"


def hints_on(policy: KeyPolicy, implicitly_denied: frozenset[str]) -> tuple[Hint, ...]:
    """The names in Allow statements that match nothing and are near an action that no statement allows."""
    found = []
    for statement, name in islice(_names_of_no_action(policy), _MOST_NAMES):
        error = unknown_action(name)
        if not implicitly_denied.isdisjoint(error.suggestions):
            found.append(Hint(statement, name, error.message, error.suggestions))
    return tuple(found)


def hints_on_keys(contexts: Iterable[RequestContext]) -> tuple[Hint, ...]:
    """The stated condition keys that the catalogue has never heard of, each once."""
    names = {name.lower(): name for context in contexts for name in context.stated if context_key(name) is None}
    return tuple(map(_hint_on_key, islice(names.values(), _MOST_NAMES)))


def _hint_on_key(name: str) -> Hint:
    suggestions = near_context_keys(name)
    meant = f"; near it: {', '.join(suggestions)}" if suggestions else ""
    message = f"{name} is no condition key that AWS documents for KMS or for every service{meant}"
    return Hint(None, name, message, suggestions)


def _names_of_no_action(policy: KeyPolicy) -> Iterator[tuple[StatementRef, str]]:
    for index, statement in enumerate(policy.statements):
        if isinstance(statement, Statement) and statement.effect == "Allow" and statement.action is not None:
            values = (statement.action,) if isinstance(statement.action, str) else statement.action
            for value in dict.fromkeys(values):
                if not ("*" in value or "?" in value or pattern_bits(value)):
                    yield StatementRef(index, statement.sid), value
