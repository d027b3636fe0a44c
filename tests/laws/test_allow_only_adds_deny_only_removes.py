"""Laws: adding an Allow never removes access, adding a Deny never adds any (S-368).

Access that is removed is an action that was allowed or conditional and is so no more, or was allowed and is now
conditional; access that is added is the reverse.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from keypolicy import Access, Principal, RequestContext
from tests.laws.answers import ask
from tests.laws.strategies import callers, contexts, policies, readings, statements


def assert_no_less_access(smaller: Access, larger: Access) -> None:
    assert smaller.allowed <= larger.allowed
    assert larger.denied <= smaller.denied


def with_one_more(document: dict[str, Any], statement: dict[str, Any], place: int) -> dict[str, Any]:
    kept = document["Statement"]
    return {**document, "Statement": [*kept[:place], statement, *kept[place:]]}


@given(policies(), statements(), st.integers(0, 4), callers, contexts(), readings)
def test_an_allow_never_removes_access(
    document: dict[str, Any],
    statement: dict[str, Any],
    place: int,
    caller: Principal,
    context: RequestContext,
    reading: Any,
) -> None:
    """Wherever in the policy it is added; and no Deny is undone by it."""
    before = ask(document, caller, context, reading)
    after = ask(with_one_more(document, {**statement, "Effect": "Allow"}, place), caller, context, reading)

    assert_no_less_access(before, after)
    assert after.explicitly_denied == before.explicitly_denied


@given(policies(), statements(), st.integers(0, 4), callers, contexts(), readings)
def test_a_deny_never_adds_access(
    document: dict[str, Any],
    statement: dict[str, Any],
    place: int,
    caller: Principal,
    context: RequestContext,
    reading: Any,
) -> None:
    """Wherever in the policy it is added; and what was denied explicitly still is."""
    before = ask(document, caller, context, reading)
    after = ask(with_one_more(document, {**statement, "Effect": "Deny"}, place), caller, context, reading)

    assert_no_less_access(after, before)
    assert before.explicitly_denied <= after.explicitly_denied


@given(policies(), callers, contexts(), readings, st.data())
def test_turning_a_deny_into_an_allow_removes_no_access(
    document: dict[str, Any], caller: Principal, context: RequestContext, reading: Any, data: st.DataObject
) -> None:
    """Both laws at once, about a statement that is there."""
    place = data.draw(st.integers(0, len(document["Statement"]) - 1))

    def with_effect(effect: str) -> dict[str, Any]:
        changed = {**document["Statement"][place], "Effect": effect}
        return {**document, "Statement": [*document["Statement"][:place], changed, *document["Statement"][place + 1 :]]}

    denying = ask(with_effect("Deny"), caller, context, reading)
    allowing = ask(with_effect("Allow"), caller, context, reading)

    assert_no_less_access(denying, allowing)
