"""Statements made ready: each becomes rules that say for which actions they apply, to whom, and when.

This is the bridge from what is written to what it means; nothing to its right reads the document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from keypolicy.document.model import ConditionElement, KeyPolicy, MalformedStatement, Statement
from keypolicy.document.scalars import Effect
from keypolicy.evaluation.action_elements import Universe, Values, matched_actions
from keypolicy.evaluation.condition_tests import ConditionTest, condition_test
from keypolicy.evaluation.malformed_statements import ReadableStatement, possible_effects, readable, standing_of
from keypolicy.matching.principal_elements import EVERYONE, PrincipalElement, element_values
from keypolicy.matching.truth import Reading, Truth, Unknown, all_of, undocumented

__all__ = ["ResourceElement", "Rule", "RuleCompiler", "RuleSource", "StatementRef", "rule_sources"]

VARIABLES_VERSION = "2012-10-17"


@dataclass(frozen=True, slots=True)
class StatementRef:
    """A statement by its place in the document, counted from 0, and by its Sid where it has one."""

    index: int
    sid: str | None = None

    def __str__(self) -> str:
        return f"statement {self.index}" + (f" {self.sid!r}" if self.sid else "")


class ResourceElement(NamedTuple):
    """A Resource or NotResource element; `has_variables` as in the document's version."""

    values: tuple[str, ...]
    is_complement: bool
    is_narrowing: bool
    has_variables: bool


class Rule(NamedTuple):
    """What one statement means for every action at once.

    The statement certainly concerns the actions in `certain` and possibly those in `possible`,
    where an action value is in doubt (S-104). It concerns the principals that the `principal`
    element covers, or those that `not_principal` does not list where that is not None. `resource`
    is None where it covers every key. `standing` is not True where the statement as a whole is in
    doubt.
    """

    ref: StatementRef
    effect: Effect
    certain: int
    possible: int
    principal: PrincipalElement
    not_principal: PrincipalElement | None
    resource: ResourceElement | None
    tests: tuple[ConditionTest, ...]
    standing: Truth


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
    for index, statement in enumerate(policy.statements):
        if isinstance(statement, MalformedStatement):
            standing, found = standing_of(policy, index), readable(statement)
            sources += (RuleSource(index, found, effect, standing) for effect in possible_effects(statement))
        else:
            sources.append(RuleSource(index, statement, statement.effect, None))
    if policy.doubtful:
        anything = ReadableStatement(None, EVERYONE, None, "*", None, "*", None)
        sources.append(RuleSource(-1, anything, "Allow", undocumented("S-008")))
        sources.append(RuleSource(-1, anything, "Deny", undocumented("S-008")))
    return sources


class RuleCompiler:
    """Makes rules of statements, for one reading and universe."""

    __slots__ = ("has_variables", "newer_bits", "reading", "universe")

    def __init__(self, policy: KeyPolicy, reading: Reading, universe: Universe) -> None:
        self.reading = reading
        self.universe = universe
        self.has_variables = policy.version == VARIABLES_VERSION
        self.newer_bits = universe.newer_bits

    def rule(self, source: RuleSource) -> Rule | None:
        """The rule of a statement; None where it can have no effect, for want of an element or of values (S-024)."""
        index, statement, effect, standing = source
        doubts: list[Truth] = [] if standing is None else [standing]
        certain, possible = self._actions(statement, effect)
        resource = self._resource(statement, effect)
        if not possible or resource is _INERT:
            return None
        not_principal = statement.not_principal
        if () in (statement.not_action, statement.not_resource) or (
            not_principal is not None and not any(element_values(not_principal))
        ):
            doubts.append(undocumented("S-025"))
        tests = () if statement.condition is None else self._tests(statement.condition, doubts)
        return Rule(
            StatementRef(index, statement.sid),
            effect,
            certain,
            possible,
            statement.principal or "",
            not_principal,
            resource,
            tests,
            all_of(doubts) if doubts else True,
        )

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
