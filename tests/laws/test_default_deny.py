"""Law: deny is the default. Nothing is allowed, or may be, that no Allow allows, or may allow (S-071)."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from keypolicy import ActionSet, Principal, RequestContext
from tests.laws.answers import NOTHING, ask
from tests.laws.strategies import callers, contexts, policies, readings


@given(policies(), callers, contexts(), readings)
def test_without_an_allow_nothing_is_allowed(
    document: dict[str, Any], caller: Principal, context: RequestContext, reading: Any
) -> None:
    """Nor is anything conditional."""
    denying = {**document, "Statement": [{**each, "Effect": "Deny"} for each in document["Statement"]]}
    answer = ask(denying, caller, context, reading)

    assert not answer.allowed
    assert not answer.conditional


@given(policies(), callers, contexts(), readings)
def test_what_no_single_allow_may_give_the_policy_denies(
    document: dict[str, Any], caller: Principal, context: RequestContext, reading: Any
) -> None:
    """Allowed and conditional actions are so by some Allow alone, at least conditionally."""
    given_by_one = ActionSet.none()
    for statement in document["Statement"]:
        if statement["Effect"] == "Allow":
            alone = ask({**document, "Statement": [statement, NOTHING]}, caller, context, reading)
            given_by_one |= alone.allowed | alone.conditional
    answer = ask(document, caller, context, reading)

    assert answer.allowed | answer.conditional <= given_by_one


@given(policies(), callers, contexts(), readings)
def test_an_action_that_no_allow_matches_is_denied(
    document: dict[str, Any], caller: Principal, context: RequestContext, reading: Any
) -> None:
    """With the Allows about some actions only, every other action is denied."""
    decrypt = {"Action": ["kms:Decrypt", "KMS:creategrant"]}
    statements = [
        {**{name: each[name] for name in each if name not in ("Action", "NotAction")}, **decrypt}
        if each["Effect"] == "Allow"
        else each
        for each in document["Statement"]
    ]
    answer = ask({**document, "Statement": statements}, caller, context, reading)

    assert answer.allowed | answer.conditional <= ActionSet.of("kms:Decrypt", "kms:CreateGrant")
