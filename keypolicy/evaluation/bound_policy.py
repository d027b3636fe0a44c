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
from keypolicy.evaluation.rules import Rule, RuleCompiler, rule_sources
from keypolicy.matching.not_principals import not_principal_truth
from keypolicy.matching.principal_elements import doubtful_match, value_probes
from keypolicy.matching.principals import MatchKind, Principal, PrincipalKind
from keypolicy.matching.truth import Reading, Truth, any_of

__all__ = ["BoundPolicy", "Concerned", "bind"]


class Concerned(NamedTuple):
    """A rule that concerns a caller for certain, or may where `truth` is unknown; and as what it covers the caller."""

    rule: Rule
    truth: Truth
    kinds: tuple[MatchKind, ...]


_Match = tuple[int, Truth, tuple[MatchKind, ...]]
_SCANNED = frozenset(
    (
        PrincipalKind.ACCOUNT,
        PrincipalKind.ROOT_USER,
        PrincipalKind.USER,
        PrincipalKind.ROLE,
        PrincipalKind.ROLE_SESSION,
    )
)


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
        self._compiler = RuleCompiler(policy, reading, universe, key)
        self._sources = rule_sources(policy)
        self._made: dict[int, Rule | None] = {}
        self._met: dict[str, list[tuple[int, str]]] | None = None
        self._complements: list[int] = []

    def concerned(self, principal: Principal) -> list[Concerned]:
        """The rules that concern the caller or may, in the order of the document."""
        # An index pays for itself only where a second caller asks. (tuple.__new__: see fold.)
        is_scanned = self.asked is None and principal.kind in _SCANNED
        is_scanned = is_scanned and principal.partition in (None, self.key.partition)
        found: list[Concerned] = []
        for number, truth, kinds in self._scanned(principal) if is_scanned else self._looked_up(principal):
            rule = self._rule(number)
            if rule is not None:
                found.append(tuple.__new__(Concerned, (rule, truth, kinds)))
        return found

    def _scanned(self, principal: Principal) -> Iterator[_Match]:
        """Each statement whose principal element covers the caller or may; found alike by `_looked_up`, a law holds."""
        account = str(principal.account_id)
        covering = dict(principal.certain_probes)
        covering[f"arn:{self.key.partition}:iam::{account}:root"] = MatchKind.ACCOUNT
        has_doubts = bool(principal.doubtful_probes)
        for number, source in enumerate(self._sources):
            element = source.statement.principal
            if element is None:
                yield from self._excepting(number, principal)
                continue
            values = element.get("AWS", ()) if isinstance(element, dict) else element
            listed = (values,) if isinstance(values, str) else values
            kinds = [covering[value] for value in listed if value in covering]
            truth: Truth = bool(kinds)
            if has_doubts:
                # Each doubtful probe has the account in it, and so has every value that it meets.
                for value in listed:
                    if account in value and value not in covering:
                        truth = any_of((truth, self._doubted(number, value, principal, kinds)))
            if truth is not False:
                yield number, truth, tuple(kinds)

    def _doubted(self, number: int, value: str, principal: Principal, kinds: list[MatchKind]) -> Truth:
        """Whether a value that may cover the caller does; adds to the kinds as what it may."""
        truths: list[Truth] = []
        for probe, holds_in in value_probes("AWS", value):
            if holds_in in (None, self.key.partition) and probe in principal.doubtful_probes:
                truth, kind = doubtful_match(probe, value, principal, self._sources[number].effect, self.reading)
                if truth is not False:
                    truths.append(truth)
                    kinds.append(kind)
        return any_of(truths)

    def _looked_up(self, principal: Principal) -> Iterator[_Match]:
        """Each statement whose principal element a probe of the caller meets."""
        met = self._index() if self._met is None else self._met
        matches: dict[int, list[tuple[Truth, MatchKind]]] = {}
        is_of_partition = principal.partition in (None, self.key.partition)
        for probe, kind in principal.certain_probes:
            if kind is MatchKind.ACCOUNT and not is_of_partition:
                continue  # the account of that number in the key's partition is another one (S-057)
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
    def rules(self) -> list[Rule]:
        """Every rule, in the order of the document."""
        return [rule for number in range(len(self._sources)) if (rule := self._rule(number)) is not None]

    def _rule(self, number: int) -> Rule | None:
        if number not in self._made:
            self._made[number] = self._compiler.rule(self._sources[number])
        return self._made[number]


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
