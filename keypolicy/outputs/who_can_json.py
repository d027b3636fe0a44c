"""Who has access, as JSON values: what `keypolicy who-can --format json` prints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from keypolicy.analysis.named_principals import NamesNobody
from keypolicy.analysis.who_can import HeldActions, Holder, WhoCan
from keypolicy.document.model import KeyPolicy
from keypolicy.evaluation.evaluate import NOTHING_STATED
from keypolicy.evaluation.outcome import Outcome
from keypolicy.evaluation.rules import StatementRef
from keypolicy.matching.context import RequestContext
from keypolicy.outputs.hints import hints_on_keys
from keypolicy.outputs.json import context_members, hint_objects, problem_objects, statement_object

__all__ = ["who_can_object"]


def who_can_object(result: WhoCan, policy: KeyPolicy, *, context: RequestContext = NOTHING_STATED) -> dict[str, Any]:
    """Everything that the result holds; statements as in the other answers.

    `context` is what was stated, of which misspelt keys are told.
    """
    return {
        "question": result.question,
        "key_arn": result.key.arn,
        "reading": result.reading,
        "actions": list(result.actions),
        "named": [_holder_object(holder) for holder in result.named],
        "anyone": {
            "statements": _refs(result.for_everyone),
            "excepted": list(result.excepted),
            "callers": [_holder_object(holder) for holder in result.anyone],
        },
        "names_nobody": [_nobody_object(nobody) for nobody in result.nobody],
        "notes": [{"code": note.code, "message": note.message, "rule": note.rule} for note in result.notes],
        "hints": hint_objects(hints_on_keys([context])),
        "problems": problem_objects(policy),
    }


def _holder_object(holder: Holder) -> dict[str, Any]:
    named = holder.named
    return {
        "name": named.name,
        "kind": named.kind,
        "asked": named.asked,
        "assumed": context_members(holder.context),
        "written": list(named.written),
        "conditions": list(named.conditions),
        "statements": _refs(named.statements),
        "groups": [_group_object(group) for group in holder.groups],
        "restricted_by": _refs(holder.restricted_by),
    }


def _group_object(group: HeldActions) -> dict[str, Any]:
    return {
        "outcome": group.outcome.value,
        "actions": list(group.actions),
        "statements": _refs(group.statements),
        "delegates_to_iam": group.delegates_to_iam,
        "residual": str(group.residual) if group.outcome is Outcome.CONDITIONAL else None,
        "missing_context": list(group.missing_context),
        "undocumented": list(group.undocumented),
    }


def _nobody_object(nobody: NamesNobody) -> dict[str, Any]:
    return {
        "place": nobody.place,
        "value": nobody.value,
        "reason": nobody.reason,
        "rule": nobody.rule,
        "statements": _refs(nobody.statements),
    }


def _refs(refs: Iterable[StatementRef]) -> list[dict[str, Any]]:
    return [statement_object(ref) for ref in refs]
