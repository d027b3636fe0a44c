"""What each statement contributes to the answer for one action, as a formula; computed on demand.

From the same rules and truths as the decision itself, so that reasons and decision agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keypolicy.evaluation.bound_policy import BoundPolicy, BoundRule, resource_truth
from keypolicy.evaluation.formula import FALSE, TRUE, Atom, Formula, both
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.rules import StatementRef
from keypolicy.matching.principals import MatchKind
from keypolicy.matching.truth import Truth, undocumented

__all__ = ["Contribution", "contributions"]


@dataclass(frozen=True, slots=True)
class Contribution:
    """One statement's part: it applies where `formula` holds, and covers the caller as `kinds` say."""

    ref: StatementRef
    denies: bool
    formula: Formula
    kinds: frozenset[MatchKind]


def contributions(bound: BoundPolicy, request: Request, bit: int) -> tuple[Contribution, ...]:
    """The contributions of all rules that can apply to the action with this bit, in the order of the document."""
    return tuple(
        found for rule in bound.rules for found in _contribution(rule, bound, request, bit) if found.formula != FALSE
    )


def _contribution(bound_rule: BoundRule, bound: BoundPolicy, request: Request, bit: int) -> Iterator[Contribution]:
    rule = bound_rule.rule
    if not rule.possible & bit:
        return
    concerns, kinds = bound_rule.principal_truth(request.principal, bound.key.partition, request.reading)
    matched: Truth = True if rule.certain & bit else undocumented("S-104")
    parts = [
        _part(matched, f"{rule.ref} names the action"),
        _part(concerns, f"{rule.ref} concerns {request.principal}"),
        _part(bound_rule.standing, f"{rule.ref} is effective as it stands"),
    ]
    if rule.resource is not None and rule.resource.has_variables:
        covers = resource_truth(rule.resource, bound.key, request.reading, request)
        parts.append(_part(covers, f"{rule.ref} covers the key"))
    for test in rule.tests:
        truth = test.truth_for(bit, request)
        parts.append(Atom(test.condition, truth) if not isinstance(truth, bool) else TRUE if truth else FALSE)
    yield Contribution(rule.ref, bound_rule.denies, both(parts), frozenset(kinds))


def _part(truth: Truth, subject: str) -> Formula:
    if isinstance(truth, bool):
        return TRUE if truth else FALSE
    return Atom(subject, truth)
