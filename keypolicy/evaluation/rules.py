"""Statements made ready: each becomes rules that say for which actions they apply, to whom, and when.

This is the bridge from what is written to what it means; nothing to its right reads the document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from keypolicy.document.key import KeyMetadata
from keypolicy.document.model import ConditionElement, KeyPolicy, MalformedStatement, Statement
from keypolicy.document.scalars import Effect
from keypolicy.evaluation.action_elements import Universe, Values, matched_actions
from keypolicy.evaluation.condition_tests import ConditionTest, condition_test
from keypolicy.evaluation.malformed_statements import ReadableStatement, possible_effects, readable, standings
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.resource_elements import ResourceElement, resource_truth
from keypolicy.matching.principal_elements import EVERYONE, PrincipalElement, element_values
from keypolicy.matching.truth import Reading, Truth, Unknown, all_of, undocumented

__all__ = ["Rule", "RuleCompiler", "RuleSource", "StatementRef", "rule_sources"]

VARIABLES_VERSION = "2012-10-17"


@dataclass(frozen=True, slots=True)
class StatementRef:
    """A statement by its place in the document, counted from 0, and by its Sid where it has one."""

    index: int
    sid: str | None = None

    def __str__(self) -> str:
        return f"statement {self.index}" + (f" {self.sid!r}" if self.sid else "")


class Rule:
    """What one statement means for every action at once, for one key.

    It names the actions in `named` for certain and those in `possible` perhaps, where an action value is in doubt
    (S-104), and applies for certain to those in `certain`: to none where it is in doubt as a whole. It concerns the
    principals that the `principal` element covers, or those that `not_principal` does not list where that is not
    None. `resource` is None where it covers every key; it is read anew for each request where `reads_resource`, for
    policy variables stand in it. `standing` says whether the statement is effective as it stands, `covers` whether its
    resource covers the key, without variables. A rule `is_plain` where only the principal matters of a request.
    """

    __slots__ = (
        "certain",
        "covers",
        "denies",
        "is_plain",
        "named",
        "not_principal",
        "place",
        "possible",
        "principal",
        "reads_resource",
        "resource",
        "sid",
        "standing",
        "tests",
    )

    def __init__(
        self,
        source: RuleSource,
        actions: tuple[int, int],
        resource: ResourceElement | None,
        tests: tuple[ConditionTest, ...],
        standing: Truth,
        covers: Truth,
    ) -> None:
        """`actions` are those that the statement certainly and possibly names."""
        self.place, statement, effect, _ = source
        self.sid = statement.sid
        self.principal: PrincipalElement = statement.principal or ""
        self.not_principal: PrincipalElement | None = statement.not_principal
        self.denies = effect == "Deny"
        self.named, self.possible = actions
        self.certain = self.named if standing is True and covers is True else 0
        self.resource = resource
        self.tests = tests
        self.standing = standing
        self.covers = covers
        self.reads_resource = resource is not None and resource.has_variables
        self.is_plain = not (tests or self.reads_resource)

    @property
    def ref(self) -> StatementRef:
        """The statement that this is the rule of."""
        return StatementRef(self.place, self.sid)

    @property
    def resource_length(self) -> int:
        """The characters of the resource element's values, which it takes to settle it."""
        return 0 if self.resource is None else sum(map(len, self.resource.values))

    def masks(self, request: Request) -> tuple[int, int]:
        """The actions to which the rule certainly and possibly applies, if it concerns the principal."""
        certain, possible = self.certain, self.possible
        for test in self.tests:
            holds, may_hold = test.masks(request)
            certain &= holds
            possible &= may_hold
            if not possible:
                return 0, 0
        if self.reads_resource and (resource := self.resource) is not None:
            truth = resource_truth(resource, request.key, request.reading, request)
            if truth is False:
                return 0, 0
            if truth is not True:
                certain = 0
        return certain, possible


class RuleSource(NamedTuple):
    """A statement and the effect that it has or may have, before anything else of it is looked at.

    `place` counts from 0, and is -1 for what stands for the document as a whole. `standing` says
    why a broken statement is in doubt, and is None for a whole one.
    """

    place: int
    statement: Statement | ReadableStatement
    effect: Effect
    standing: Unknown | None


def rule_sources(policy: KeyPolicy) -> list[RuleSource]:
    """What may become rules, in the order of the document.

    A broken statement of a leniently loaded document gives rules that are never certain; where its
    effect cannot be read, one of each effect. A document that cannot be trusted as a whole may say
    anything (S-008).
    """
    sources: list[RuleSource] = []
    standing_of: dict[int, Unknown] = {}
    for index, statement in enumerate(policy.statements):
        if isinstance(statement, MalformedStatement):
            standing_of = standing_of or standings(policy)
            standing, found = standing_of[index], readable(statement)
            sources += (RuleSource(index, found, effect, standing) for effect in possible_effects(statement))
        else:
            # tuple.__new__: see fold.
            sources.append(tuple.__new__(RuleSource, (index, statement, statement.effect, None)))
    if policy.doubtful:
        anything = ReadableStatement(None, EVERYONE, None, "*", None, "*", None)
        sources.append(RuleSource(-1, anything, "Allow", undocumented("S-008")))
        sources.append(RuleSource(-1, anything, "Deny", undocumented("S-008")))
    return sources


class RuleCompiler:
    """Makes rules of statements for one reading, universe and key; where no key is given, none is left out for it."""

    __slots__ = ("_key", "has_variables", "newer_bits", "reading", "universe")

    def __init__(self, policy: KeyPolicy, reading: Reading, universe: Universe, key: KeyMetadata | None = None) -> None:
        self.reading = reading
        self.universe = universe
        self.has_variables = policy.version == VARIABLES_VERSION
        self.newer_bits = universe.newer_bits
        self._key = key

    def rule(self, source: RuleSource) -> Rule | None:
        """The rule of a statement; None where it can have no effect on the key, or lacks elements or values (S-024)."""
        _, statement, effect, standing = source
        actions = self._actions(statement, effect)
        resource = self._resource(statement, effect)
        if not actions[1] or resource is _INERT:
            return None
        covers: Truth = True
        if resource is not None and self._key is not None and not resource.has_variables:
            covers = resource_truth(resource, self._key, self.reading, None)
            if covers is False:
                return None
        doubts: list[Truth] = [] if standing is None else [standing]
        not_principal = statement.not_principal
        if () in (statement.not_action, statement.not_resource) or (
            not_principal is not None and not any(element_values(not_principal))
        ):
            doubts.append(undocumented("S-025"))
        tests = () if statement.condition is None else self._tests(statement.condition, doubts)
        return Rule(source, actions, resource, tests, all_of(doubts) if doubts else True, covers)

    def _actions(self, statement: Statement | ReadableStatement, effect: Effect) -> tuple[int, int]:
        """The actions that the statement certainly and possibly concerns; none without an element (S-024)."""
        effective = self.universe.effective_bits
        if statement.action is not None:
            certain, possible = matched_actions(statement.action, effect, self.reading, self.universe)
            return certain & effective, possible & effective
        if statement.not_action is not None:
            certain, possible = matched_actions(statement.not_action, None, self.reading, self.universe)
            return effective & ~possible, effective & ~certain
        return 0, 0

    def _resource(self, statement: Statement | ReadableStatement, effect: Effect) -> ResourceElement | None:
        """The resource element; None where it covers every key, the inert one where it covers none (S-024)."""
        if statement.resource is not None:
            values = _listed(statement.resource)
            if "*" in values:
                return None
            if not values:
                return _INERT
            return ResourceElement(values, False, effect == "Allow", self._reads_variables(values))
        if statement.not_resource is not None:
            values = _listed(statement.not_resource)
            return ResourceElement(values, True, False, self._reads_variables(values))
        return _INERT

    def _reads_variables(self, values: tuple[str, ...]) -> bool:
        return self.has_variables and any("${" in value for value in values)

    def _tests(self, condition: ConditionElement, doubts: list[Truth]) -> tuple[ConditionTest, ...]:
        if not condition:
            doubts.append(self.reading.doubt("S-026", likely=True))
        tests: list[ConditionTest] = []
        for operator, keys in condition.items():
            if not keys:
                doubts.append(self.reading.doubt("S-027", likely=True))
            for key, values in keys.items():
                tests.append(
                    condition_test(operator, key, values, has_variables=self.has_variables, newer_bits=self.newer_bits)
                )
        return tuple(tests)


_INERT = ResourceElement((), is_complement=False, is_narrowing=False, has_variables=False)


def _listed(values: Values) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else values
