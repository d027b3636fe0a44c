"""Explanations as JSON values: what `keypolicy explain --format json` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keypolicy.analysis.check import RequiredAction
from keypolicy.evaluation.decision import Decision
from keypolicy.evaluation.explanation import ElementExplanation, Explanation, KeyInRequest, StatementExplanation
from keypolicy.evaluation.together import combined_outcome
from keypolicy.matching.key_states import CaseVariants, Presence, Present
from keypolicy.matching.partial_values import to_json
from keypolicy.matching.principals import Principal
from keypolicy.matching.truth import ReadingName, Truth, Unknown
from keypolicy.outputs.hints import hints_on_keys
from keypolicy.outputs.json import asked_about, context_members, hint_objects, statement_object

if TYPE_CHECKING:
    from keypolicy.document.source import Position

__all__ = ["explanation_object", "explanations_object"]


def explanations_object(
    actions: tuple[RequiredAction, ...], principal: Principal, key_arn: str, reading: ReadingName
) -> dict[str, Any]:
    """Explanations of decisions on single actions, each with the context that was assumed for it."""
    return {
        "question": Decision.question,
        "outcome": combined_outcome(required.decision for required in actions).value,
        "principal": str(principal),
        "asked": asked_about(principal),
        "key_arn": key_arn,
        "reading": reading,
        "actions": {
            required.action: {
                **explanation_object(required.decision.explain()),
                "assumed": context_members(required.context),
            }
            for required in actions
        },
        "hints": hint_objects(hints_on_keys(required.context for required in actions)),
    }


def explanation_object(explanation: Explanation) -> dict[str, Any]:
    """One explanation; `deciding` and `closest` are indexes into `statements`."""
    closest, first = explanation.closest, explanation.first_failure
    return {
        "outcome": explanation.outcome.value,
        "usable": {
            **_truth_members(explanation.usable.truth),
            "reason": explanation.usable.reason,
            "rule": explanation.usable.rule,
        },
        "document_doubtful": explanation.document is not None,
        "deciding": [statement.ref.index for statement in explanation.deciding],
        "closest": None if closest is None else closest.ref.index,
        "first_failure": None if closest is None or first is None else _element_object(closest, first),
        "statements": [_statement_explanation_object(statement) for statement in explanation.statements],
    }


def _statement_explanation_object(statement: StatementExplanation) -> dict[str, Any]:
    return {
        **statement_object(statement.ref),
        "effect": statement.effect,
        **_truth_members(statement.truth),
        **_place_members(statement.pointer, statement.position),
        "elements": [_element_object(statement, element) for element in statement.elements],
    }


def _element_object(statement: StatementExplanation, element: ElementExplanation) -> dict[str, Any]:
    return {
        "element": element.element,
        **_truth_members(element.truth),
        "written": element.written,
        "compared": element.compared,
        "reason": element.reason,
        "rule": element.rule,
        "near_miss": element.near_miss,
        "keys": [_key_object(key) for key in element.keys],
        **_place_members(element.pointer, statement.position_of(element)),
    }


def _key_object(key: KeyInRequest) -> dict[str, Any]:
    """A condition key; `values` are several where the request has several, or where one of several is compared.

    Of a key that is partly known, `known` is what a question would state.
    """
    state = key.state
    values: tuple[str, ...] = ()
    known: Any = None
    if isinstance(state, Presence):
        name = state.value
    elif isinstance(state, Present):
        name, values = "present", state.values
    elif isinstance(state, CaseVariants):
        name, values = "one of several", tuple(value for one in state.states for value in one.values)
    else:
        name, known = "partly known", to_json(state)
    origin = key.origin.name.lower().replace("_", "-")
    return {"key": key.key, "state": name, "values": list(values), "known": known, "origin": origin}


def _truth_members(truth: Truth) -> dict[str, Any]:
    if isinstance(truth, Unknown):
        missing, silent = sorted(truth.missing), sorted(truth.undocumented)
        return {"truth": "unknown", "missing": missing, "undocumented": silent}
    return {"truth": "true" if truth else "false", "missing": [], "undocumented": []}


def _place_members(pointer: str, position: Position | None) -> dict[str, Any]:
    line, column = (None, None) if position is None else position
    return {"pointer": pointer, "line": line, "column": column}
