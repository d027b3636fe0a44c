"""Laws of the whole decision: what may change an answer, and in which direction only."""

from __future__ import annotations

import copy
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from keypolicy import Access, Principal, RequestContext, access, loads
from tests.laws.strategies import KEY, callers, contexts, policies, statements


def verdict(document: dict[str, Any], caller: Principal, context: RequestContext) -> Access:
    return access(loads(document, lenient=True), caller, key=KEY, context=context)


@given(policies(), callers, contexts())
def test_default_is_deny(document: dict[str, Any], caller: Principal, context: RequestContext) -> None:
    """Without an Allow nothing is allowed, and nothing is conditional."""
    denying = {**document, "Statement": [{**each, "Effect": "Deny"} for each in document["Statement"]]}
    answer = verdict(denying, caller, context)

    assert not answer.allowed
    assert not answer.conditional


@given(policies(), statements(), callers, contexts())
def test_a_deny_never_gives_and_an_allow_never_takes(
    document: dict[str, Any], statement: dict[str, Any], caller: Principal, context: RequestContext
) -> None:
    """One more Deny adds no access, one more Allow removes none (S-368)."""
    before = verdict(document, caller, context)
    longer = {**document, "Statement": [*document["Statement"], statement]}
    after = verdict(longer, caller, context)

    if statement["Effect"] == "Deny":
        assert after.allowed <= before.allowed
        assert before.denied <= after.denied
    else:
        assert before.allowed <= after.allowed
        assert after.denied <= before.denied


@given(policies(), callers, contexts())
def test_a_certain_deny_wins(document: dict[str, Any], caller: Principal, context: RequestContext) -> None:
    """With everything denied to everyone nothing is allowed."""
    everything = {"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"}
    answer = verdict({**document, "Statement": [*document["Statement"], everything]}, caller, context)

    assert not answer.allowed
    assert "kms:Decrypt" in answer.explicitly_denied


@given(policies(), callers, contexts(), st.randoms(use_true_random=False))
def test_order_form_case_and_sids_change_nothing(
    document: dict[str, Any], caller: Principal, context: RequestContext, chance: random.Random
) -> None:
    """Nor do duplicates, one-element lists, and the case of action names and condition keys (S-368)."""
    other = copy.deepcopy(document)
    chance.shuffle(other["Statement"])
    other["Statement"].append(copy.deepcopy(other["Statement"][0]))
    for index, statement in enumerate(other["Statement"]):
        statement["Sid"] = f"renamed {index % 2}"
        for name in ("Action", "NotAction"):
            if name in statement:
                statement[name] = [action.swapcase() for action in statement[name]]
        if isinstance(statement.get("Resource"), str):
            statement["Resource"] = [statement["Resource"]]
        for operator, keys in statement.get("Condition", {}).items():
            statement["Condition"][operator] = {
                key.upper(): values[0] if len(values) == 1 else values for key, values in keys.items()
            }

    assert verdict(other, caller, context).verdicts == verdict(document, caller, context).verdicts


@given(policies(), callers, contexts(closed=False), contexts())
def test_stating_more_refines(
    document: dict[str, Any], caller: Principal, stated: RequestContext, more: RequestContext
) -> None:
    """More context turns neither allowed nor denied into anything else (S-368)."""
    before = verdict(document, caller, stated)
    after = verdict(document, caller, more.overridden_by(stated))

    assert before.allowed <= after.allowed
    assert before.denied <= after.denied


@given(policies(), callers, contexts(), st.data())
def test_statements_that_are_not_named_do_not_matter(
    document: dict[str, Any], caller: Principal, context: RequestContext, data: st.DataObject
) -> None:
    """Removing a statement that neither determines nor may determine an answer leaves it as it is."""
    answer = verdict(document, caller, context)
    action = data.draw(st.sampled_from(["kms:Decrypt", "kms:CreateGrant", "kms:TagResource"]))
    named = {ref.index for ref in (*answer[action].determining, *answer[action].may_determine)}
    kept = [each for index, each in enumerate(document["Statement"]) if index in named]
    unreachable = {"Effect": "Allow", "Principal": {"AWS": []}, "Action": "kms:*", "Resource": "*"}

    smaller = verdict({**document, "Statement": [*kept, unreachable]}, caller, context)

    assert smaller[action].outcome is answer[action].outcome
