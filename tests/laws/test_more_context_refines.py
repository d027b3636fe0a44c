"""Law: stating more context never turns allowed into anything else, nor denied (S-368).

Stating more is: a key of which nothing was said, a value where a pattern, a choice, a part or mere presence was said,
fewer choices, more patterns, that nothing else is in the request, who the session is, and whether it has a boundary.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from keypolicy import Access, Principal, RequestContext
from tests.laws.answers import ask
from tests.laws.refinement_strategies import Refinement, refinements
from tests.laws.strategies import callers, contexts, lenient_policies, policies, readings


def assert_refined(before: Access, after: Access) -> None:
    assert before.allowed <= after.allowed
    assert before.denied <= after.denied


@given(policies(), callers, contexts(closed=False), contexts(), readings)
def test_stating_more_keys_refines(
    document: dict[str, Any], caller: Principal, stated: RequestContext, more: RequestContext, reading: Any
) -> None:
    """What is allowed or denied stays so when more keys are stated, or all the others are said to be absent."""
    before = ask(document, caller, stated, reading)
    after = ask(document, caller, more.overridden_by(stated), reading)

    assert_refined(before, after)
    assert before.explicitly_denied <= after.explicitly_denied


@given(lenient_policies(), callers, contexts(closed=False), contexts())
def test_stating_more_keys_refines_what_is_said_of_a_broken_policy(
    document: dict[str, Any], caller: Principal, stated: RequestContext, more: RequestContext
) -> None:
    """The same where statements cannot be read."""
    assert_refined(ask(document, caller, stated), ask(document, caller, more.overridden_by(stated)))


@settings(max_examples=400)
@given(refinements(), readings)
def test_knowing_more_refines(asked: Refinement, reading: Any) -> None:
    """What is allowed or denied by partial knowledge stays so when more of it is known."""
    before = ask(asked.policy, asked.caller, asked.context, reading)
    after = ask(asked.policy, asked.known_caller, asked.known_context, reading)

    assert_refined(before, after)
