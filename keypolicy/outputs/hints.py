"""What a policy nearly says: names in it that are no actions, where the meant action is denied for want of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from keypolicy.catalogue.action_table import unknown_action
from keypolicy.catalogue.actions import pattern_bits
from keypolicy.document.model import KeyPolicy, Statement
from keypolicy.evaluation.rules import StatementRef

__all__ = ["Hint", "hints_on"]

#: Finding the nearest names takes time, and a policy has room for thousands of wrong ones.
_MOST_NAMES = 50


class Hint(NamedTuple):
    """A name in an Allow that matches no action (S-108), and the actions that were probably meant."""

    statement: StatementRef
    name: str
    message: str
    suggestions: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.statement} names {self.name}, which matches nothing: {self.message}"


def hints_on(policy: KeyPolicy, implicitly_denied: frozenset[str]) -> tuple[Hint, ...]:
    """The names in Allow statements that match nothing and are near an action that no statement allows."""
    found = []
    for statement, name in islice(_names_of_no_action(policy), _MOST_NAMES):
        error = unknown_action(name)
        if not implicitly_denied.isdisjoint(error.suggestions):
            found.append(Hint(statement, name, error.message, error.suggestions))
    return tuple(found)


def _names_of_no_action(policy: KeyPolicy) -> Iterator[tuple[StatementRef, str]]:
    for index, statement in enumerate(policy.statements):
        if isinstance(statement, Statement) and statement.effect == "Allow" and statement.action is not None:
            values = (statement.action,) if isinstance(statement.action, str) else statement.action
            for value in dict.fromkeys(values):
                if not ("*" in value or "?" in value or pattern_bits(value)):
                    yield StatementRef(index, statement.sid), value
