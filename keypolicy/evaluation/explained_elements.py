"""What Principal, Action and Resource of one statement say to one question, in words.

Told with the same functions that the decision is made with; a law holds that both agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from keypolicy.catalogue.action_table import unknown_action
from keypolicy.catalogue.actions import pattern_bits
from keypolicy.document.model import Statement
from keypolicy.document.scalars import Effect
from keypolicy.evaluation.action_elements import Universe, matched_actions
from keypolicy.evaluation.explanation import ElementExplanation
from keypolicy.evaluation.malformed_statements import ReadableStatement
from keypolicy.evaluation.near_misses import NearMiss, principal_near_miss, resource_near_miss, shortened
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.resource_elements import ResourceElement, resource_truth
from keypolicy.matching.memory import remembered
from keypolicy.matching.not_principals import not_principal_truth
from keypolicy.matching.principal_elements import PrincipalElement, doubtful_match, element_values, value_probes
from keypolicy.matching.principals import MatchKind, PrincipalKind
from keypolicy.matching.truth import Truth, Unknown, any_of, negate, undocumented

__all__ = ["Asked", "action_element", "principal_element", "resource_element"]

#: Finding the nearest names takes time, and a policy has room for thousands of wrong ones.
_MOST_NAMES = 50


class Asked(NamedTuple):
    """One question about one statement: the action with its bit, and the effect under which elements are read."""

    request: Request
    universe: Universe
    action: str
    bit: int
    effect: Effect
    has_variables: bool


def principal_element(statement: Statement | ReadableStatement, asked: Asked, pointer: str) -> ElementExplanation:
    """Whether the Principal or NotPrincipal element concerns the caller (S-053 to S-091)."""
    if statement.not_principal is not None:
        return _not_principal(statement.not_principal, asked, f"{pointer}/NotPrincipal")
    values = list(element_values(statement.principal or ""))
    caller = asked.request.principal
    met = [(value, *_value_truth(kind, value, asked)) for kind, value in values]
    truth = any_of(each for _, each, _ in met)
    near_miss = None
    if truth is True:
        # Of the values that cover the caller, one that names it is told before one that names its account.
        value, _, kind = min((each for each in met if each[1] is True), key=lambda each: each[2] is MatchKind.ACCOUNT)
        reason, rule = _covered_as(kind, value, asked)
    elif isinstance(truth, Unknown):
        value = next(value for value, each, _ in met if isinstance(each, Unknown))
        reason, rule = _doubt(truth, f"whether {value} covers {caller}")
    else:
        near_miss = principal_near_miss(values, caller, asked.request.key.partition)
        reason, rule = _names_others(values, asked) if near_miss is None else near_miss[1:]
    code = None if near_miss is None else near_miss.code
    written = _principal_text(values)
    return ElementExplanation("Principal", truth, written, str(caller), reason, rule, f"{pointer}/Principal", code)


def _value_truth(kind: str, value: str, asked: Asked) -> tuple[Truth, MatchKind]:
    """Whether one value covers the caller, and as what."""
    caller, request = asked.request.principal, asked.request
    certain = dict(caller.certain_probes)
    doubts: list[tuple[Truth, MatchKind]] = []
    for probe, holds_in in value_probes(kind, value):
        if holds_in not in (None, request.key.partition):
            continue
        if probe in certain:
            return True, certain[probe]
        if probe in caller.doubtful_probes:
            doubts.append(doubtful_match(probe, value, caller, asked.effect, request.reading))
    truth = any_of(each for each, _ in doubts)
    return truth, next((match for each, match in doubts if each == truth), MatchKind.EVERYONE)


def _covered_as(kind: MatchKind, value: str, asked: Asked) -> tuple[str, str]:
    caller = asked.request.principal
    if kind is MatchKind.ACCOUNT:
        if caller.kind in (PrincipalKind.ACCOUNT, PrincipalKind.ROOT_USER):
            return f"{value} names the account", "S-057"
        delegated = "" if asked.effect == "Deny" else ", and leaves the caller to the IAM policies there"
        return f"{value} names the account {caller.account_id}{delegated}", "S-058"
    return _COVERED[kind][0].format(value=value), _COVERED[kind][1]


_COVERED = {
    MatchKind.EVERYONE: ("{value} names everyone", "S-054"),
    MatchKind.USER: ("{value} names the user", "S-059"),
    MatchKind.ROLE: ("{value} names the role, and so each of its sessions", "S-060"),
    MatchKind.SESSION: ("{value} names the session", "S-062"),
    MatchKind.PARENT: ("{value} names the user who federated the session", "S-063"),
    MatchKind.SERVICE: ("{value} names the service", "S-066"),
}


def _names_others(values: list[tuple[str, str]], asked: Asked) -> tuple[str, str]:
    if not values:
        return "it names nobody", "S-023"
    return f"it names {shortened(value for _, value in values)}, and not {asked.request.principal}", "S-053"


def _principal_text(values: Iterable[tuple[str, str]]) -> str:
    return ", ".join(value if kind == "AWS" else f"{kind} {value}" for kind, value in values)


def _not_principal(element: PrincipalElement, asked: Asked, pointer: str) -> ElementExplanation:
    request = asked.request
    caller = request.principal
    truth = not_principal_truth(element, caller, asked.effect, request.key.partition, request.reading)
    values = list(element_values(element))
    if truth is True:
        reason, rule = f"the list does not except {caller} for certain", "S-087" if asked.effect == "Deny" else "S-089"
        if asked.effect == "Allow":
            reason = f"the list does not except {caller}"
    elif truth is False:
        reason, rule = f"the list excepts {caller}", "S-086" if asked.effect == "Deny" else "S-089"
    else:
        reason, rule = _doubt(truth, f"whether the list excepts {caller}")
    return ElementExplanation("NotPrincipal", truth, _principal_text(values), str(caller), reason, rule, pointer)


def _doubt(truth: Unknown, subject: str) -> tuple[str, str]:
    """Why something is not known; a rule where AWS is silent before a fact that was not stated."""
    if truth.undocumented:
        reason = f"AWS does not document {subject}"
        if truth.missing:
            reason += f", which depends on the {shortened(sorted(truth.missing))} too"
        return reason, min(truth.undocumented)
    facts = sorted(truth.missing)
    return f"{subject} depends on the {shortened(facts)}", _RULE_OF_FACT.get(facts[0], "S-352")


_RULE_OF_FACT = {"role session name": "S-062", "federating user": "S-063", "permissions boundary": "S-088"}


def action_element(statement: Statement | ReadableStatement, asked: Asked, pointer: str) -> ElementExplanation:
    """Whether the Action or NotAction element is about the action (S-100 to S-110)."""
    is_complement = statement.action is None and statement.not_action is not None
    name = "NotAction" if is_complement else "Action"
    element = statement.not_action if is_complement else statement.action
    values = _listed(element)
    effect = None if is_complement else asked.effect
    near_miss = None
    matched, value = _matched(values, effect, asked)
    truth = negate(matched) if is_complement else matched
    if element is None:
        truth, reason, rule = False, "the statement has no Action, so it has no effect", "S-024"
    elif not asked.universe.effective_bits & asked.bit:
        truth, reason, rule = False, "no key policy decides about the action, which involves no key", "S-110"
    elif isinstance(truth, Unknown):
        reason, rule = _doubt(truth, f"whether {value} matches the action")
    elif is_complement:
        reason, rule = ("the list does not except the action" if truth else f"{value} excepts the action"), "S-106"
    elif truth:
        reason, rule = f"{value} matches the action", "S-102" if "*" in value or "?" in value else "S-101"
    else:
        near_miss = _misspelt(values, asked.action)
        reason, rule = _names_other_actions(values) if near_miss is None else near_miss[1:]
    code = None if near_miss is None else near_miss.code
    written = ", ".join(values)
    return ElementExplanation(name, truth, written, asked.action, reason, rule, f"{pointer}/{name}", code)


def _matched(values: tuple[str, ...], effect: Effect | None, asked: Asked) -> tuple[Truth, str]:
    """Whether a value matches the action, and the first value that does or may."""
    doubted = ""
    for value in values:
        certain, possible = matched_actions((value,), effect, asked.request.reading, asked.universe)
        if certain & asked.bit:
            return True, value
        if possible & asked.bit:
            doubted = doubted or value
    return (undocumented("S-104"), doubted) if doubted else (False, "")


def _names_other_actions(values: tuple[str, ...]) -> tuple[str, str]:
    return (f"it names {shortened(values)}", "S-105") if values else ("it names no action", "S-023")


def _misspelt(values: tuple[str, ...], action: str) -> NearMiss | None:
    names = (value for value in dict.fromkeys(values) if not ("*" in value or "?" in value or pattern_bits(value)))
    for name in islice(names, _MOST_NAMES):
        message, suggestions = _meant(name)
        if action in suggestions:
            return NearMiss("misspelt-action", f"{name} matches nothing: {message}", "S-108")
    return None


@remembered(4096)
def _meant(name: str) -> tuple[str, tuple[str, ...]]:
    """Why the name is no action, and the actions near it; asked again for each action that is explained."""
    error = unknown_action(name)
    return error.message, error.suggestions


def resource_element(statement: Statement | ReadableStatement, asked: Asked, pointer: str) -> ElementExplanation:
    """Whether the Resource or NotResource element covers the key (S-120 to S-130)."""
    is_complement = statement.resource is None and statement.not_resource is not None
    name = "NotResource" if is_complement else "Resource"
    values = _listed(statement.not_resource if is_complement else statement.resource)
    key, request = asked.request.key, asked.request
    has_variables = asked.has_variables and any("${" in value for value in values)
    is_narrowing = not is_complement and asked.effect == "Allow"
    element = ResourceElement(values, is_complement, is_narrowing, has_variables)
    truth = resource_truth(element, key, request.reading, request if has_variables else None)
    near_miss = None
    if statement.resource is None and statement.not_resource is None:
        reason, rule = "the statement has no Resource, so it has no effect", "S-024"
    elif isinstance(truth, Unknown):
        reason, rule = _doubt(truth, f"whether {shortened(values)} covers the key")
    elif is_complement:
        reason, rule = ("the list does not except the key" if truth else "the list excepts the key"), "S-128"
    elif truth:
        reason, rule = f"{'*' if '*' in values else shortened(values)} covers the key", "S-122"
    elif not values:
        reason, rule = "it names no resource", "S-023"
    else:
        near_miss = resource_near_miss(values, key)
        reason, rule = (f"{shortened(values)} does not cover the key", "S-122") if near_miss is None else near_miss[1:]
    code = None if near_miss is None else near_miss.code
    return ElementExplanation(name, truth, ", ".join(values), key.arn, reason, rule, f"{pointer}/{name}", code)


def _listed(values: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else values or ()
