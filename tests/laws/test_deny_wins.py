"""Law: deny wins. What a Deny denies for certain, no Allow gives back (S-368)."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from keypolicy import Outcome, Principal, RequestContext
from tests.laws.answers import NOTHING, ask
from tests.laws.strategies import ASKED, callers, contexts, lenient_policies, policies, readings


@given(policies(), callers, contexts(), readings)
def test_what_is_denied_to_everyone_is_denied(
    document: dict[str, Any], caller: Principal, context: RequestContext, reading: Any
) -> None:
    """With everything denied to everyone every action is denied explicitly, whatever else is written."""
    everything = {"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"}
    answer = ask({**document, "Statement": [*document["Statement"], everything]}, caller, context, reading)

    assert not answer.allowed
    assert not answer.conditional
    assert all(answer[action].outcome is Outcome.EXPLICIT_DENY for action in ASKED[:4])


@given(policies(), callers, contexts(), readings)
def test_what_one_deny_denies_the_policy_denies(
    document: dict[str, Any], caller: Principal, context: RequestContext, reading: Any
) -> None:
    """What is denied explicitly by some statement alone is denied explicitly by all statements together."""
    answer = ask(document, caller, context, reading)
    for statement in document["Statement"]:
        if statement["Effect"] == "Deny":
            alone = ask({**document, "Statement": [statement, NOTHING]}, caller, context, reading)

            assert alone.explicitly_denied <= answer.explicitly_denied


@given(lenient_policies(), callers, contexts(), readings)
def test_a_statement_that_certainly_denies_leaves_nothing_open(
    document: dict[str, Any], caller: Principal, context: RequestContext, reading: Any
) -> None:
    """Not even statements that cannot be read put in doubt what a Deny denies for certain."""
    answer = ask(document, caller, context, reading)
    for match in answer.statements:
        if match.effect == "Deny":
            assert match.certain <= answer.explicitly_denied
            assert match.possible.isdisjoint(answer.allowed) or match.certain < match.possible
