"""The finitely many classes of values of a condition key that no condition can tell apart (S-362, S-363).

Each class is shown by one state of the key, so that whoever tries every class tries every request, and can show the
request that made the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from keypolicy.matching.conditions import Condition, KeyFacts, Lookup
from keypolicy.matching.key_states import AnyOf, AtLeast, CaseVariants, KeyState, Like, Presence, Present, is_settled
from keypolicy.matching.operators import Family
from keypolicy.matching.ordered_classes import CRITICAL_TEXTS
from keypolicy.matching.patterns import compile_pattern
from keypolicy.matching.text_classes import Step, distinguishable_texts, wildcard_steps
from keypolicy.matching.text_tests import text_tests
from keypolicy.matching.truth import Reading, Truth, Unknown, missing

__all__ = ["Classes", "Texts", "classes_of", "condition_truth", "known_of_values"]

MOST_CLASSES = 256
"""The classes of one key after which the others are left out; what they would decide then stays open."""
MOST_COMPARED = 50_000
"""The comparisons of the texts of one key with its conditions' values that may be made once each."""
_ARN_PATTERN = "arn:*:*:*:*:*"
_ARN = wildcard_steps([(_ARN_PATTERN, True)])
# The dates that are numbers of seconds, so that a numeric operator compares them (S-189).
_HOLD_SECONDS = frozenset(("kms:validto", "aws:epochtime"))
_TYPES = {Family.NUMBER: ("Numeric", "Date"), Family.DATE: ("Date",), Family.ADDRESS: ("IPAddress",)}
# What is no number, date or address, and what some reader may still take for one (S-157, S-158).
_MISFITS = {Family.NUMBER: ("other", "1e3"), Family.DATE: ("other", "20260101T000000Z"), Family.ADDRESS: ("other",)}


class Classes(NamedTuple):
    """States of one key; `are_all` where between them they show every class of the key's values."""

    states: tuple[KeyState, ...]
    are_all: bool


class Texts(NamedTuple):
    """Single values of one key; `are_all` where between them they show every class of these."""

    texts: tuple[str, ...]
    are_all: bool


def condition_truth(condition: Condition, lookup: Lookup, reading: Reading) -> Truth:
    """Whether the condition holds; where its key is partly known, for every value that it may have (S-358)."""
    state = lookup(condition.folded_key)
    operator = condition.name.operator
    if is_settled(state) or operator is None or (state is Presence.UNKNOWN and operator.family not in CRITICAL_TEXTS):
        return condition.truth_in(state, lookup, reading)
    classes = classes_of(state, condition.facts, (condition,), lookup, reading)
    truths = [condition.truth_in(each, lookup, reading) for each in classes.states]
    if classes.are_all and all(truth == truths[0] for truth in truths):
        return truths[0]
    unknown = missing(condition.key)
    for truth in truths:
        unknown |= truth if isinstance(truth, Unknown) else Unknown()
    return unknown


def classes_of(
    state: KeyState, facts: KeyFacts, conditions: Sequence[Condition], lookup: Lookup, reading: Reading
) -> Classes:
    """The classes of one key in this state, for the conditions that look at its value or compare another with it.

    `facts` are those of the key; `lookup` tells the keys of policy variables.
    """
    if is_settled(state):
        return Classes((state,), are_all=True)
    if isinstance(state, AnyOf):
        return Classes(state.states, are_all=True)
    elements = _elements(state, facts, conditions, lookup, reading)
    if len(elements.texts) > MOST_CLASSES:
        elements = Texts(elements.texts[:MOST_CLASSES], are_all=False)
    absent = (Presence.ABSENT,) if state is Presence.UNKNOWN else ()
    if not _holds_sets(state, facts, conditions):
        return Classes((*(Present((text,)) for text in elements.texts), *absent), elements.are_all)
    held = state.values if isinstance(state, AtLeast) else ()
    sets = _sets(elements.texts, held, conditions, lookup, reading)
    if facts.may_be_empty and state is Presence.UNKNOWN:
        sets = (*sets, Present(()))
    return Classes((*sets, *absent), elements.are_all and len(sets) < MOST_CLASSES)


def _holds_sets(state: KeyState, facts: KeyFacts, conditions: Sequence[Condition]) -> bool:
    """Whether the key may hold several values: one that no catalogue knows may where a set operator says so (S-171)."""
    if isinstance(state, AtLeast) or facts.is_multivalued:
        return True
    return not facts.is_catalogued and any(each.name.qualifier is not None for each in conditions)


def _elements(
    state: KeyState, facts: KeyFacts, conditions: Sequence[Condition], lookup: Lookup, reading: Reading
) -> Texts:
    """One text for each class of single values."""
    patterns = state.patterns if isinstance(state, Like) else ()
    if patterns and not any("*" in pattern or "?" in pattern for pattern in patterns):
        return Texts(patterns, are_all=True)
    if facts.domain and not patterns:
        return Texts(facts.domain, are_all=True)
    families = {each.name.operator.family for each in conditions if each.name.operator is not None} - {Family.PRESENCE}
    may_be_empty = facts.may_be_empty and (not patterns or any(compile_pattern(each).matches("") for each in patterns))
    empty = ("",) if may_be_empty else ()
    if families <= {Family.TEXT}:
        found = text_tests(conditions, lookup, reading)
        texts = _distinguishable(found.tests, _within(patterns, facts))
        return Texts((*(texts or ("other",)), *empty), found.are_all and texts is not None)
    critical, are_all = _critical_texts(families, conditions)
    if not any(facts.key_type in _TYPES.get(family, ()) for family in families):
        critical += [text for family in families for text in _MISFITS.get(family, ())]
    if (
        Family.NUMBER in families
        and facts.key_type == "Date"
        and not _HOLD_SECONDS.issuperset(each.folded_key for each in conditions)
    ):
        critical.append("2026-01-01T00:00:00Z")
    if patterns:
        critical = [text for text in critical if any(compile_pattern(one).matches(text) for one in patterns)]
    are_all = are_all and len(families) == 1 and not patterns
    some = dict.fromkeys(critical) or _distinguishable((), _within(patterns, facts)) or ("other",)
    return Texts((*some, *empty), are_all)


def known_of_values(key: str, state: KeyState, facts: KeyFacts) -> Iterator[Condition]:
    """What tells the values that the key may have from other texts, as conditions on it.

    A key that is compared with this one has a class of values that can be equal to this one's, and one that cannot.
    """
    states = state.states if isinstance(state, AnyOf | CaseVariants) else (state,)
    texts = dict.fromkeys(text for each in states if isinstance(each, Present | AtLeast) for text in each.values)
    if texts:
        yield from (Condition("StringEquals", key, (text,), has_variables=False) for text in texts)
    elif isinstance(state, Like):
        yield Condition("StringLike", key, state.patterns, has_variables=False)
    elif facts.domain:
        yield from (Condition("StringEquals", key, (text,), has_variables=False) for text in facts.domain)
    elif facts.key_type == "ARN":
        yield Condition("StringLike", key, (_ARN_PATTERN,), has_variables=False)


def _within(patterns: tuple[str, ...], facts: KeyFacts) -> tuple[tuple[Step, ...], ...]:
    """The patterns that every value of the key satisfies: those that were stated, or that of an ARN."""
    if patterns:
        return tuple(wildcard_steps([(pattern, True)]) for pattern in patterns)
    return (_ARN,) if facts.key_type == "ARN" else ()


_distinguishable = lru_cache(maxsize=512)(distinguishable_texts)


def _critical_texts(families: Iterable[Family], conditions: Sequence[Condition]) -> tuple[list[str], bool]:
    texts: list[str] = []
    are_all = True
    for family in sorted(families):
        values = [
            value
            for each in conditions
            if each.name.operator is not None and each.name.operator.family is family
            for value in each.values
        ]
        critical = CRITICAL_TEXTS.get(family)
        found = values if critical is None else critical(values)
        taken = _spread(found or values, 1 + MOST_COMPARED // max(len(values), 1))
        are_all = are_all and critical is not None and found is not None and len(taken) == len(found)
        texts += taken
    return texts, are_all


def _spread(texts: list[str], most: int) -> list[str]:
    """Texts from all over the list, no more than `most`."""
    return texts[:: -(-len(texts) // most)] if texts else texts


def _sets(
    elements: tuple[str, ...],
    held: tuple[str, ...],
    conditions: Sequence[Condition],
    lookup: Lookup,
    reading: Reading,
) -> tuple[Present, ...]:
    """A set of values for each combination of truths: those that hold `held`, built up one element at a time."""
    start = tuple(held)
    sets: dict[tuple[Truth | int, ...], Present] = {}
    if start:
        sets[_truths(Present(start), conditions, lookup, reading)] = Present(start)
    pending: list[tuple[str, ...]] = [start]
    while pending and len(sets) < MOST_CLASSES:
        values = pending.pop()
        for element in elements:
            if element in values:
                continue
            larger = Present((*values, element))
            truths = _truths(larger, conditions, lookup, reading)
            if truths not in sets:
                sets[truths] = larger
                pending.append(larger.values)
    return tuple(sets.values())


def _truths(
    state: Present, conditions: Sequence[Condition], lookup: Lookup, reading: Reading
) -> tuple[Truth | int, ...]:
    """What the conditions say of a set, and whether it holds more than one value, which counts for plain operators."""
    truths = [condition.truth_in(state, lookup, reading) for condition in conditions]
    return (*truths, min(len(state.values), 2))
