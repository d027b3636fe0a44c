"""A policy bound to its key: the rules that concern the key, found by the principal that asks.

Statements that cannot concern a principal cost next to nothing: the caller's probes are looked up in
a dictionary, what they meet is compiled when first met, and statements without conditions are merged
into bit sets.
"""

from __future__ import annotations

from collections.abc import Iterator

from keypolicy.document.key import KeyMetadata
from keypolicy.document.model import KeyPolicy
from keypolicy.evaluation.action_elements import Universe
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.rules import ResourceElement, Rule, RuleCompiler, rule_sources
from keypolicy.matching.not_principals import not_principal_truth
from keypolicy.matching.principal_elements import PrincipalElement, value_probes
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

    @property
    def reads_resource(self) -> bool:
        """Whether policy variables stand in the resource element, so that each request settles it anew."""
        return self.rule.resource is not None and self.rule.resource.has_variables

    def complement_truth(self, request: Request) -> Truth:
        """Whether the rule, which has a NotPrincipal element, concerns the caller."""
        element = self.rule.not_principal or ""
        partition = request.key.partition
        return not_principal_truth(element, request.principal, self.rule.effect, partition, request.reading)


class Bucket:
    """The rules that one probe meets.

    `members` are all of them; those to which nothing about the request matters but the principal
    are merged into four bit sets, and `rules` are the others, each certain to concern the caller.
    """

    __slots__ = ("allow", "allow_maybe", "deny", "deny_maybe", "members", "rules")

    def __init__(self) -> None:
        self.allow = self.allow_maybe = self.deny = self.deny_maybe = 0
        self.members: list[BoundRule] = []
        self.rules: list[tuple[BoundRule, Truth]] = []

    def add(self, rule: BoundRule) -> None:
        """Take in a rule that the probe meets."""
        self.members.append(rule)
        resource = rule.rule.resource
        if rule.rule.tests or (resource is not None and resource.has_variables):
            self.rules.append((rule, True))
        elif rule.denies:
            self.deny |= rule.certain
            self.deny_maybe |= rule.possible
        else:
            self.allow |= rule.certain
            self.allow_maybe |= rule.possible


class BoundPolicy:
    """The rules of a policy that concern one key, under one reading and universe, indexed by principal.

    A statement goes by its number among the sources of rules, and its rule is made when a caller whom it may concern
    first asks.
    """

    __slots__ = ("_compiler", "_complements", "_made", "_met", "_sources", "buckets", "key", "reading", "universe")

    def __init__(self, policy: KeyPolicy, key: KeyMetadata, reading: Reading, universe: Universe) -> None:
        self.key = key
        self.reading = reading
        self.universe = universe
        self.buckets: dict[str, Bucket] = {}
        self._compiler = RuleCompiler(policy, reading, universe)
        self._sources = rule_sources(policy)
        self._made: dict[int, BoundRule | None] = {}
        self._complements: list[int] = []
        self._met: dict[str, list[tuple[int, str]]] = {}
        for number, source in enumerate(self._sources):
            if source.statement.not_principal is not None:
                self._complements.append(number)
            else:
                self._index(number, source.statement.principal or "")

    def _index(self, number: int, element: PrincipalElement) -> None:
        met, partition = self._met, self.key.partition
        for kind, values in ({"AWS": element} if isinstance(element, str) else element).items():
            for value in (values,) if isinstance(values, str) else values:
                for probe, holds_in in value_probes(kind, value):
                    if holds_in is None or holds_in == partition:
                        met.setdefault(probe, []).append((number, value))

    def bucket(self, probe: str) -> Bucket | None:
        """The rules that a certain probe meets, None where it meets none."""
        bucket = self.buckets.get(probe)
        if bucket is None and probe in self._met:
            bucket = self.buckets[probe] = Bucket()
            for number in dict(self._met[probe]):
                rule = self._rule(number)
                if rule is not None:
                    bucket.add(rule)
        return bucket

    def doubtful(self, probe: str) -> Iterator[tuple[BoundRule, str]]:
        """The rules that a doubtful probe meets, with the value of the element that it meets."""
        for number, value in self._met.get(probe, ()):
            rule = self._rule(number)
            if rule is not None:
                yield rule, value

    @property
    def has_complements(self) -> bool:
        """Whether some statement has a NotPrincipal element."""
        return bool(self._complements)

    @property
    def complements(self) -> list[BoundRule]:
        """The rules of statements with a NotPrincipal element."""
        return [rule for number in self._complements if (rule := self._rule(number)) is not None]

    @property
    def rules(self) -> list[BoundRule]:
        """Every rule, in the order of the document."""
        return [rule for number in range(len(self._sources)) if (rule := self._rule(number)) is not None]

    def _rule(self, number: int) -> BoundRule | None:
        if number not in self._made:
            self._made[number] = self._bound(self._compiler.rule(self._sources[number]))
        return self._made[number]

    def _bound(self, rule: Rule | None) -> BoundRule | None:
        """The rule with its resource settled; None where it does not cover the key."""
        if rule is None:
            return None
        resource = rule.resource
        if resource is None or resource.has_variables:
            return BoundRule(rule, rule.standing)
        covers = resource_truth(resource, self.key, self.reading, None)
        return None if covers is False else BoundRule(rule, all_of((rule.standing, covers)))


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
    bound = BoundPolicy(policy, key, reading, universe)
    object.__setattr__(policy, "_compiled", bound)
    return bound
