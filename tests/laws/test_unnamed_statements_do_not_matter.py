"""Law: removing a statement that is not named as determining, or as possibly determining, changes nothing."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from keypolicy import Decision, Principal, RequestContext
from tests.laws.answers import NOTHING, ask
from tests.laws.strategies import ASKED, callers, contexts, lenient_policies, policies, readings
from tests.laws.world_strategies import Question, questions


def named_in(decision: Decision) -> set[int]:
    return {ref.index for ref in (*decision.determining, *decision.may_determine)}


def without(document: dict[str, Any], removed: set[int]) -> dict[str, Any]:
    kept = [each for index, each in enumerate(document["Statement"]) if index not in removed]
    return {**document, "Statement": [*kept, NOTHING]}


def assert_removal_changes_nothing(
    document: dict[str, Any],
    caller: Principal,
    context: RequestContext,
    reading: Any,
    action: str,
    data: st.DataObject,
) -> None:
    decision = ask(document, caller, context, reading)[action]
    unnamed = [index for index in range(len(document["Statement"])) if index not in named_in(decision)]
    removed = set(unnamed if data.draw(st.booleans()) else data.draw(st.lists(st.sampled_from(unnamed or [-1]))))
    left = ask(without(document, removed), caller, context, reading)[action]
    old_places = [index for index in range(len(document["Statement"])) if index not in removed]

    assert left.outcome is decision.outcome
    assert {old_places[index] for index in named_in(left)} == named_in(decision)
    assert left.missing_context == decision.missing_context
    assert left.delegates_to_iam == decision.delegates_to_iam


@given(st.one_of(policies(), lenient_policies()), callers, contexts(), readings, st.sampled_from(ASKED), st.data())
def test_removing_unnamed_statements_changes_nothing(
    document: dict[str, Any],
    caller: Principal,
    context: RequestContext,
    reading: Any,
    action: str,
    data: st.DataObject,
) -> None:
    """Neither the outcome nor the statements that are named, whether one is removed, some, or all."""
    assert_removal_changes_nothing(document, caller, context, reading, action, data)


@given(questions(), readings, st.sampled_from(["kms:Decrypt", "kms:CreateGrant"]), st.data())
def test_removing_unnamed_statements_changes_nothing_where_much_is_unknown(
    question: Question, reading: Any, action: str, data: st.DataObject
) -> None:
    """Nor where statements decide together, and values are known in part."""
    assert_removal_changes_nothing(question.policy, question.caller, question.context, reading, action, data)
