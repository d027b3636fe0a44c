"""Where AWS documents nothing the model asks, and whoever runs it tries every answer (S-001, S-361)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

Silent = Callable[[str], bool]
"""Given the number of a rule, what AWS does where the rule says that nobody knows."""


class Answers(NamedTuple):
    """Every outcome that the silent rules leave possible, and those rules."""

    outcomes: frozenset[str]
    rules: frozenset[str]


def every_answer(run: Callable[[Silent], str]) -> Answers:
    """What `run` returns over all answers to the questions that it asks."""
    outcomes: set[str] = set()
    rules: set[str] = set()
    pending: list[list[bool]] = [[]]
    while pending:
        given = pending.pop()
        asked: list[bool] = []

        def silent(rule: str, given: list[bool] = given, asked: list[bool] = asked) -> bool:
            asked.append(given[len(asked)] if len(asked) < len(given) else False)
            rules.add(rule)
            return asked[-1]

        outcomes.add(run(silent))
        # Beyond what was given each question got the answer no: the answer yes is another run.
        pending += [[*asked[:place], True] for place in range(len(given), len(asked))]
    return Answers(frozenset(outcomes), frozenset(rules))
