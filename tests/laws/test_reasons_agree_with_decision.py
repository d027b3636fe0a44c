"""Law: the reasons, worked out on demand for one action, say the same as the decision for all actions at once."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from keypolicy import Outcome, Principal, RequestContext, access, loads
from keypolicy.evaluation.contributions import contributions
from keypolicy.evaluation.formula import FALSE, TRUE, Atom, either, truth_of
from tests.laws.strategies import ASKED, KEY, callers, contexts, policies

READINGS = st.sampled_from(["safest", "likely"])


@given(policies(), callers, contexts(), st.sampled_from(ASKED), READINGS)
def test_contributions_give_the_outcome(
    document: dict[str, Any], caller: Principal, context: RequestContext, action: str, reading: Any
) -> None:
    """The formulas of the statements, put together, are true, false or open just as the bit sets say."""
    answer = access(loads(document, lenient=True), caller, key=KEY, context=context, reading=reading)
    decision = answer[action]
    parts = contributions(answer.what.concerned, answer.request, decision.bit)
    allowed = either(part.formula for part in parts if not part.denies)
    denied = either(part.formula for part in parts if part.denies)

    matches = answer.statements
    allow_certain = any(match.effect == "Allow" and action in match.certain for match in matches)
    allow_possible = any(match.effect == "Allow" and action in match.possible for match in matches)
    deny_certain = any(match.effect == "Deny" and action in match.certain for match in matches)
    deny_possible = any(match.effect == "Deny" and action in match.possible for match in matches)
    assert (allowed == TRUE, allowed != FALSE) == (allow_certain, allow_possible)
    assert (denied == TRUE, denied != FALSE) == (deny_certain, deny_possible)
    assert bool(answer.verdicts.deny & decision.bit) == deny_certain
    assert bool(answer.verdicts.deny_maybe & decision.bit) == deny_possible
    assert allow_certain or not answer.verdicts.allow & decision.bit
    assert allow_possible or not answer.verdicts.allow_maybe & decision.bit


@given(policies(), callers, contexts(), st.sampled_from(ASKED), READINGS)
def test_every_outcome_has_its_reasons(
    document: dict[str, Any], caller: Principal, context: RequestContext, action: str, reading: Any
) -> None:
    """Allowed and explicitly denied name statements, conditional names what it depends on, and no other does."""
    decision = access(loads(document, lenient=True), caller, key=KEY, context=context, reading=reading)[action]
    unknown = bool(decision.missing_context) or (decision.reading == "safest" and bool(decision.undocumented))

    assert bool(decision.determining) == (decision.outcome in (Outcome.ALLOWED, Outcome.EXPLICIT_DENY))
    if decision.outcome is Outcome.CONDITIONAL:
        assert decision.may_determine
        assert decision.residual not in (TRUE, FALSE)
        assert str(decision.residual)
        assert not isinstance(truth_of(decision.residual, lambda atom: atom.unknown), bool)
        assert unknown or decision.undocumented
    else:
        assert not unknown
        assert decision.residual == (TRUE if decision.outcome is Outcome.ALLOWED else FALSE)


@given(policies(), callers, contexts(closed=True), st.sampled_from(ASKED))
def test_a_closed_context_leaves_only_what_is_undocumented(
    document: dict[str, Any], caller: Principal, context: RequestContext, action: str
) -> None:
    """With nothing unknown an answer is open only where AWS is silent or the caller is not one single session."""
    decision = access(loads(document, lenient=True), caller, key=KEY, context=context)[action]
    facts = {"role session name", "federating user", "permissions boundary"}

    if decision.outcome is Outcome.CONDITIONAL:
        assert decision.undocumented or facts & set(decision.missing_context)


@given(policies(), callers, contexts(), st.sampled_from(ASKED))
def test_residual_atoms_settle_the_answer(
    document: dict[str, Any], caller: Principal, context: RequestContext, action: str
) -> None:
    """With every atom taken as true or as false, a residual is true or false and nothing between."""
    residual = access(loads(document, lenient=True), caller, key=KEY, context=context)[action].residual

    def as_true(atom: Atom) -> bool:
        return True

    def as_false(atom: Atom) -> bool:
        return False

    assert isinstance(truth_of(residual, as_true), bool)
    assert isinstance(truth_of(residual, as_false), bool)
