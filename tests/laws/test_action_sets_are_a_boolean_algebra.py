"""Laws: an ActionSet is a set of names, sets are a Boolean algebra, and the patterns of a set denote it."""

from __future__ import annotations

import fnmatch
import operator
from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keypolicy import ActionSet
from keypolicy.catalogue.actions import actions, all_bits

NEWER = ("kms:ImagineKey", "kms:DreamKey", "kms:MelodyKey")
CATALOGUED = tuple(action.name for action in actions())
UNIVERSE = (*CATALOGUED, *NEWER, "kms:NeverHeardOf")
FAMILIES = ("kms:Generate*", "kms:ReEncrypt*", "kms:*Grant*", "kms:*Key*", "kms:De*", "kms:*", "kms:List*", "kms:?ign")

_by_bits = st.builds(
    lambda bits, newer: ActionSet.from_bits(bits) | ActionSet.of(*newer, newer=True),
    st.integers(min_value=0, max_value=all_bits()),
    st.sets(st.sampled_from(NEWER)),
)
_by_names = st.builds(
    lambda names, newer: ActionSet.of(*names, *newer, newer=True),
    st.sets(st.sampled_from(CATALOGUED), max_size=4),
    st.sets(st.sampled_from(NEWER), max_size=2),
)
_by_families = st.builds(
    lambda families, less: ActionSet.matching(*families) - ActionSet.of(*less),
    st.lists(st.sampled_from(FAMILIES), min_size=1, max_size=2),
    st.sets(st.sampled_from(CATALOGUED), max_size=2),
)
finite_sets = st.one_of(_by_bits, _by_names, _by_families)
action_sets = st.one_of(finite_sets, finite_sets.map(operator.invert))


def members(actions: ActionSet) -> frozenset[str]:
    """The names of a small universe, in which sets are told apart, that are in the set."""
    return frozenset(name for name in UNIVERSE if name in actions)


OPERATORS: dict[str, Callable[[ActionSet, ActionSet], ActionSet]] = {
    "or_": operator.or_,
    "and_": operator.and_,
    "sub": operator.sub,
    "xor": operator.xor,
}


@pytest.mark.parametrize("name", OPERATORS)
@given(left=action_sets, right=action_sets)
def test_an_operator_means_what_it_means_of_sets_of_names(name: str, left: ActionSet, right: ActionSet) -> None:
    """Union, intersection, difference and symmetric difference are those of Python's own sets."""
    of_names: Callable[[frozenset[str], frozenset[str]], frozenset[str]] = getattr(operator, name)

    assert members(OPERATORS[name](left, right)) == of_names(members(left), members(right))


@given(action_sets)
def test_the_complement_holds_every_other_name(actions: ActionSet) -> None:
    """Of the catalogue, and newer than it."""
    assert members(~actions) == frozenset(UNIVERSE) - members(actions)


@given(action_sets, action_sets, action_sets)
def test_boolean_algebra(a: ActionSet, b: ActionSet, c: ActionSet) -> None:
    """The laws hold as equalities of values, so equal sets have one representation."""
    everything, nothing = ActionSet.all(), ActionSet.none()
    for one, other in product((a | b, a & b), repeat=2):
        assert (one == other) == (members(one) == members(other))
    assert a | b == b | a
    assert a & b == b & a
    assert (a | b) | c == a | (b | c)
    assert (a & b) & c == a & (b & c)
    assert a | (b & c) == (a | b) & (a | c)
    assert a & (b | c) == (a & b) | (a & c)
    assert a | (a & b) == a & (a | b) == a
    assert ~(a | b) == ~a & ~b
    assert ~(a & b) == ~a | ~b
    assert ~~a == a
    assert a | ~a == everything == ~nothing
    assert a & ~a == nothing == ~everything
    assert a | nothing == a & everything == a
    assert a ^ b == (a | b) - (a & b) == (a - b) | (b - a)
    assert a - b == a & ~b


@given(action_sets, action_sets)
def test_inclusion(a: ActionSet, b: ActionSet) -> None:
    """Subset, proper subset and disjointness agree with the operators and with the names."""
    assert (a <= b) == (a | b == b) == (b >= a) == (members(a) <= members(b))
    assert (a < b) == (a <= b and a != b) == (b > a)
    assert a & b <= a <= a | b
    assert a.isdisjoint(b) == (a & b == ActionSet.none())
    assert bool(a) == (a != ActionSet.none())


@given(action_sets, action_sets)
def test_equal_sets_hash_alike(a: ActionSet, b: ActionSet) -> None:
    """The same members give the same hash, however the set was made."""
    for same in ((a | b) - (b - a), ~~a, a | a, a ^ b ^ b):
        assert same == a
        assert hash(same) == hash(a)


@given(action_sets)
def test_patterns_denote_the_set(actions: ActionSet) -> None:
    """To a shell they stand for the catalogued members and no others; they are as many as the names at most."""
    patterns = [pattern.lower() for pattern in actions.to_patterns()]
    denoted = {name for name in CATALOGUED if any(fnmatch.fnmatchcase(name.lower(), each) for each in patterns)}

    assert denoted == set(CATALOGUED) & members(actions)
    assert ActionSet.matching(*patterns).bits == actions.bits
    assert len(patterns) <= len(actions)


@given(finite_sets)
def test_patterns_of_a_finite_set_name_the_newer_actions(actions: ActionSet) -> None:
    """Names that the catalogue lacks stand among the patterns as they are."""
    assert ActionSet.matching(*actions.to_patterns(), newer=NEWER) >= actions


@given(finite_sets)
def test_names_give_the_set_again(actions: ActionSet) -> None:
    """A finite set is that of its names, which are as many as it is long."""
    assert ActionSet.of(*actions.names(), newer=True) == actions
    assert len(actions.names()) == len(actions) == len(members(actions))
