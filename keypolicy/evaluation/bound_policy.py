"""A policy bound to its key: the rules that concern the key, found by the principal that asks.

Statements that cannot concern a principal cost nothing: the caller's probes are looked up in a
dictionary, and statements without conditions are merged into two bit sets beforehand.
"""

from __future__ import annotations

from keypolicy.document.key import KeyMetadata
from keypolicy.document.model import KeyPolicy
from keypolicy.evaluation.action_elements import Universe
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.rules import ResourceElement, Rule, rules_of
from keypolicy.matching.not_principals import not_principal_truth
from keypolicy.matching.principal_elements import EVERYONE, value_probes
from keypolicy.matching.resources import resource_covers
from keypolicy.matching.truth import Reading, Truth, all_of, any_of, negate, undocumented
from keypolicy.matching.variables import parse_template, substitute

__all__ = ["BoundPolicy", "BoundRule", "Bucket", "bind"]


class BoundRule:
    """A rule whose resource element is settled for the key, except for policy variables in it."""

    __slots__ = ("certain", "denies", "possible", "rule", "standing")

    def __init__(self, rule: Rule, standing: Truth) -> None:
        """`standing` is the rule's own and the resource's, put together."""
        self.rule = rule
        self.denies = rule.effect == "Deny"
        self.standing = standing
        self.certain = rule.certain if standing is True else 0
        self.possible = rule.possible

    @property
    def is_plain(self) -> bool:
        """Whether nothing about the request matters but the principal."""
        resource = self.rule.resource
        return not self.rule.tests and (resource is None or not resource.has_variables)

    def masks(self, request: Request) -> tuple[int, int]:
        """The actions to which the rule certainly and possibly applies, if it concerns the principal."""
        certain, possible = self.certain, self.possible
        for test in self.rule.tests:
            holds, may_hold = test.masks(request)
            certain &= holds
            possible &= may_hold
            if not possible:
                return 0, 0
        resource = self.rule.resource
        if resource is not None and resource.has_variables:
            truth = resource_truth(resource, request.key, request.reading, request)
            if truth is False:
                return 0, 0
            if truth is not True:
                certain = 0
        return certain, possible

    def complement_truth(self, request: Request) -> Truth:
        """Whether the rule, which has a NotPrincipal element, concerns the caller."""
        element = self.rule.not_principal or ""
        partition = request.key.partition
        return not_principal_truth(element, request.principal, self.rule.effect, partition, request.reading)


class Bucket:
    """The rules that one probe meets: all of them, and apart the plain ones as bit sets and the others one by one."""

    __slots__ = ("allow", "allow_maybe", "deny", "deny_maybe", "members", "rules")

    def __init__(self) -> None:
        self.allow = self.allow_maybe = self.deny = self.deny_maybe = 0
        self.members: list[BoundRule] = []
        self.rules: list[BoundRule] = []

    def add(self, rule: BoundRule) -> None:
        """Take in a rule that the probe meets."""
        self.members.append(rule)
        if not rule.is_plain:
            self.rules.append(rule)
        elif rule.denies:
            self.deny |= rule.certain
            self.deny_maybe |= rule.possible
        else:
            self.allow |= rule.certain
            self.allow_maybe |= rule.possible


class BoundPolicy:
    """The rules of a policy that concern one key, under one reading and universe."""

    __slots__ = ("buckets", "complements", "doubtful", "key", "reading", "rules", "universe")

    def __init__(self, key: KeyMetadata, reading: Reading, universe: Universe, rules: list[Rule]) -> None:
        self.key = key
        self.reading = reading
        self.universe = universe
        self.rules: list[BoundRule] = []
        self.buckets: dict[str, Bucket] = {}
        self.doubtful: dict[str, list[tuple[BoundRule, str]]] = {}
        self.complements: list[BoundRule] = []
        for rule in rules:
            self._add(rule)

    def _add(self, rule: Rule) -> None:
        standing = rule.standing
        resource = rule.resource
        if resource is not None and not resource.has_variables:
            covers = resource_truth(resource, self.key, self.reading, None)
            if covers is False:
                return
            if covers is not True:
                standing = all_of((standing, covers))
        bound = BoundRule(rule, standing)
        self.rules.append(bound)
        if rule.not_principal is not None:
            self.complements.append(bound)
        else:
            self._index(bound)

    def _index(self, bound: BoundRule) -> None:
        met: set[str] = set()
        for kind, value in bound.rule.principals:
            for probe, holds_in in value_probes(kind, value):
                if holds_in is not None and holds_in != self.key.partition:
                    continue
                if ":" in probe or probe == EVERYONE:
                    self.doubtful.setdefault(probe, []).append((bound, value))
                if probe not in met:
                    met.add(probe)
                    bucket = self.buckets.get(probe)
                    if bucket is None:
                        bucket = self.buckets[probe] = Bucket()
                    bucket.add(bound)


def resource_truth(resource: ResourceElement, key: KeyMetadata, reading: Reading, request: Request | None) -> Truth:
    """Whether the element covers the key (S-120 to S-130); `request` tells policy variables where there are any."""
    truths = [_value_covers(value, resource, key, reading, request) for value in resource.values]
    covers = any_of(truths)
    return negate(covers) if resource.is_complement else covers


def _value_covers(
    value: str, resource: ResourceElement, key: KeyMetadata, reading: Reading, request: Request | None
) -> Truth:
    if request is not None and "${" in value:
        template = parse_template(value)
        if template.malformed is not None:
            return undocumented(template.malformed)
        substitution = substitute(template, request.state_of, reading)
        if substitution is None:
            # The value matches nothing; what NotResource does then can be read two ways (S-129).
            return undocumented("S-129") if resource.is_complement else False
        if any(
            piece.text in ("*", "?") and not (piece.is_wild or piece.is_substituted) for piece in substitution.pieces
        ):
            return False  # a literal star or question mark, which no key ARN has (S-181)
        text = "".join(piece.text for piece in substitution.pieces)
        covers = resource_covers(text, key.arn, reading, narrowing=resource.is_narrowing)
        if substitution.unknown is not None and covers is not False:
            return substitution.unknown
        loosened = any(
            piece.is_substituted and ("*" in piece.text or "?" in piece.text) for piece in substitution.pieces
        )
        return reading.doubt("S-184", likely=False) if loosened and covers is not False else covers
    return resource_covers(value, key.arn, reading, narrowing=resource.is_narrowing)


def bind(policy: KeyPolicy, key: KeyMetadata, reading: Reading, universe: Universe) -> BoundPolicy:
    """The policy bound to the key; remembered on the policy for the last key, reading and universe asked about."""
    bound = getattr(policy, "_compiled", None)
    if isinstance(bound, BoundPolicy) and bound.reading is reading:
        if bound.key is key and bound.universe is universe:
            return bound
        if bound.key == key and bound.universe.newer == universe.newer:
            return bound
    bound = BoundPolicy(key, reading, universe, rules_of(policy, reading, universe))
    object.__setattr__(policy, "_compiled", bound)
    return bound
