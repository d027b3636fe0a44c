"""Conditions made ready: a condition and the classes of actions for which it reads the same keys.

A request carries some condition keys only for some actions; for the others the key is absent, not
unknown (S-149, S-250). So a condition has one truth for each class of actions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple

from keypolicy.catalogue.context_keys import EVERY_ACTION, context_key
from keypolicy.document.scalars import ConditionScalar
from keypolicy.evaluation.key_facts import key_facts
from keypolicy.evaluation.request import Request
from keypolicy.matching.conditions import Condition, KeyFacts
from keypolicy.matching.key_states import KeyState, Presence
from keypolicy.matching.truth import Reading, ReadingName, Truth, missing
from keypolicy.matching.value_classes import condition_truth
from keypolicy.matching.variables import variable_keys

__all__ = ["ActionClass", "ConditionTest", "KeysRead", "condition_test"]

_NO_KEYS: frozenset[str] = frozenset()
_NOTHING_ELSE_READ: dict[str, KeyState] = {}
_LONGEST_REMEMBERED = 1024
_REMEMBERED_STATES = 64


@dataclass(frozen=True, slots=True)
class ActionClass:
    """The actions in `bits` carry every key that the condition reads but those in `absent`.

    `is_doubtful` marks actions that may carry the keys in `absent` or not: those newer than the
    catalogue, and some of which the sources disagree.
    """

    bits: int
    absent: frozenset[str] = _NO_KEYS
    is_doubtful: bool = False


class KeysRead(NamedTuple):
    """What the catalogue knows of the keys that a condition reads: its own, and those of its policy variables.

    `facts` are those of its own key; `multivalued` are those of all of them of which a request may hold several
    values. `classes` cut the actions by the keys that they carry; in those of them that are in `settled` the truth is
    the same in every request, since the condition's own key is absent and it reads nothing else.
    """

    facts: KeyFacts
    multivalued: frozenset[str]
    classes: tuple[ActionClass, ...]
    settled: tuple[ActionClass, ...]


class ConditionTest:
    """A condition with its classes of actions, which are disjoint and cover every action."""

    __slots__ = (
        "_folded_key",
        "_open_classes",
        "_reads_one_key",
        "_remembered",
        "_settled",
        "_settled_classes",
        "classes",
        "condition",
    )

    def __init__(self, condition: Condition, keys: KeysRead) -> None:
        self.condition = condition
        self.classes = keys.classes
        self._settled_classes = keys.settled
        self._open_classes = keys.classes[len(keys.settled) :]
        self._folded_key = condition.folded_key
        self._reads_one_key = not condition.variable_keys
        self._remembered: dict[tuple[KeyState, ReadingName], tuple[int, int]] = {}
        self._settled: dict[ReadingName, tuple[int, int]] = {}

    def masks(self, request: Request) -> tuple[int, int]:
        """The actions for which the condition certainly holds, and those for which it possibly holds."""
        if not self._reads_one_key:
            return self._fresh_masks(request)
        question = request.state_of(self._folded_key), request.reading.name
        answer = self._remembered.get(question)
        if answer is None:
            answer = self._fresh_masks(request)
            if len(self._remembered) >= _REMEMBERED_STATES:
                self._remembered.clear()
            self._remembered[question] = answer
        return answer

    def _fresh_masks(self, request: Request) -> tuple[int, int]:
        certain, possible = self._settled.get(request.reading.name) or self._settled_masks(request.reading)
        for action_class in self._open_classes:
            truth = self.truth_in(action_class, request)
            if truth is True:
                certain |= action_class.bits
                possible |= action_class.bits
            elif truth is not False:
                possible |= action_class.bits
        return certain, possible

    def _settled_masks(self, reading: Reading) -> tuple[int, int]:
        certain = possible = 0
        if self._settled_classes:
            truth = self.condition.truth_in(Presence.ABSENT, _NOTHING_ELSE_READ.__getitem__, reading)
            bits = reduce(or_, (one.bits for one in self._settled_classes))
            certain, possible = bits if truth is True else 0, 0 if truth is False else bits
        self._settled[reading.name] = certain, possible
        return certain, possible

    def truth_for(self, bit: int, request: Request) -> Truth:
        """The truth for the one action with this bit."""
        return self.truth_in(next(one for one in self.classes if one.bits & bit), request)

    def truth_in(self, action_class: ActionClass, request: Request) -> Truth:
        """The truth for every action of the class."""
        condition = self.condition
        if not action_class.absent:
            return condition_truth(condition, request.state_of, request.reading)
        absent = condition_truth(condition, request.without(action_class.absent).state_of, request.reading)
        if not action_class.is_doubtful:
            return absent
        carried = condition_truth(condition, request.state_of, request.reading)
        return carried if carried == absent else missing(condition.key)


def condition_test(
    operator: str,
    key: str,
    values: ConditionScalar | tuple[ConditionScalar, ...],
    *,
    has_variables: bool,
    newer_bits: int,
) -> ConditionTest:
    """The test of one key under one operator, as a policy writes it; `newer_bits` are those of newer actions."""
    texts: tuple[str, ...]
    if isinstance(values, str):
        texts, length = (values,), len(values)
    else:
        texts = tuple(map(_text, values)) if isinstance(values, tuple) else (_text(values),)
        length = sum(map(len, texts))
    if length + len(operator) + len(key) > _LONGEST_REMEMBERED:
        return _condition_test(operator, key, texts, has_variables, newer_bits)
    return _remembered_test(operator, key, texts, has_variables, newer_bits)


def _text(value: ConditionScalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _condition_test(
    operator: str,
    key: str,
    texts: tuple[str, ...],
    has_variables: bool,  # noqa: FBT001 - lru_cache is fastest with arguments by place
    newer_bits: int,
) -> ConditionTest:
    variables = variable_keys(texts) if has_variables else _NO_KEYS
    if variables or len(key) > _LONGEST_REMEMBERED:
        keys = _keys_read(key, variables, newer_bits)
    else:
        keys = _remembered_keys(key, _NO_KEYS, newer_bits)
    condition = Condition(
        operator,
        key,
        texts,
        has_variables=has_variables,
        multivalued_keys=keys.multivalued,
        facts=keys.facts,
    )
    return ConditionTest(condition, keys)


_remembered_test = lru_cache(maxsize=4096)(_condition_test)


def _keys_read(key: str, variables: frozenset[str], newer_bits: int) -> KeysRead:
    folded_key = key.lower()
    read = variables | {folded_key}
    classes = _classes(read, newer_bits)
    settled = tuple(one for one in classes if one.absent == {folded_key} == read and not one.is_doubtful)
    return KeysRead(
        key_facts(key),
        frozenset(name for name in read if key_facts(name).is_multivalued),
        (*settled, *(one for one in classes if one not in settled)),
        settled,
    )


_remembered_keys = lru_cache(maxsize=1024)(_keys_read)


def _classes(read: frozenset[str], newer_bits: int) -> list[ActionClass]:
    """Cut the actions by each key that a condition reads."""
    classes = [ActionClass(~newer_bits), ActionClass(newer_bits, is_doubtful=True)]
    for key in sorted(read):
        known = context_key(key)
        if known is None or known.carried_by == EVERY_ACTION:
            continue
        doubtful = known.doubtfully_carried_by
        carried = known.carried_by & ~doubtful
        cut: list[ActionClass] = []
        for one in classes:
            absent = one.absent | {key}
            if one.is_doubtful:
                cut.append(ActionClass(one.bits, absent, is_doubtful=True))
            else:
                cut += (
                    ActionClass(one.bits & carried, one.absent),
                    ActionClass(one.bits & doubtful, absent, is_doubtful=True),
                    ActionClass(one.bits & ~carried & ~doubtful, absent),
                )
        classes = cut
    return [one for one in classes if one.bits]
