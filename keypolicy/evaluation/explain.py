"""Why a decision is as it is, worked out on demand from the document and the same functions as the decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from keypolicy.document.key import KeyMetadata
from keypolicy.document.model import KeyPolicy, MalformedStatement, Statement
from keypolicy.document.scalars import Effect
from keypolicy.evaluation.evaluate import NOTHING_STATED, evaluate
from keypolicy.evaluation.explained_conditions import condition_element
from keypolicy.evaluation.explained_elements import Asked, action_element, principal_element, resource_element
from keypolicy.evaluation.explanation import ElementExplanation, Explanation, StatementExplanation
from keypolicy.evaluation.malformed_statements import ReadableStatement, possible_effects, readable, standings
from keypolicy.evaluation.outcome import Outcome
from keypolicy.evaluation.rules import Rule, RuleCompiler, RuleSource, StatementRef
from keypolicy.evaluation.usability import usable_bits
from keypolicy.matching.context import RequestContext
from keypolicy.matching.principals import Principal, PrincipalKind
from keypolicy.matching.truth import ReadingName, Truth, Unknown, undocumented

if TYPE_CHECKING:
    from keypolicy.evaluation.access import Access
    from keypolicy.evaluation.decision import Decision

__all__ = ["explain", "explanation_of"]


def explain(
    policy: KeyPolicy,
    principal: Principal | str,
    action: str,
    *,
    key: KeyMetadata | str,
    context: RequestContext = NOTHING_STATED,
    reading: ReadingName = "safest",
    newer_actions: Iterable[str] = (),
) -> Explanation:
    """Why the key policy's side decides as it does for one action; asked and refused as `evaluate` is."""
    return evaluate(
        policy, principal, action, key=key, context=context, reading=reading, newer_actions=newer_actions
    ).explain()


def explanation_of(access: Access, decision: Decision, bit: int) -> Explanation:
    """The explanation of the decision on the action with this bit."""
    policy, request = access.policy, access.request
    conditional = decision.outcome is Outcome.CONDITIONAL
    standing_of = standings(policy)
    return Explanation(
        action=decision.action,
        outcome=decision.outcome,
        principal=request.principal,
        key=request.key,
        usable=_usable(access, decision.action, bit),
        document=undocumented("S-008") if policy.doubtful else None,
        statements=tuple(
            _statement(access, decision.action, bit, index, statement, standing_of.get(index))
            for index, statement in enumerate(policy.statements)
        ),
        determining=decision.may_determine if conditional else decision.determining,
    )


def _usable(access: Access, action: str, bit: int) -> ElementExplanation:
    """Whether KMS accepts the action from the caller at all (S-068, S-281, S-320)."""
    principal, key = access.request.principal, access.request.key
    certainly, possibly = usable_bits(principal, key, access.bound.universe)
    truth: Truth = True if certainly & bit else undocumented("S-281") if possibly & bit else False
    rule = "S-281"
    if truth is True:
        reason = "KMS accepts the action from the caller"
    elif isinstance(truth, Unknown):
        reason = "whether KMS accepts the action from another account is not known"
    elif principal.kind is PrincipalKind.ANONYMOUS:
        reason, rule = "KMS takes signed requests only, so no anonymous caller uses a key", "S-320"
    elif principal.partition not in (None, key.partition):
        reason = f"{principal} is in partition {principal.partition}, the key in {key.partition}; none reaches across"
        rule = "S-068"
    else:
        reason = "KMS does not accept the action from another account, whatever the policies say"
    return ElementExplanation("Usability", truth, action, str(principal), reason, rule, "")


def _statement(
    access: Access,
    action: str,
    bit: int,
    index: int,
    statement: Statement | MalformedStatement,
    standing: Unknown | None,
) -> StatementExplanation:
    policy = access.policy
    pointer = f"/Statement/{index}" if isinstance(policy.statement, tuple) else "/Statement"
    ref = StatementRef(index, statement.sid)
    effects: tuple[Effect, ...] = (
        (statement.effect,) if isinstance(statement, Statement) else possible_effects(statement)
    )
    if not effects:
        reason = "an Allow that names no principal has no effect"
        lone = ElementExplanation("Principal", False, "", str(access.request.principal), reason, "S-022", pointer)
        return StatementExplanation(ref, statement.effect, (lone,), pointer, policy.source)
    elements = _elements(access, action, bit, pointer, _source(index, statement, effects[-1], standing))
    return StatementExplanation(ref, statement.effect, elements, pointer, policy.source)


def _source(
    index: int, statement: Statement | MalformedStatement, effect: Effect, standing: Unknown | None
) -> RuleSource:
    return RuleSource(index, statement if isinstance(statement, Statement) else readable(statement), effect, standing)


def _elements(
    access: Access, action: str, bit: int, pointer: str, source: RuleSource
) -> tuple[ElementExplanation, ...]:
    request, universe = access.request, access.bound.universe
    compiler = RuleCompiler(access.policy, request.reading, universe)
    rule = _rule(compiler, source)
    asked = Asked(request, universe, action, bit, source.effect, compiler.has_variables)
    return (
        _effect_element(rule, source, pointer),
        principal_element(source.statement, asked, pointer),
        action_element(source.statement, asked, pointer),
        resource_element(source.statement, asked, pointer),
        *(condition_element(test, request, bit, pointer) for test in rule.tests),
    )


def _rule(compiler: RuleCompiler, source: RuleSource) -> Rule:
    """The rule of the statement; where it has none, for want of an action or resource, that of one about everything."""
    rule = compiler.rule(source)
    if rule is not None:
        return rule
    everything = {"action": "*", "not_action": None, "resource": "*", "not_resource": None}
    statement = source.statement
    if isinstance(statement, ReadableStatement):
        statement = statement._replace(action="*", not_action=None, resource="*", not_resource=None)
    else:
        statement = statement.model_copy(update=everything)
    return cast("Rule", compiler.rule(source._replace(statement=statement)))


def _effect_element(rule: Rule, source: RuleSource, pointer: str) -> ElementExplanation:
    standing = rule.standing
    if isinstance(standing, Unknown):
        reason, follows = "AWS does not document what a statement written like this does", min(standing.undocumented)
    else:
        reason, follows = "the statement is effective as it stands", "S-019"
    return ElementExplanation("Effect", standing, source.effect, "", reason, follows, f"{pointer}/Effect")
