"""Work grows with the size of the input and no faster: calls are counted, since times lie on a busy machine."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from keypolicy import KeyMetadata, Principal, access, explain, loads
from tests.hostile.policies import ACCOUNT, BY_ITEMS, BY_STATEMENTS, KEY_ARN, calls, policy, statement, under

#: Larger than KMS takes, so that each text is read in the same way; a smaller one is read in one pass.
SMALL = 400
KEY = KeyMetadata.parse(KEY_ARN)
CALLER = Principal.parse(ACCOUNT)

#: Twice as much may cost somewhat more than twice; four times as much would be the square of it.
MOST_GROWTH = 3


def read_and_decide(text: str) -> None:
    read = loads(text, lenient=True)
    answered = access(read, CALLER, key=KEY)
    assert len(answered.allowed) + len(answered.denied) + len(answered.conditional) > 0
    explain(read, CALLER, "kms:Decrypt", key=KEY)


GROWING = {name: make for name, make in (BY_STATEMENTS | BY_ITEMS).items() if name != "a Deny each"}


@pytest.mark.parametrize("make", GROWING.values(), ids=GROWING.keys())
def test_twice_the_policy_is_no_more_than_about_twice_the_work(make: Callable[[int], dict[str, Any]]) -> None:
    """Reading, deciding for all actions and explaining one, the texts of both policies having been seen before."""
    once, twice = (json.dumps(make(size)) for size in (SMALL, 2 * SMALL))
    read_and_decide(twice)

    assert calls(lambda: read_and_decide(twice)) < MOST_GROWTH * calls(lambda: read_and_decide(once))


def test_denies_that_lean_on_each_other_are_tried_within_the_budget() -> None:
    """What each of 180 Denies on one key leaves open is compared with all others, up to a limit (S-362)."""
    text = json.dumps(BY_STATEMENTS["a Deny each"](180))

    assert calls(lambda: read_and_decide(text)) < 8_000_000


def test_why_broken_statements_are_in_doubt_is_found_in_one_pass() -> None:
    """A thousand broken statements with a problem each took a million looks, ten thousand two minutes."""
    read = loads({"Statement": [{"x": 1}] * 1000}, lenient=True)

    assert calls(lambda: access(read, CALLER, key=KEY).allowed) < 300_000


def test_a_statement_list_after_a_single_statement_of_the_same_name_is_read() -> None:
    """The members of the first, which has no places in a list, are no problem of a statement (S-008)."""
    read = loads('{"Statement": {"Sid": "a", "Sid": "b"}, "Statement": [{"Effect": "Allow"}]}', lenient=True)

    assert not access(read, CALLER, key=KEY).allowed


MANY_VARIABLES = "".join(f"${{aws:PrincipalTag/t{number}}}" for number in range(400))


@pytest.mark.parametrize(
    "document",
    [
        under("StringLike", "aws:SourceIdentity", MANY_VARIABLES),
        policy(statement(Resource=[f"arn:aws:kms:*:*:key/${{aws:PrincipalTag/t{number}}}" for number in range(60)])),
    ],
    ids=["in a value", "one for each resource"],
)
def test_many_policy_variables_are_tried_within_the_budget(document: dict[str, Any]) -> None:
    """Each on a key of its own; the last of these, of three kilobytes, was searched for two minutes."""
    read = loads(document)

    assert calls(lambda: access(read, CALLER, key=KEY).allowed) < 8_000_000
    assert access(read, CALLER, key=KEY)["kms:Decrypt"].outcome == "conditional"


@pytest.mark.parametrize("make", GROWING.values(), ids=GROWING.keys())
def test_memory_is_bounded_by_the_size_of_the_text(make: Callable[[int], dict[str, Any]]) -> None:
    """At most 100 bytes for each character of the text and four megabytes besides, at the worst moment."""
    text = json.dumps(make(1000))
    tracemalloc.start()
    try:
        read_and_decide(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 100 * len(text) + 4 * 2**20
