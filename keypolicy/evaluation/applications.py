"""Which statements apply to which actions for one request: the decision, told statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from keypolicy.evaluation.bound_policy import BoundPolicy, BoundRule
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.rules import StatementRef
from keypolicy.matching.principal_elements import doubtful_match
from keypolicy.matching.principals import MatchKind
from keypolicy.matching.truth import Truth

__all__ = ["Application", "applications", "doubtful_rules"]


class Application(NamedTuple):
    """One rule that concerns the caller: the bits of the actions to which it certainly and possibly applies."""

    ref: StatementRef
    denies: bool
    certain: int
    possible: int
    kinds: frozenset[MatchKind]


def doubtful_rules(bound: BoundPolicy, request: Request) -> Iterator[tuple[BoundRule, Truth, MatchKind]]:
    """The rules whose principal element no dictionary settles, with whether they concern the caller, and as what."""
    principal = request.principal
    for probe in principal.doubtful_probes:
        for rule, value in bound.doubtful(probe):
            truth, kind = doubtful_match(probe, value, principal, rule.rule.effect, request.reading)
            yield rule, truth, kind
    for rule in bound.complements:
        yield rule, rule.complement_truth(request), MatchKind.EVERYONE


def applications(bound: BoundPolicy, request: Request) -> tuple[Application, ...]:
    """Every rule that possibly applies to some action, in the order of the document."""
    concerned: dict[BoundRule, list[MatchKind]] = {}
    for probe, kind in request.principal.certain_probes:
        bucket = bound.bucket(probe)
        if bucket is not None:
            for rule in bucket.members:
                concerned.setdefault(rule, []).append(kind)
    certainly = set(concerned)
    for rule, truth, kind in doubtful_rules(bound, request):
        if truth is not False:
            concerned.setdefault(rule, []).append(kind)
        if truth is True:
            certainly.add(rule)
    found: list[Application] = []
    for rule, kinds in concerned.items():
        certain, possible = rule.masks(request)
        if possible:
            certain = certain if rule in certainly else 0
            found.append(Application(rule.rule.ref, rule.denies, certain, possible, frozenset(kinds)))
    found.sort(key=_place)
    return tuple(found)


def _place(application: Application) -> int:
    return application.ref.index
