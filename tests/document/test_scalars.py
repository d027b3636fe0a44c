"""A FrozenObject is a dict that never changes, and JSON values freeze and thaw without loss."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from keypolicy.document.scalars import FrozenObject, freeze, thaw
from tests.document.documents import anything, same_json

MUTATIONS = {
    "setting a member": lambda frozen: frozen.__setitem__("a", 2),
    "deleting a member": lambda frozen: frozen.__delitem__("a"),
    "merging in place": lambda frozen: frozen.__ior__({"b": 2}),
    "clearing": lambda frozen: frozen.clear(),
    "popping": lambda frozen: frozen.pop("a"),
    "popping the last": lambda frozen: frozen.popitem(),
    "setting a default": lambda frozen: frozen.setdefault("b", 2),
    "updating": lambda frozen: frozen.update(b=2),
    "setting an attribute": lambda frozen: setattr(frozen, "colour", 2),
}


@pytest.mark.parametrize("mutate", MUTATIONS.values(), ids=MUTATIONS.keys())
def test_mutation_is_refused(mutate: Any) -> None:
    """Nothing that a dict offers changes a FrozenObject."""
    frozen = FrozenObject({"a": 1})
    with pytest.raises((TypeError, AttributeError)):
        mutate(frozen)
    assert frozen == {"a": 1}


def test_order_is_kept_and_counts_neither_for_equality_nor_for_the_hash() -> None:
    """Members stay in the order they came in, which makes no difference to what the object is."""
    one, other = FrozenObject({"a": 1, "b": 2}), FrozenObject({"b": 2, "a": 1})
    assert list(one) == ["a", "b"]
    assert list(other) == ["b", "a"]
    assert one == other
    assert hash(one) == hash(other)
    assert hash(one) == hash(one)
    assert one == one  # noqa: PLR0124


def test_an_unhashable_member_makes_it_unhashable() -> None:
    """The hash is that of the content."""
    with pytest.raises(TypeError, match="unhashable"):
        hash(FrozenObject({"a": []}))


DIFFERENT = {
    "another value": ({"a": "x"}, {"a": "y"}),
    "another member": ({"a": "x"}, {"b": "x"}),
    "true and 1": ({"a": True}, {"a": 1}),
    "1 and 1.0": ({"a": 1}, {"a": Decimal("1.0")}),
    "1.0 and 1.00": ({"a": Decimal("1.0")}, {"a": Decimal("1.00")}),
    "true and 1 in a list": ({"a": (True, "b")}, {"a": (1, "b")}),
    "true and 1 deeper inside": ({"a": FrozenObject({"b": False})}, {"a": FrozenObject({"b": 0})}),
}


@pytest.mark.parametrize(("left", "right"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_what_is_other_json_is_not_equal(left: dict[str, Any], right: dict[str, Any]) -> None:
    """Equality is that of JSON texts, as far as they say something else: numbers by their digits, booleans apart."""
    assert FrozenObject(left) != FrozenObject(right)
    assert FrozenObject(left) != right
    assert not FrozenObject(left) == FrozenObject(right)  # noqa: SIM201


def test_it_equals_an_equal_dict_and_nothing_that_is_no_dict() -> None:
    """A plain dict with the same members is equal, from either side."""
    assert FrozenObject({"a": (1, "b")}) == {"a": (1, "b")}
    plain = {"a": 1}
    assert plain == FrozenObject(plain)
    assert FrozenObject({"a": 1}) != [("a", 1)]
    assert not FrozenObject({"a": 1}) == "a"  # noqa: SIM201


def test_copies_are_itself_and_a_pickle_is_equal() -> None:
    """What never changes needs no copy; a pickle brings it back frozen."""
    frozen = FrozenObject({"a": FrozenObject({"b": "c"})})
    assert copy.copy(frozen) is frozen
    assert copy.deepcopy(frozen) is frozen
    again = pickle.loads(pickle.dumps(frozen))
    assert again == frozen
    assert type(again) is FrozenObject
    assert type(again["a"]) is FrozenObject


def test_its_representation_says_what_it_is() -> None:
    """It does not pass for a dict when printed."""
    assert repr(FrozenObject({"a": 1})) == "FrozenObject({'a': 1})"


@given(anything)
def test_thawing_undoes_freezing(value: Any) -> None:
    """A frozen value is hashable and thaws to the same JSON, in containers that belong to the caller."""
    frozen = freeze(value)
    hash(frozen)
    assert same_json(thaw(frozen), value)
