"""The strategies of the laws draw what the laws are about often enough; the bounds lie below what was measured.

A law that only ever sees implicit denies holds of anything. What was measured, over 1,500 draws: docs/laws.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from keypolicy import Outcome
from keypolicy.matching.patterns import compile_pattern
from keypolicy.matching.resources import resource_pattern_covers
from tests.laws.answers import ask, outcomes_of
from tests.laws.refinement_strategies import refinements
from tests.laws.strategies import callers, contexts, policies, statements
from tests.laws.test_form_changes_nothing import REWRITINGS
from tests.laws.test_wildcards_match_their_definition import pairs
from tests.laws.world_strategies import questions

DRAWS = 200


def shares(strategy: st.SearchStrategy[Any], kinds: Callable[[Any], set[str]], draws: int = DRAWS) -> dict[str, float]:
    """Of each kind the share of draws that are of it; the same draws each time."""
    counted: Counter[str] = Counter()
    drawn = 0

    @settings(
        max_examples=draws,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def count(value: Any) -> None:
        nonlocal drawn
        drawn += 1
        counted.update(kinds(value))

    count()
    return {kind: number / drawn for kind, number in counted.items()}


def assert_often(found: dict[str, float], bounds: dict[str, float]) -> None:
    rare = {kind: found.get(kind, 0) for kind, bound in bounds.items() if found.get(kind, 0) < bound}
    assert rare == {}, found


def test_every_outcome_is_met() -> None:
    """A question about four actions meets each outcome in one of ten draws or more."""
    found = shares(
        st.tuples(policies(), callers, contexts()),
        lambda drawn: {outcome.value for outcome in outcomes_of(ask(*drawn))},
    )

    assert_often(found, {outcome.value: 0.1 for outcome in Outcome})


def test_one_more_statement_often_changes_something() -> None:
    """An Allow gives access in one of ten draws or more, and a Deny takes it in one of fourteen or more."""

    def kinds(drawn: Any) -> set[str]:
        document, statement, caller, context = drawn
        before = ask(document, caller, context)
        changed = set()
        for effect in ("Allow", "Deny"):
            more = {**document, "Statement": [*document["Statement"], {**statement, "Effect": effect}]}
            after = ask(more, caller, context)
            if (after.allowed, after.conditional) != (before.allowed, before.conditional):
                changed.add(effect)
        return changed

    found = shares(st.tuples(policies(), statements(), callers, contexts()), kinds)

    assert_often(found, {"Allow": 0.1, "Deny": 0.07})


def test_every_rewriting_rewrites() -> None:
    """Each way of writing a policy otherwise changes one of eight policies or more."""

    def kinds(drawn: Any) -> set[str]:
        document, chance = drawn
        changed = set()
        for rewriting in REWRITINGS:
            other = _deep(document)
            rewriting(other, chance)
            if repr(other) != repr(document):
                changed.add(rewriting.__name__)
        return changed

    found = shares(st.tuples(policies(), st.randoms(use_true_random=False)), kinds)

    assert_often(found, {rewriting.__name__: 0.12 for rewriting in REWRITINGS})


def _deep(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _deep(member) for name, member in value.items()}
    return [_deep(member) for member in value] if isinstance(value, list) else value


def test_refinements_widen_in_every_way_and_settle_something() -> None:
    """Before more is known much is settled and much is not, by every kind of partial knowledge."""

    def kinds(asked: Any) -> set[str]:
        before = ask(asked.policy, asked.caller, asked.context)
        after = ask(asked.policy, asked.known_caller, asked.known_context)
        met = {f"widened by {way}" for way in asked.widened}
        met |= {f"partly known: {type(state).__name__}" for state in asked.context.stated.values()}
        met |= {"allowed before"} if before.allowed and asked.widened else set()
        met |= {"denied explicitly before"} if before.explicitly_denied and asked.widened else set()
        met |= {"conditional before"} if before.conditional else set()
        met |= {"settled by more"} if after.conditional < before.conditional else set()
        return met | ({"less is said of the caller"} if asked.caller != asked.known_caller else set())

    found = shares(refinements(), kinds)

    assert_often(
        found,
        {
            **{f"widened by {way}": 0.08 for way in ("nothing", "any of", "present", "like")},
            **{f"widened by {way}": 0.02 for way in ("more patterns", "at least")},
            "widened by fewer values": 0.001,
            **{f"partly known: {kind}": 0.15 for kind in ("Like", "AnyOf", "Presence", "Present")},
            "partly known: AtLeast": 0.03,
            "allowed before": 0.12,
            "denied explicitly before": 0.04,
            "conditional before": 0.15,
            "settled by more": 0.05,
            "less is said of the caller": 0.02,
        },
    )


def test_questions_with_much_unknown_meet_every_outcome() -> None:
    """Of two actions one meets each outcome in one of sixteen questions or more."""
    found = shares(
        questions(),
        lambda asked: {outcome.value for outcome in outcomes_of(ask(asked.policy, asked.caller, asked.context))[:2]},
    )

    assert_often(found, {outcome.value: 0.06 for outcome in Outcome})


def test_unnamed_statements_are_there_to_be_removed() -> None:
    """One policy in four or more has a statement that an answer which is not an implicit deny does not name."""

    def kinds(drawn: Any) -> set[str]:
        document, caller, context = drawn
        answer = ask(document, caller, context)
        met = set()
        for action in ("kms:Decrypt", "kms:CreateGrant"):
            decision = answer[action]
            named = {ref.index for ref in (*decision.determining, *decision.may_determine)}
            if named and len(named) < len(document["Statement"]):
                met.add("some are named and some are not")
        return met

    assert_often(shares(st.tuples(policies(), callers, contexts()), kinds), {"some are named and some are not": 0.25})


def test_texts_match_patterns_about_as_often_as_not() -> None:
    """Of patterns with wildcards too, and also where stars stay in their parts."""

    def kinds(pair: tuple[str, str]) -> set[str]:
        pattern, text = pair
        wild = " a wildcard" if set(pattern) & set("*?") else ""
        in_parts = resource_pattern_covers(pattern, text)
        return {
            f"matches{wild}" if compile_pattern(pattern).matches(text) else f"does not match{wild}",
            "matches in parts" if in_parts else "does not match in parts",
        }

    found = shares(pairs("ab:"), kinds)

    assert_often(
        found,
        {
            "matches a wildcard": 0.3,
            "does not match a wildcard": 0.15,
            "matches in parts": 0.15,
            "does not match in parts": 0.2,
        },
    )
