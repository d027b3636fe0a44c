"""Law: the explanation, worked out statement by statement, says the same as the decision for all actions at once.

It also holds where a decision sees more than its statements one by one do, as when two of them together cover every
request: then no single one of them needs to be certain.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from keypolicy import Explanation, Outcome, Principal, RequestContext, access, loads
from keypolicy.evaluation.access import Access
from keypolicy.matching.truth import Unknown
from tests.laws.strategies import ASKED, KEY, callers, contexts, lenient_policies, policies

READINGS = st.sampled_from(["safest", "likely"])
DOCUMENTS = st.one_of(policies(), lenient_policies())


def explained(answer: Access, action: str) -> Explanation:
    return answer[action].explain()


@given(DOCUMENTS, callers, contexts(), st.sampled_from(ASKED), READINGS)
def test_each_statement_is_explained_as_it_applies(
    document: dict[str, Any], caller: Principal, context: RequestContext, action: str, reading: Any
) -> None:
    """It certainly applies where all elements hold, and cannot apply where one fails; and the other way round."""
    answer = access(loads(document, lenient=True), caller, key=KEY, context=context, reading=reading)
    explanation = explained(answer, action)

    assert len(explanation.statements) == len(answer.statements)
    for match, statement in zip(answer.statements, explanation.statements, strict=True):
        assert (statement.ref, statement.effect) == (match.ref, match.effect)
        assert (statement.truth is True) == (action in match.certain)
        if statement.failing:
            assert action not in match.possible
        if action not in match.possible:
            # Conditions that exclude each other may be seen as such.
            assert statement.failing or len(statement.unsettled) > 1


@given(DOCUMENTS, callers, contexts(), st.sampled_from(ASKED), READINGS)
def test_each_outcome_is_explained(
    document: dict[str, Any], caller: Principal, context: RequestContext, action: str, reading: Any
) -> None:
    """What is said to decide can decide, and nothing is said that would give another outcome."""
    policy = loads(document, lenient=True)
    explanation = explained(access(policy, caller, key=KEY, context=context, reading=reading), action)
    outcome, deciding = explanation.outcome, explanation.deciding
    allows = [each for each in explanation.statements if each.effect != "Deny"]
    denies = [each for each in explanation.statements if each.effect == "Deny"]

    assert not any(statement.failing for statement in deciding)
    if outcome is Outcome.ALLOWED:
        assert explanation.usable.truth is True
        assert deciding
        assert all(statement.effect == "Allow" for statement in deciding)
    elif outcome is Outcome.EXPLICIT_DENY:
        assert deciding
        assert all(statement.effect == "Deny" for statement in deciding)
    elif outcome is Outcome.IMPLICIT_DENY:
        assert explanation.usable.truth is not True or not any(statement.truth is True for statement in allows)
        assert not deciding
    else:
        assert explanation.usable.truth is not False
        assert deciding or explanation.document is not None
        assert not any(statement.truth is True for statement in denies)
    if outcome is not Outcome.EXPLICIT_DENY:
        assert not any(statement.truth is True for statement in denies)


@given(DOCUMENTS, callers, contexts(), st.sampled_from(ASKED), READINGS)
def test_what_comes_closest_is_an_allow_that_fails(
    document: dict[str, Any], caller: Principal, context: RequestContext, action: str, reading: Any
) -> None:
    """Only an implicit deny of a usable action has one, with the fewest failing elements and the first of them."""
    policy = loads(document, lenient=True)
    explanation = explained(access(policy, caller, key=KEY, context=context, reading=reading), action)
    allows = [each for each in explanation.statements if each.effect != "Deny"]
    closest = explanation.closest

    wanted = explanation.outcome is Outcome.IMPLICIT_DENY and explanation.usable.truth is not False
    assert (closest is not None) == (wanted and bool(allows))
    if closest is not None:
        assert len(closest.failing) == min(len(each.failing) for each in allows)
        first = explanation.first_failure
        assert first is (closest.failing[0] if closest.failing else None)
        # Without a failing element it depends on something, and so does a Deny that is there wherever it applies.
        assert first is not None or closest.unsettled


@given(DOCUMENTS, callers, contexts(), st.sampled_from(ASKED), READINGS)
def test_every_element_has_its_reason(
    document: dict[str, Any], caller: Principal, context: RequestContext, action: str, reading: Any
) -> None:
    """In words, under a rule; what is not settled depends on something, and the text of it all tells the outcome."""
    policy = loads(document, lenient=True)
    explanation = explained(access(policy, caller, key=KEY, context=context, reading=reading), action)

    assert str(explanation).startswith(f"{explanation.outcome.value}  {action} for ")
    for statement in explanation.statements:
        for element in (*statement.elements, explanation.usable):
            assert element.reason
            assert element.rule.startswith("S-")
            assert "\n" not in str(element)
            if isinstance(element.truth, Unknown):
                assert element.truth.missing or element.truth.undocumented
