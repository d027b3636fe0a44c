"""Laws: what is pickled or copied comes back as it was, here and in another process, and equal values hash alike."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import keypolicy
from keypolicy import ActionSet, Principal, RequestContext, loads
from tests.document.documents import nearly_valid_documents, text_of
from tests.laws.answers import ask
from tests.laws.public_values import ANSWER_TYPES, HASHED_BY_IDENTITY, answers, errors, said_by, values
from tests.laws.refinement_strategies import Refinement, refinements
from tests.laws.strategies import callers, contexts, lenient_policies, policies, readings
from tests.laws.test_action_sets_are_a_boolean_algebra import action_sets

VALUES, SAME_VALUES, ANSWERS, ERRORS = values(), values(), answers(), errors()


def through_a_pickle(protocol: int) -> Callable[[Any], Any]:
    return lambda value: pickle.loads(pickle.dumps(value, protocol))


WAYS: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle {protocol}": through_a_pickle(protocol) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)},
}

in_every_way = pytest.mark.parametrize("again", WAYS.values(), ids=WAYS.keys())

# Every value is made here too, of course with another seed of hashes, and compared with what came in the pickle.
OTHER_PROCESS = """
import pickle, sys
from tests.laws.public_values import answers, said_by, values
came = pickle.load(sys.stdin.buffer)
ours, said = values(), {name: said_by(answer) for name, answer in answers().items()}
assert list(came["values"]) == list(ours)
for name, value in came["values"].items():
    assert value == ours[name], name
    assert hash(value) == hash(ours[name]), name
    assert repr(value) == repr(ours[name]), name
    assert {ours[name]: 1}[value] == 1
for name, answer in came["answers"].items():
    assert said_by(answer) == said[name], name
sys.stdout.buffer.write(pickle.dumps({"values": ours, "answers": answers()}))
"""


def test_every_public_type_is_tried() -> None:
    """Each type that the package shows has a value, an answer or an error here."""
    public = {getattr(keypolicy, name) for name in keypolicy.__all__ if isinstance(getattr(keypolicy, name), type)}
    tried = [*VALUES.values(), *ANSWERS.values(), *ERRORS.values()]

    assert {each.__name__ for each in public if not any(isinstance(value, each) for value in tried)} == set()
    assert {type(answer).__name__ for answer in ANSWERS.values()} == ANSWER_TYPES


@in_every_way
@pytest.mark.parametrize("name", VALUES)
def test_a_value_comes_back_as_it_was(name: str, again: Callable[[Any], Any]) -> None:
    """Equal, of the same type, with the same hash and the same text."""
    value = VALUES[name]
    back = again(value)

    assert type(back) is type(value)
    assert back == value
    assert hash(back) == hash(value)
    assert repr(back) == repr(value)


@pytest.mark.parametrize("name", VALUES)
def test_values_that_say_the_same_are_equal_and_hash_alike(name: str) -> None:
    """Made twice, a value is found in a dictionary under either; and it equals no other of these."""
    value, other = VALUES[name], SAME_VALUES[name]

    assert value == other
    assert hash(value) == hash(other)
    assert {value: name}[other] == name
    for another, different in VALUES.items():
        if different == value:
            assert type(different) is type(value), another
            assert repr(different) == repr(value), another


@in_every_way
def test_an_answer_says_the_same_again(again: Callable[[Any], Any]) -> None:
    """Whether or not it was looked at before."""
    for name, unseen in answers().items():
        came = again(unseen)

        assert said_by(came) == said_by(ANSWERS[name]), name
        assert said_by(again(came)) == said_by(unseen), name


def test_an_answer_can_be_a_member_of_a_set() -> None:
    """It equals itself; answers that are worked out on demand equal no other."""
    for name, other in answers().items():
        answer = ANSWERS[name]

        assert len({answer, answer}) == 1
        assert answer != other or type(answer).__name__ not in HASHED_BY_IDENTITY


@in_every_way
@pytest.mark.parametrize("name", ERRORS)
def test_an_error_comes_back_as_it_was(name: str, again: Callable[[Any], Any]) -> None:
    """With its text, its code and all that it carries."""
    error = ERRORS[name]
    back = again(error)

    assert type(back) is type(error)
    assert (str(back), back.code, vars(back)) == (str(error), error.code, vars(error))


@pytest.mark.parametrize("seed", ["0", "1", "20"])
def test_another_process_has_the_same_values(seed: str) -> None:
    """What is pickled here equals there what is made there, and the other way round, whatever the seed of hashes."""
    finished = subprocess.run(
        [sys.executable, "-c", OTHER_PROCESS],
        input=pickle.dumps({"values": VALUES, "answers": ANSWERS}),
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=False,
        capture_output=True,
    )

    assert finished.returncode == 0, finished.stderr.decode()
    came = pickle.loads(finished.stdout)
    for name, value in VALUES.items():
        assert (came["values"][name], hash(came["values"][name])) == (value, hash(value)), name
    for name, answer in ANSWERS.items():
        assert said_by(came["answers"][name]) == said_by(answer), name


@given(
    way=st.sampled_from([*WAYS]),
    value=st.one_of(action_sets, callers, contexts(), refinements().map(lambda asked: asked.context)),
)
def test_any_value_comes_back_as_it_was(way: str, value: ActionSet | Principal | RequestContext) -> None:
    """Any set of actions, caller and context."""
    back = WAYS[way](value)

    assert back == value
    assert hash(back) == hash(value)
    assert repr(back) == repr(value)


@given(way=st.sampled_from([*WAYS]), document=nearly_valid_documents())
def test_any_policy_comes_back_as_it_was(way: str, document: Any) -> None:
    """Its statements and problems too; where it was read from counts neither for equality nor for the hash."""
    policy, other = loads(document, lenient=True), loads(text_of(document), lenient=True)
    back, other_back = WAYS[way](policy), WAYS[way](other)

    assert back == policy == other == other_back
    assert hash(back) == hash(policy) == hash(other) == hash(other_back)
    assert (back.statements, back.problems) == (policy.statements, policy.problems)
    assert {*back.statements, *policy.statements} == set(policy.statements)


@given(st.one_of(policies(), lenient_policies()), callers, contexts(), readings, st.sampled_from([*WAYS]))
def test_any_answer_says_the_same_again(
    document: dict[str, Any], caller: Principal, context: RequestContext, reading: Any, way: str
) -> None:
    """Whatever the operators, patterns and variables of the policy."""
    answer = ask(document, caller, context, reading)

    assert said_by(WAYS[way](answer)) == said_by(answer)


@given(refinements(), st.sampled_from([*WAYS]))
def test_any_open_answer_says_the_same_again(asked: Refinement, way: str) -> None:
    """Whatever is known in part."""
    answer = ask(asked.policy, asked.caller, asked.context)

    assert said_by(WAYS[way](answer)) == said_by(answer)
