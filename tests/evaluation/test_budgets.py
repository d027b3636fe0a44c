"""Where there is more to try than the search may try, the answer is conditional and says so (S-362)."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from keypolicy import Access, KeyMetadata, Outcome, access, loads
from keypolicy.evaluation import open_keys, together, worlds
from keypolicy.evaluation.together import Asked, outcome_together
from keypolicy.matching import text_classes, value_classes
from tests.evaluation.key_policies import KEY, D, policy, statement

MOST_BYTES = 32_768
DECRYPT = "kms:Decrypt"


def allow(condition: dict[str, Any], effect: str = "Allow") -> dict[str, Any]:
    """A statement about the account under a condition."""
    return statement(D, "kms:*", effect=effect, Condition=condition)


def both_halves(*keys: str) -> dict[str, Any]:
    """A policy that allows everything, in two statements for each key of which one applies in every request."""
    chosen: list[dict[str, Any]] = [{}]
    for key in keys:
        chosen = [
            {**block, operator: {**block.get(operator, {}), key: "a"}}
            for block in chosen
            for operator in ("StringEquals", "StringNotEquals")
        ]
    return policy(*(allow(block) for block in chosen))


def answer(document: dict[str, Any]) -> Access:
    """What the account may do under the policy, nothing being stated of the request."""
    return access(loads(document), D, key=KeyMetadata.parse(KEY))


TAGS = both_halves("aws:PrincipalTag/a", "aws:PrincipalTag/b")
PATTERNS = policy(
    allow({"StringLike": {"aws:SourceIdentity": ["*a*", "*b*c"]}}),
    allow({"StringNotLike": {"aws:SourceIdentity": ["*a*", "*b*c"]}}),
)
SETS = policy(
    allow({"ForAllValues:StringEquals": {"aws:CalledVia": ["a", "b"]}}),
    allow({"ForAnyValue:StringNotEquals": {"aws:CalledVia": ["a", "b"]}}),
)
RANGES = policy(
    allow({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "11.0.0.0/8"]}}),
    allow({"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "11.0.0.0/8"]}}),
)


@pytest.mark.parametrize(
    ("module", "name", "least", "document"),
    [
        (worlds, "MOST_WORLDS", 2, TAGS),
        (worlds, "MOST_WORK", 3, TAGS),
        (worlds, "WORK_OF_CONDITION", 400_000, TAGS),
        (open_keys, "MOST_KEYS", 1, TAGS),
        (text_classes, "MOST_WALKED", 3, PATTERNS),
        (value_classes, "MOST_CLASSES", 2, SETS),
        (value_classes, "MOST_COMPARED", 2, RANGES),
    ],
)
def test_over_the_budget_nothing_is_settled(
    module: Any, name: str, least: int, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is allowed in every request is conditional where these cannot all be tried; a note says so."""
    assert answer(document)[DECRYPT].outcome is Outcome.ALLOWED
    value_classes._distinguishable.cache_clear()

    monkeypatch.setattr(module, name, least)
    answered = answer(document)
    decision = answered[DECRYPT]

    assert decision.outcome is Outcome.CONDITIONAL
    assert answered.exactly(decision.bit).over_budget & decision.bit
    (note,) = [note for note in decision.notes if note.code == "over-budget"]
    assert note.rule == "S-362"
    value_classes._distinguishable.cache_clear()


def test_what_is_settled_or_open_for_another_reason_is_not_over_the_budget() -> None:
    """No note where the worlds decide, nor where two of them show that the answer is open."""
    for document in (TAGS, policy(allow({"StringEquals": {"aws:SourceIdentity": "a"}}))):
        assert "over-budget" not in [note.code for note in answer(document)[DECRYPT].notes]


@pytest.mark.parametrize(("name", "least"), [("MOST_SHARED_WORLDS", 1), ("MOST_WORK", 1)])
def test_actions_together_have_a_budget_too(name: str, least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two actions of which each request is denied one are denied together, and over the budget open (S-365)."""
    when = {"StringEquals": {"aws:SourceIdentity": "a"}}
    unless = {"StringNotEquals": {"aws:SourceIdentity": "a"}}
    document = policy(statement(D, DECRYPT, Condition=when), statement(D, "kms:Encrypt", Condition=unless))
    answered = answer(document)
    asked = [Asked(answered, answered[DECRYPT].bit | answered["kms:Encrypt"].bit)]

    assert outcome_together(asked) is Outcome.IMPLICIT_DENY
    monkeypatch.setattr(together, name, least)
    assert outcome_together(asked) is Outcome.CONDITIONAL


def word(number: int) -> str:
    """Three letters, others for each number below 17,576."""
    return "".join(chr(ord("a") + number // 26**place % 26) for place in range(3))


def filled(make: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
    """A policy as large as KMS stores, of one statement after another."""
    statements: list[dict[str, Any]] = []
    size = len(json.dumps(policy()))
    for number in count():
        made = make(number)
        size += len(json.dumps(made, separators=(",", ":"))) + 1
        if size > MOST_BYTES:
            return policy(*statements)
        statements.append(made)
    raise AssertionError


def with_values(operator: str, key: str, value: Callable[[int], str], size: int) -> dict[str, Any]:
    """A policy as large as KMS stores, of one statement with many values of `size` letters at most."""
    values = [value(number) for number in range((MOST_BYTES - 300) // (size + 3))]
    return policy(allow({operator: {key: values}}))


def effect_of(number: int) -> str:
    return "Deny" if number % 3 == 0 else "Allow"


LARGE = {
    "a tag for each statement": filled(
        lambda i: allow({"StringNotEquals": {f"aws:PrincipalTag/t{i}": "a"}}, effect_of(i))
    ),
    "wildcards for each tag": filled(
        lambda i: allow({"StringLike": {f"aws:PrincipalTag/t{i}": ["*a*b*", "*b*a*", "*c*a*b*"]}})
    ),
    "wildcards for one key": with_values("StringLike", "aws:SourceIdentity", lambda i: f"*{word(i)}*{word(7 * i)}*", 9),
    "a wildcard for each statement": filled(
        lambda i: allow({"StringLike": {"aws:SourceIdentity": f"*{word(i)}*"}}, effect_of(i))
    ),
    "variables in a chain": filled(
        lambda i: allow({"StringEquals": {f"aws:PrincipalTag/t{i}": f"${{aws:PrincipalTag/t{i + 1}}}"}})
    ),
    "variables in a circle": filled(
        lambda i: allow({"StringEquals": {f"aws:PrincipalTag/t{i % 30}": f"${{aws:PrincipalTag/t{(7 * i + 1) % 30}}}"}})
    ),
    "variables between wildcards": filled(
        lambda i: allow({"StringLike": {"aws:SourceIdentity": f"*${{aws:PrincipalTag/t{i % 5}}}*{word(i)}*"}})
    ),
    "variables in resources": filled(
        lambda i: {
            **allow({"StringEquals": {f"aws:PrincipalTag/t{i}": "a"}}),
            "Resource": KEY.rpartition("/")[0] + f"/${{aws:PrincipalTag/r{i}}}",
        }
    ),
    "sets": filled(
        lambda i: allow(
            {
                "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": [word(i), word(i + 1)]},
                "ForAnyValue:StringLike": {"kms:EncryptionContextKeys": f"*{word(i)}"},
            }
        )
    ),
    "ranges": with_values("IpAddress", "aws:SourceIp", lambda i: f"10.{100 + i % 150}.{100 + i // 150}.0/24", 15),
}
"""Policies made to leave as much to try as they can."""


@pytest.mark.parametrize("document", LARGE.values(), ids=LARGE.keys())
def test_a_policy_made_to_be_tried_for_long_is_answered(document: dict[str, Any]) -> None:
    """The largest policies are answered for all actions, none of which is allowed that some request is denied."""
    assert MOST_BYTES - 900 < len(json.dumps(document, separators=(",", ":"))) <= MOST_BYTES

    answered = answer(document)

    assert not answered.allowed
    assert answered.conditional
