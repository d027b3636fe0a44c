"""A policy bound to its key: the rules that concern the key, found by the principal that asks.

Statements that cannot concern a principal cost next to nothing: the caller's probes are looked up in a dictionary, and
what they meet is compiled when first met.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from keypolicy.document.key import KeyMetadata
from keypolicy.document.model import KeyPolicy
from keypolicy.evaluation.action_elements import Universe
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.rules import ResourceElement, Rule, RuleCompiler, rule_sources
from keypolicy.matching.not_principals import not_principal_truth
from keypolicy.matching.principal_elements import EVERYONE, doubtful_match, value_probes
from keypolicy.matching.principals import MatchKind, Principal, PrincipalKind
from keypolicy.matching.resources import resource_covers
from keypolicy.matching.truth import Reading, Truth, all_of, any_of, negate, undocumented
from keypolicy.matching.variables import parse_template, substitute

__all__ = ["BoundPolicy", "BoundRule", "Concerned", "bind"]


class BoundRule:
    """A rule whose resource element is settled for the key, except for policy variables in it."""

    __slots__ = ("_has_variables", "_tests", "certain", "denies", "possible", "rule", "standing")

    def __init__(self, rule: Rule, standing: Truth) -> None:
        """`standing` is the rule's own and the resource's, put together."""
        self.rule = rule
        self.denies = rule.effect == "Deny"
        self.standing = standing
        self.certain = rule.certain if standing is True else 0
        self.possible = rule.possible
        self._tests = rule.tests
        self._has_variables = rule.resource is not None and rule.resource.has_variables

    def masks(self, request: Request) -> tuple[int, int]:
        """The actions to which the rule certainly and possibly applies, if it concerns the principal."""
        certain, possible = self.certain, self.possible
        for test in self._tests:
            holds, may_hold = test.masks(request)
            certain &= holds
            possible &= may_hold
            if not possible:
                return 0, 0
        if self._has_variables and (resource := self.rule.resource) is not None:
            truth = resource_truth(resource, request.key, request.reading, request)
            if truth is False:
                return 0, 0
            if truth is not True:
                certain = 0
        return certain, possible

    @property
    def is_plain(self) -> bool:
        """Whether nothing about the request matters but the principal."""
        return not (self._tests or self._has_variables)

    @property
    def reads_resource(self) -> bool:
        """Whether policy variables stand in the resource element, so that each request settles it anew."""
        return self._has_variables


class Concerned(NamedTuple):
    """A rule that concerns a caller for certain, or may where `truth` is unknown; and as what it covers the caller."""

    rule: BoundRule
    truth: Truth
    kinds: tuple[MatchKind, ...]


_Match = tuple[int, Truth, tuple[MatchKind, ...]]
_WITHOUT_DOUBT = (PrincipalKind.ACCOUNT, PrincipalKind.ROOT_USER)


class BoundPolicy:
    """The rules of a policy that concern one key, under one reading and universe.

    A statement goes by its number among the sources of rules, and its rule is made when a caller whom it may concern
    first asks. `asked` is where the fold keeps what concerns the principal that asked last.
    """

    __slots__ = ("_compiler", "_complements", "_made", "_met", "_sources", "asked", "key", "reading", "universe")

    def __init__(self, policy: KeyPolicy, key: KeyMetadata, reading: Reading, universe: Universe) -> None:
        self.key = key
        self.reading = reading
        self.universe = universe
        self.asked: tuple[Principal, object] | None = None
        self._compiler = RuleCompiler(policy, reading, universe)
        self._sources = rule_sources(policy)
        self._made: dict[int, BoundRule | None] = {}
        self._met: dict[str, list[tuple[int, str]]] | None = None
        self._complements: list[int] = []

    def concerned(self, principal: Principal) -> list[Concerned]:
        """The rules that concern the caller or may, in the order of the document."""
        # An index pays for itself only where a second caller asks.
        is_first = self.asked is None and principal.kind in _WITHOUT_DOUBT
        found: list[Concerned] = []
        for number, truth, kinds in self._scanned(principal) if is_first else self._looked_up(principal):
            rule = self._rule(number)
            if rule is not None:
                found.append(Concerned(rule, truth, kinds))
        return found

    def _scanned(self, principal: Principal) -> Iterator[_Match]:
        """Each statement whose principal element names the account or everyone (S-054, S-057)."""
        account = str(principal.account_id)
        covering = {
            EVERYONE: MatchKind.EVERYONE,
            account: MatchKind.ACCOUNT,
            f"arn:{self.key.partition}:iam::{account}:root": MatchKind.ACCOUNT,
        }
        for number, source in enumerate(self._sources):
            element = source.statement.principal
            values = element.get("AWS", ()) if isinstance(element, dict) else element
            if values is None:
                yield from self._excepting(number, principal)
            elif isinstance(values, str):
                if values in covering:
                    yield number, True, (covering[values],)
            elif kinds := tuple([covering[value] for value in values if value in covering]):
                yield number, True, kinds

    def _looked_up(self, principal: Principal) -> Iterator[_Match]:
        """Each statement whose principal element a probe of the caller meets."""
        met = self._index() if self._met is None else self._met
        matches: dict[int, list[tuple[Truth, MatchKind]]] = {}
        for probe, kind in principal.certain_probes:
            for number, _ in met.get(probe, ()):
                matches.setdefault(number, []).append((True, kind))
        for probe in principal.doubtful_probes:
            for number, value in met.get(probe, ()):
                effect = self._sources[number].effect
                match = doubtful_match(probe, value, principal, effect, self.reading)
                matches.setdefault(number, []).append(match)
        for number in sorted({*matches, *self._complements}):
            if number not in matches:
                yield from self._excepting(number, principal)
                continue
            truth = any_of(truth for truth, _ in matches[number])
            if truth is not False:
                yield number, truth, tuple(kind for truth, kind in matches[number] if truth is not False)

    def _excepting(self, number: int, principal: Principal) -> Iterator[_Match]:
        """The statement, which has a NotPrincipal element, if that does not except the caller."""
        source = self._sources[number]
        element = source.statement.not_principal or ""
        truth = not_principal_truth(element, principal, source.effect, self.key.partition, self.reading)
        if truth is not False:
            yield number, truth, (MatchKind.EVERYONE,)

    def _index(self) -> dict[str, list[tuple[int, str]]]:
        """The statements by the probes of the values that their principal elements have."""
        met: dict[str, list[tuple[int, str]]] = {}
        for number, source in enumerate(self._sources):
            if source.statement.not_principal is not None:
                self._complements.append(number)
            element = source.statement.principal or {}
            for kind, values in ({"AWS": element} if isinstance(element, str) else element).items():
                for value in (values,) if isinstance(values, str) else values:
                    for probe, holds_in in value_probes(kind, value):
                        if holds_in is None or holds_in == self.key.partition:
                            met.setdefault(probe, []).append((number, value))
        self._met = met
        return met

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
