"""What each statement contributes to the answer for one action, as a formula; computed on demand.

From the same rules and truths as the decision itself, so that reasons and decision agree.
"""

from __future__ import annotations

from typing import NamedTuple

from keypolicy.evaluation.applications import doubtful_rules
from keypolicy.evaluation.bound_policy import BoundPolicy, BoundRule, resource_truth
from keypolicy.evaluation.formula import FALSE, TRUE, Atom, Formula, both
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.rules import StatementRef
from keypolicy.matching.truth import Truth, any_of, undocumented

__all__ = ["Contribution", "contributions"]


class Contribution(NamedTuple):
    """One statement's part: it applies where `formula` holds."""

    ref: StatementRef
    denies: bool
    formula: Formula


def contributions(bound: BoundPolicy, request: Request, bit: int) -> tuple[Contribution, ...]:
    """The contributions of all rules that can apply to the action with this bit, in the order of the document."""
    concerned: dict[BoundRule, list[Truth]] = {}
    for probe, _ in request.principal.certain_probes:
        bucket = bound.bucket(probe)
        for rule in bucket.members if bucket is not None else ():
            concerned.setdefault(rule, []).append(True)
    for rule, truth, _ in doubtful_rules(bound, request):
        concerned.setdefault(rule, []).append(truth)
    found = (
        Contribution(rule.rule.ref, rule.denies, _formula(rule, any_of(truths), request, bit))
        for rule, truths in concerned.items()
        if rule.possible & bit
    )
    return tuple(sorted((part for part in found if part.formula != FALSE), key=lambda part: part.ref.index))


def _formula(bound_rule: BoundRule, concerns: Truth, request: Request, bit: int) -> Formula:
    rule = bound_rule.rule
    matched: Truth = True if rule.certain & bit else undocumented("S-104")
    parts = [
        _part(matched, f"{rule.ref} names the action"),
        _part(concerns, f"{rule.ref} concerns {request.principal}"),
        _part(bound_rule.standing, f"{rule.ref} is effective as it stands"),
    ]
    if rule.resource is not None and rule.resource.has_variables:
        covers = resource_truth(rule.resource, request.key, request.reading, request)
        parts.append(_part(covers, f"{rule.ref} covers the key"))
    for test in rule.tests:
        truth = test.truth_for(bit, request)
        parts.append(Atom(test.condition, truth) if not isinstance(truth, bool) else TRUE if truth else FALSE)
    return both(parts)


def _part(truth: Truth, subject: str) -> Formula:
    if isinstance(truth, bool):
        return TRUE if truth else FALSE
    return Atom(subject, truth)
