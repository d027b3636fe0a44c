"""What each statement contributes to the answer for one action, as a formula; computed on demand.

From the same rules and truths as the decision itself, so that reasons and decision agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from keypolicy.evaluation.bound_policy import Concerned
from keypolicy.evaluation.formula import FALSE, TRUE, Atom, Formula, both
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.resource_elements import resource_truth
from keypolicy.evaluation.rules import Rule, StatementRef
from keypolicy.matching.truth import Truth, all_of, undocumented

__all__ = ["Contribution", "contributions"]


class Contribution(NamedTuple):
    """One statement's part: it applies where `formula` holds."""

    ref: StatementRef
    denies: bool
    formula: Formula


def contributions(concerned: Iterable[Concerned], request: Request, bit: int) -> tuple[Contribution, ...]:
    """The contributions of all rules that can apply to the action with this bit, in the order of the document."""
    found = (
        Contribution(rule.ref, rule.denies, _formula(rule, truth, request, bit))
        for rule, truth, _ in concerned
        if rule.possible & bit
    )
    return tuple(part for part in found if part.formula != FALSE)


def _formula(rule: Rule, concerns: Truth, request: Request, bit: int) -> Formula:
    matched: Truth = True if rule.named & bit else undocumented("S-104")
    parts = [
        _part(matched, f"{rule.ref} names the action"),
        _part(concerns, f"{rule.ref} concerns {request.principal}"),
        _part(all_of((rule.standing, rule.covers)), f"{rule.ref} is effective as it stands"),
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
