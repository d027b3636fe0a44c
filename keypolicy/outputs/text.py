"""Answers as text for people; its wording is no interface."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from keypolicy.analysis.check import CheckResult, CheckStatus, RequiredAction
from keypolicy.analysis.requirements import RequirementProfile
from keypolicy.catalogue.actions import ActionSet
from keypolicy.document.model import KeyPolicy
from keypolicy.evaluation.access import Access
from keypolicy.evaluation.outcome import Outcome
from keypolicy.evaluation.together import combined_outcome
from keypolicy.matching.context import RequestContext
from keypolicy.matching.principals import Principal
from keypolicy.outputs.hints import hints_on, hints_on_keys
from keypolicy.outputs.json import asked_about
from keypolicy.outputs.witness_text import state_text, witness_lines

__all__ = [
    "ANSWERED",
    "about",
    "assumptions",
    "check_text",
    "evaluation_text",
    "joined",
    "key_hints",
    "printable",
    "profile_text",
    "profiles_text",
    "stated",
]

#: Which of the two questions is answered (S-003).
ANSWERED = "answered: the key policy's side only; IAM policies, SCPs and grants were not looked at"

_WIDTH = 120
_OUTCOME_WIDTH = max(len(outcome.value) for outcome in Outcome)
_INDENT = "  "
_BY_OUTCOME = (Outcome.ALLOWED, Outcome.CONDITIONAL, Outcome.EXPLICIT_DENY, Outcome.IMPLICIT_DENY)

# Where the word stands first in a line, or behind the name of an action; applied to the finished text.
_OUTCOME = re.compile(
    r"^(?P<before>(?:  kms:\w+ +)?)(?P<word>PASS|FAIL|CONDITIONAL|allowed|explicitDeny|implicitDeny|conditional)(?= )",
    re.MULTILINE,
)
_GREEN, _RED, _YELLOW = "32", "31", "33"
_COLOURS = {
    CheckStatus.PASS.value: _GREEN,
    CheckStatus.FAIL.value: _RED,
    CheckStatus.CONDITIONAL.value: _YELLOW,
    Outcome.ALLOWED.value: _GREEN,
    Outcome.EXPLICIT_DENY.value: _RED,
    Outcome.IMPLICIT_DENY.value: _RED,
    Outcome.CONDITIONAL.value: _YELLOW,
}


def check_text(result: CheckResult, policy: KeyPolicy, *, colours: bool = False) -> str:
    """A check: its status, which question it answers, and a line for each action of the profile."""
    actions = result.actions
    lines = [
        f"{result.status.value}  {result.principal} {_what_it_holds(result)}: {result.profile.title}",
        *about(result.principal, result.asked),
        *assumptions(actions),
        "",
        *_action_lines(actions),
        *_remarks(actions, policy, result.principal),
    ]
    return joined(lines, colours=colours)


def evaluation_text(
    access: Access,
    actions: tuple[RequiredAction, ...],
    policy: KeyPolicy,
    *,
    grouped: bool = False,
    colours: bool = False,
) -> str:
    """Decisions on single actions: a line for each, or with `grouped` the actions by outcome and reason."""
    principal = access.request.principal
    combined = combined_outcome(required.decision for required in actions).value
    headline = f"{principal} on {access.request.key.arn}"
    lines = [
        headline if grouped else f"{combined}  {headline}",
        *about(principal, asked_about(principal)),
        *assumptions(actions),
        "",
        *(_grouped_lines(actions) if grouped else _action_lines(actions)),
        *_remarks(actions, policy, principal),
    ]
    return joined(lines, colours=colours)


def profiles_text(profiles: Mapping[str, RequirementProfile], default: str) -> str:
    """A line for each profile."""
    width = max(len(name) for name in profiles)
    lines = []
    for name, profile in profiles.items():
        count = f"{len(profile.actions)} actions{', the default' if name == default else ''}"
        lines.append(f"{name:<{width}}  {profile.title} ({count})")
    return joined(lines)


def profile_text(profile: RequirementProfile) -> str:
    """A profile whole: actions, the contexts in which they are called, and sources."""
    lines = [f"{profile.name}: {profile.title}"]
    lines += [f"{label}: {text}" for label, text in (("key", profile.key), ("principal", profile.principal)) if text]
    for requirement in profile.requirements:
        context = ", ".join(stated(requirement.context))
        lines += ["", f"{requirement.purpose or 'actions'}{f', with {context}' if context else ''}:"]
        lines += [f"{_INDENT}{action}" for action in requirement.actions]
    lines.append("")
    for label, texts in (("rule", profile.rules), ("source", profile.sources), ("note", profile.notes)):
        lines += [f"{label}: {text}" for text in texts]
    return joined(lines)


def printable(text: str) -> str:
    """The text with an escape for each character that is not printable, so that no document can steer a terminal."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def joined(lines: Iterable[str], *, colours: bool = False) -> str:
    """The lines as one text, safe for a terminal; with `colours`, outcomes are coloured."""
    text = "".join(f"{printable(line)}\n" for line in lines)
    return _OUTCOME.sub(_coloured, text) if colours else text


def _coloured(match: re.Match[str]) -> str:
    return f"{match['before']}\x1b[{_COLOURS[match['word']]}m{match['word']}\x1b[0m"


def _what_it_holds(result: CheckResult) -> str:
    actions = f"{len(result.actions)} actions of {result.profile.name}"
    if result.status is CheckStatus.PASS:
        return f"holds all {actions}"
    if result.status is CheckStatus.FAIL:
        denied = sum(required.outcome is not Outcome.CONDITIONAL for required in result.reasons)
        return f"does not hold {denied} of the {actions}"
    return f"holds {len(result.actions) - len(result.reasons)} of the {actions} for certain"


def about(principal: Principal, asked: str) -> Iterator[str]:
    """Which question was answered, and about what kind of principal (S-003, S-399)."""
    yield f"{_INDENT}{ANSWERED}"
    if asked == "account":
        account = f"account {principal.account_id} as a whole"
        yield f"{_INDENT}asked: {account}; a role in it, such as a service-linked role, is another question"
    elif asked == "service-linked role":
        yield f"{_INDENT}asked: the service-linked role; account {principal.account_id} as a whole is another question"
    else:
        yield f"{_INDENT}asked: the {asked}"


def assumptions(actions: tuple[RequiredAction, ...]) -> Iterator[str]:
    """What was assumed for every action alike."""
    common = _common(actions)
    if common:
        yield f"{_INDENT}assumed: {', '.join(common)}"
    if actions[0].context.is_closed:
        yield f"{_INDENT}assumed: every other condition key that cannot be derived is absent"


def _common(actions: tuple[RequiredAction, ...]) -> list[str]:
    """What the contexts of all actions state alike."""
    first, *others = (stated(required.context) for required in actions)
    return [text for text in first if all(text in other for other in others)]


def key_hints(contexts: Iterable[RequestContext]) -> list[str]:
    """A line for each stated condition key that nobody documents."""
    return [f"hint: {hint}" for hint in hints_on_keys(contexts)]


def stated(context: RequestContext) -> list[str]:
    """What a context states, one text for each key."""
    return [state_text(name, state) for name, state in context.stated.items()]


def _action_lines(actions: tuple[RequiredAction, ...]) -> Iterator[str]:
    """Name, outcome, reason, and what was assumed for this action and not for all.

    Below actions that depend on the same, requests that show it.
    """
    common = _common(actions)
    width = max(len(required.action) for required in actions)
    shown: tuple[str, ...] = ()
    for required in actions:
        witnesses = witness_lines(required.decision)
        if witnesses != shown:
            yield from (f"{_INDENT * 3}{line}" for line in shown)
            shown = witnesses
        assumed = [text for text in stated(required.context) if text not in common]
        given = f" (assumed: {', '.join(assumed)})" if assumed else ""
        action, outcome = f"{required.action:<{width}}", f"{required.outcome.value:<{_OUTCOME_WIDTH}}"
        yield f"{_INDENT}{action}  {outcome}  {_reason(required)}{given}"
    yield from (f"{_INDENT * 3}{line}" for line in shown)


def _reason(required: RequiredAction) -> str:
    """The reason; that IAM policies must allow the action too is told once, for all actions."""
    if required.outcome is Outcome.ALLOWED:
        return ", ".join(map(str, required.statements))
    return required.message


def _grouped_lines(actions: tuple[RequiredAction, ...]) -> Iterator[str]:
    """The actions by outcome, and within that by reason and by the requests that show what they depend on."""
    groups: dict[Outcome, dict[tuple[str, ...], list[str]]] = {outcome: {} for outcome in _BY_OUTCOME}
    for required in actions:
        reason = _reason(required)
        if required.outcome is Outcome.IMPLICIT_DENY:
            reason = reason.replace(required.action, "it")
        groups[required.outcome].setdefault((reason, *witness_lines(required.decision)), []).append(required.action)
    for outcome, reasons in groups.items():
        if reasons:
            yield f"{outcome.value} ({sum(map(len, reasons.values()))})"
        for (reason, *witnesses), names in reasons.items():
            yield f"{_INDENT}{reason}:"
            yield from textwrap.wrap(
                ", ".join(names), _WIDTH, initial_indent=_INDENT * 2, subsequent_indent=_INDENT * 2
            )
            yield from (f"{_INDENT * 3}{line}" for line in witnesses)


def _remarks(actions: tuple[RequiredAction, ...], policy: KeyPolicy, principal: Principal) -> list[str]:
    """What the lines of the actions do not say, each once, after an empty line."""
    denied = frozenset(required.action for required in actions if required.outcome is Outcome.IMPLICIT_DENY)
    remarks = [
        *_delegation(actions, principal),
        *_unknowns(actions),
        *key_hints(required.context for required in actions),
        *(f"hint: {hint}" for hint in hints_on(policy, denied)),
        *_notes(actions),
        *(f"problem: {problem}" for problem in policy.problems),
    ]
    return ["", *remarks] if remarks else []


def _delegation(actions: tuple[RequiredAction, ...], principal: Principal) -> Iterator[str]:
    possible = [required for required in actions if required.outcome in (Outcome.ALLOWED, Outcome.CONDITIONAL)]
    delegated = [required.action for required in possible if required.decision.delegates_to_iam]
    if not delegated:
        return
    if len(delegated) == len(actions):
        which = "these actions"
    elif len(delegated) == len(possible):
        which = "what is not denied here"
    else:
        which = ", ".join(ActionSet.of(*delegated).to_patterns())
    yield f"IAM policies of account {principal.account_id} must allow {which} too"


def _unknowns(actions: tuple[RequiredAction, ...]) -> Iterator[str]:
    in_part = {name for required in actions for name in required.context.states}
    for name in _each_once(required.decision.missing_context for required in actions):
        if ":" in name:
            known = "known in part only" if name.lower() in in_part else "not stated"
            yield f"{known}: {name}; state it with --context {name}=VALUE, or --absent {name}"
        else:
            yield f"not known: {name}"
    rules = ", ".join(_each_once(required.decision.undocumented for required in actions))
    if rules and actions[0].decision.reading == "likely":
        yield f"rests on what AWS does not document, read as is likely: {rules}"
    elif rules:
        yield f"not documented by AWS: {rules}; --reading likely takes the probable answer where one is known"


def _notes(actions: tuple[RequiredAction, ...]) -> list[str]:
    """The notes, each once, without those that are the reason of an action."""
    reasons = {required.message for required in actions}
    notes = (note for required in actions for note in required.decision.notes)
    return _each_once([[f"note: {note.message} [{note.rule}]" for note in notes if note.message not in reasons]])


def _each_once(texts: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(texts)))
