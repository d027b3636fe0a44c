"""Which key to look at next in a world that leaves actions open, and the classes of its values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from keypolicy.evaluation.condition_tests import ConditionTest
from keypolicy.evaluation.fold import Concerning
from keypolicy.evaluation.key_facts import key_facts
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.rules import Rule
from keypolicy.matching.conditions import Condition
from keypolicy.matching.correlations import is_correlated, is_possible, names_told_apart
from keypolicy.matching.key_states import KeyState, is_settled
from keypolicy.matching.value_classes import Classes, classes_of, known_of_values
from keypolicy.matching.variables import Variable, variable_keys

__all__ = ["OpenKeys", "Split"]

MOST_KEYS = 40
"""The keys whose classes are worked out for one question; a policy with more open ones stays undecided."""


class Split(NamedTuple):
    """A key, as the policy spells it, and states that it may have; `are_all` where they show every class of values.

    `work` counts the conditions that were read to find them.
    """

    key: str
    states: tuple[KeyState, ...]
    are_all: bool
    work: int = 0


class OpenKeys:
    """The condition keys that the rules about some actions look at."""

    def __init__(self, what: Concerning, request: Request) -> None:
        self._rules = [rule for rule, _ in what.rules]
        self._tests: dict[str, dict[ConditionTest, None]] = {}
        self._compared_with: dict[str, dict[Condition, None]] = {}
        self._in_resources: set[str] = set()
        self._remembered: dict[str, Classes] = {}
        for rule in self._rules:
            self._in_resources |= _variables_of_resource(rule)
            for test in rule.tests:
                self._tests.setdefault(test.condition.folded_key, {})[test] = None
                for variable in test.condition.variable_keys:
                    self._compared_with.setdefault(variable, {})[test.condition] = None
        self._keys = frozenset((*self._tests, *self._compared_with, *self._in_resources, *request.context.states))

    def split(
        self, request: Request, bits: int, counts: Callable[[str], bool] | None = None, told_apart_for: int = 0
    ) -> Split | None:
        """The next key that some rule about these actions depends on; None where no key is open any more.

        Only keys that `counts` says so of, if it is given. The states are those that make a difference for these
        actions, or for those with the bits in `told_apart_for`.
        """
        for rule in self._rules:
            certain, possible = rule.masks(request)
            if not possible & ~certain & bits:
                continue
            for key in self._keys_in_doubt(rule, request, bits):
                if not is_settled(request.state_of(key)) and (counts is None or counts(key)):
                    return self._split(key, request, told_apart_for or bits)
        return None

    def _keys_in_doubt(self, rule: Rule, request: Request, bits: int) -> Iterator[str]:
        """The keys of what leaves the rule open. A key that others are compared with comes before these."""
        for test in rule.tests:
            certain, possible = test.masks(request)
            if possible & ~certain & bits:
                folded_key = test.condition.folded_key
                for other in self._tests[folded_key]:
                    yield from sorted(other.condition.variable_keys)
                yield folded_key
        yield from sorted(_variables_of_resource(rule))

    def _split(self, key: str, request: Request, bits: int) -> Split:
        tests = tuple(self._tests.get(key, ()))
        compared = tuple(self._compared_with.get(key, ()))
        classes = self._remembered.get(key)
        work = 0
        if classes is None:
            if len(self._remembered) >= MOST_KEYS:
                return Split(key, (), are_all=False)
            conditions = self._conditions(key, tests, compared, request)
            work = len(conditions)
            classes = classes_of(request.state_of(key), key_facts(key), conditions, request.state_of, request.reading)
            if not compared and not any(test.condition.variable_keys for test in tests):
                self._remembered[key] = classes
        are_all = classes.are_all and key not in self._in_resources
        are_all = are_all and all(_compares_whole(key, condition) for condition in compared)
        states = self._possible(key, classes.states, request)
        if not compared and key not in self._in_resources and not is_correlated(key):
            states = _told_apart(key, states, tests, request, bits)
        return Split(tests[0].condition.key if tests else key, states, are_all, work)

    def _conditions(
        self, key: str, tests: tuple[ConditionTest, ...], compared: tuple[Condition, ...], request: Request
    ) -> tuple[Condition, ...]:
        conditions = [test.condition for test in tests]
        conditions += self._compared_conditions(key, compared, request)
        names = names_told_apart(key, self._keys)
        conditions += [Condition("ForAnyValue:StringEqualsIgnoreCase", key, (name,)) for name in names]
        return tuple(dict.fromkeys(conditions))

    def _compared_conditions(self, key: str, compared: tuple[Condition, ...], request: Request) -> Iterator[Condition]:
        """What the values of the keys that are compared with this one are compared with besides, or are known to be."""
        for condition in compared:
            other = condition.folded_key
            names = names_told_apart(other, self._keys)
            yield from known_of_values(other, request.state_of(other), key_facts(other))
            yield from (Condition("StringEqualsIgnoreCase", other, (name,)) for name in names)
            for test in self._tests[other]:
                if key not in test.condition.variable_keys:
                    yield test.condition

    def _possible(self, key: str, states: tuple[KeyState, ...], request: Request) -> tuple[KeyState, ...]:
        """The states that can go together with those of the other keys; all of them where none can."""
        possible = tuple(
            state for state in states if is_possible(key, request.where({key: state}).state_of, self._keys)
        )
        return possible or states


def _variables_of_resource(rule: Rule) -> frozenset[str]:
    resource = rule.resource
    return variable_keys(resource.values) if resource is not None and rule.reads_resource else frozenset()


def _compares_whole(key: str, condition: Condition) -> bool:
    """Whether the key's whole value is compared for equality, so that its classes are those of the other key."""
    operator = condition.name.operator
    if operator is None or not operator.variables or operator.wildcards or operator.ignores_case:
        return False
    templates = [
        template
        for template in condition.templates.values()
        if any(isinstance(piece, Variable) and piece.key.lower() == key for piece in template.pieces)
    ]
    return all(len(template.pieces) == 1 for template in templates)


def _told_apart(
    key: str, states: tuple[KeyState, ...], tests: tuple[ConditionTest, ...], request: Request, bits: int
) -> tuple[KeyState, ...]:
    """One state of each kind that the tests give different answers for."""
    kinds: dict[tuple[int, ...], KeyState] = {}
    for state in states:
        world = request.where({key: state})
        answers = [mask & bits for test in tests for mask in test.masks(world)]
        kinds.setdefault(tuple(answers), state)
    return tuple(kinds.values())
