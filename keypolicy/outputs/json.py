"""Answers as JSON values: what `keypolicy batch` answers, and what the commands print with `--format json`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from keypolicy.analysis.check import CheckResult, RequiredAction
from keypolicy.analysis.context_template import ContextTemplate, escaped
from keypolicy.analysis.principal_kinds import kind_word
from keypolicy.analysis.requirements import ProfileNote, RequirementProfile
from keypolicy.catalogue.actions import Action
from keypolicy.document.model import KeyPolicy
from keypolicy.evaluation.access import Access
from keypolicy.evaluation.applications import Application
from keypolicy.evaluation.decision import Decision
from keypolicy.evaluation.outcome import Outcome
from keypolicy.evaluation.rules import Rule, StatementRef
from keypolicy.evaluation.together import combined_outcome
from keypolicy.evaluation.worlds import Witness
from keypolicy.matching.context import RequestContext
from keypolicy.matching.key_states import Presence, Present
from keypolicy.matching.partial_values import to_json
from keypolicy.matching.principals import Principal, PrincipalKind
from keypolicy.outputs.hints import Hint, hints_on, hints_on_keys

__all__ = [
    "asked_about",
    "check_object",
    "context_members",
    "decision_object",
    "decision_objects",
    "evaluation_object",
    "hint_objects",
    "indented",
    "problem_objects",
    "profile_note_objects",
    "profile_object",
    "profiles_object",
    "statement_object",
    "witness_objects",
]


def indented(value: Mapping[str, Any]) -> str:
    """The value as ASCII JSON text, one member a line."""
    return f"{json.dumps(value, indent=2)}\n"


def decision_object(decision: Decision) -> dict[str, Any]:
    """The decision on one action, in the form that the contract of `keypolicy batch` fixes.

    `statements` are those that decide, or that may where the outcome is conditional; counted from 0.
    """
    conditional = decision.outcome is Outcome.CONDITIONAL
    return {
        "outcome": decision.outcome.value,
        "statements": _statement_objects(decision.may_determine if conditional else decision.determining),
        "missing_context": list(decision.missing_context),
        "residual": str(decision.residual) if conditional else None,
        "undocumented": list(decision.undocumented),
    }


def decision_objects(access: Access, actions: Sequence[Action]) -> dict[str, dict[str, Any]]:
    """For each action the same object as `decision_object`; actions that are decided alike share one object."""
    asked = 0
    for action in actions:
        asked |= action.mask
    settled = _settled_objects(access, asked)
    if len(settled) == 1 and settled[0][0] == asked:
        return dict.fromkeys([action.name for action in actions], settled[0][1])
    objects: dict[str, dict[str, Any]] = {}
    for action in actions:
        mask = action.mask
        for bits, value in settled:
            if bits & mask:
                objects[action.name] = value
                break
        else:
            objects[action.name] = decision_object(access[action.name])
    return objects


def _settled_objects(access: Access, asked: int) -> list[tuple[int, dict[str, Any]]]:
    """The objects of the actions that are settled by documented rules alone, with the bits of the actions."""
    if access.reading == "likely":  # which rules an answer leans on is told action by action
        return []
    allowed, denied, neither = access.settled(asked & ~access.open_bits)
    found = [(neither, _settled_object("implicitDeny", ()))] if neither else []
    for outcome, denies, bits in (("allowed", False, allowed), ("explicitDeny", True, denied)):
        if bits:
            deciding = [each for each in access.applications if each.denies is denies and each.certain & bits]
            for part in _parts(bits, deciding) if len(deciding) > 1 else [bits]:
                rules = {each.rule.place: each.rule for each in deciding if each.certain & part}
                found.append((part, _settled_object(outcome, rules.values())))
    return found


def _parts(bits: int, deciding: Iterable[Application]) -> list[int]:
    """The bits in parts, to which each of the statements applies as a whole or not at all."""
    parts = [bits]
    for application in deciding:
        members = application.certain
        for place, part in enumerate(parts[:]):
            inside = part & members
            if inside and inside != part:
                parts[place] = inside
                parts.append(part & ~members)
    return parts


def _settled_object(outcome: str, rules: Iterable[Rule]) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "statements": [{"policy": "key-policy", "index": rule.place, "sid": rule.sid} for rule in rules],
        "missing_context": [],
        "residual": None,
        "undocumented": [],
    }


def check_object(result: CheckResult, policy: KeyPolicy) -> dict[str, Any]:
    """A check of a profile, with everything that the text form shows; `notes` are on how it fits the principal."""
    return {
        "question": result.question,
        "status": result.status.value,
        "outcome": result.outcome.value,
        "profile": result.profile.name,
        "principal": str(result.principal),
        "asked": result.asked,
        "key_arn": result.key.arn,
        "reading": result.actions[0].decision.reading,
        **_answers(result.actions, policy),
        "notes": profile_note_objects(result.notes),
    }


def evaluation_object(access: Access, actions: tuple[RequiredAction, ...], policy: KeyPolicy) -> dict[str, Any]:
    """The decisions on single actions under one stated context, in the same form as those of a check."""
    principal = access.request.principal
    return {
        "question": Decision.question,
        "outcome": combined_outcome(required.decision for required in actions).value,
        "principal": str(principal),
        "asked": asked_about(principal),
        "key_arn": access.request.key.arn,
        "reading": access.reading,
        **_answers(actions, policy),
    }


def asked_about(principal: Principal) -> str:
    """The kind of principal that a question is about (S-399)."""
    return kind_word(principal)


def profile_note_objects(notes: Iterable[ProfileNote]) -> list[dict[str, Any]]:
    """The remarks on how a profile fits the principal."""
    return [{"code": note.code, "message": note.message} for note in notes]


def profile_object(profile: RequirementProfile) -> dict[str, Any]:
    """A profile in the form of its file, which `RequirementProfile.from_mapping` reads."""
    return {
        "name": profile.name,
        "title": profile.title,
        "key": profile.key,
        "principal": profile.principal,
        "principal_kinds": list(profile.principal_kinds),
        "requirements": [
            {
                "purpose": requirement.purpose,
                "actions": list(requirement.actions),
                "context": _written_context(requirement.context),
            }
            for requirement in profile.requirements
        ],
        "rules": list(profile.rules),
        "sources": list(profile.sources),
        "notes": list(profile.notes),
    }


def profiles_object(profiles: Mapping[str, RequirementProfile], default: str) -> dict[str, Any]:
    """All profiles, whole, and which of them is the default."""
    return {"default": default, "profiles": [profile_object(profile) for profile in profiles.values()]}


def _answers(actions: tuple[RequiredAction, ...], policy: KeyPolicy) -> dict[str, Any]:
    denied = frozenset(required.action for required in actions if required.outcome is Outcome.IMPLICIT_DENY)
    return {
        "actions": {required.action: _required_object(required) for required in actions},
        "hints": hint_objects((*hints_on_keys(each.context for each in actions), *hints_on(policy, denied))),
        "problems": problem_objects(policy),
    }


def hint_objects(hints: Iterable[Hint]) -> list[dict[str, Any]]:
    """Names that are none; `statement` is null for a condition key that was stated."""
    return [
        {
            "statement": None if hint.statement is None else statement_object(hint.statement),
            "name": hint.name,
            "message": hint.message,
            "suggestions": list(hint.suggestions),
        }
        for hint in hints
    ]


def problem_objects(policy: KeyPolicy) -> list[dict[str, Any]]:
    """The problems of a leniently loaded policy."""
    return [
        {
            "code": problem.code,
            "message": problem.message,
            "line": problem.line,
            "column": problem.column,
            "pointer": problem.pointer,
        }
        for problem in policy.problems
    ]


def _required_object(required: RequiredAction) -> dict[str, Any]:
    decision = required.decision
    return {
        **decision_object(decision),
        "reason": required.message,
        "assumed": context_members(required.context),
        "witnesses": witness_objects(required),
        "delegates_to_iam": decision.delegates_to_iam,
        "notes": [{"code": note.code, "message": note.message, "rule": note.rule} for note in decision.notes],
    }


def witness_objects(required: RequiredAction) -> dict[str, Any] | None:
    """For a conditional decision a request that is allowed and one that is not, each as a question would ask for it.

    None for a settled decision; a member is None where no such request was found.
    """
    found = required.decision.witnesses
    if found is None:
        return None
    return {
        name: None if witness is None else _witness_object(witness, required)
        for name, witness in (("allowed", found.allowed), ("denied", found.denied))
    }


def _witness_object(witness: Witness, required: RequiredAction) -> dict[str, Any]:
    """The principal as text, with what the text does not tell of it, and the context."""
    principal = witness.principal
    states = witness.beyond(required.decision.access.request.context)
    if principal.kind is PrincipalKind.ROLE_SESSION and principal.role_arn is not None:
        # The ARN of a session lacks the path of its role (S-060).
        states["aws:PrincipalArn"] = Present((principal.role_arn,))
    members = {"principal": str(principal), **context_members(required.context.with_states(states))}
    if principal.permissions_boundary is not None:
        members["has_permissions_boundary"] = principal.permissions_boundary
    if principal.user_arn is not None:
        members["federated_by"] = principal.user_arn
    return members


def _statement_objects(refs: Iterable[StatementRef]) -> list[dict[str, Any]]:
    return [statement_object(ref) for ref in refs]


def statement_object(ref: StatementRef) -> dict[str, Any]:
    """A statement of the key policy by index, counted from 0, and Sid."""
    return {"policy": "key-policy", "index": ref.index, "sid": ref.sid}


def _written_context(context: RequestContext | ContextTemplate) -> dict[str, Any]:
    """The context as a profile's file states it."""
    if isinstance(context, ContextTemplate):
        return dict(context.written)
    members: dict[str, Any] = escaped(context_members(context)["context"])
    return members


def context_members(context: RequestContext) -> dict[str, Any]:
    """What a context states, as the members of a question that would state it."""
    stated = context.stated.items()
    return {
        "context": {name: to_json(state) for name, state in stated if state is not Presence.ABSENT},
        "absent": [name for name, state in stated if state is Presence.ABSENT],
        "closed": context.is_closed,
    }
