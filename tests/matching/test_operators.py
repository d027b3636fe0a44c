"""Condition operators as values."""

from __future__ import annotations

import copy
import pickle

import pytest

from keypolicy.matching.operators import OPERATORS


@pytest.mark.parametrize("name", OPERATORS)
def test_a_copy_of_an_operator_is_the_operator(name: str) -> None:
    """Also one that went through a pickle, since operators hold functions."""
    operator = OPERATORS[name]

    assert pickle.loads(pickle.dumps(operator)) is operator
    assert copy.deepcopy(operator) is operator
