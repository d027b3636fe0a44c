"""The two requests that show how a conditional answer may turn out, as text for people; its wording is no interface."""

from __future__ import annotations

from keypolicy.evaluation.decision import Decision
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.worlds import Witness
from keypolicy.matching.key_states import KeyState, Presence, Present

__all__ = ["state_text", "witness_lines"]

_EMPTY_TEXT = '""'
_NO_VALUE = "(no value)"
_PERMISSIONS_BOUNDARY = {None: "", True: " with a permissions boundary", False: " without a permissions boundary"}


def witness_lines(decision: Decision) -> tuple[str, ...]:
    """A line for a request that is allowed, and one for a request that is not: what they add to the question."""
    witnesses = decision.witnesses
    if witnesses is None:
        return ()
    found = (("allowed", witnesses.allowed), ("denied", witnesses.denied))
    asked = decision.access.request
    return tuple(f"{word} {_beyond(witness, asked)}" for word, witness in found if witness is not None)


def state_text(name: str, state: KeyState) -> str:
    """What is known of a condition key."""
    if isinstance(state, Presence):
        return f"{name} {state.value}"
    if isinstance(state, Present):
        return f"{name}={','.join(value or _EMPTY_TEXT for value in state.values) or _NO_VALUE}"
    return f"{name} {state}"


def _beyond(witness: Witness, asked: Request) -> str:
    """The caller and the keys of the witness that are not as they were asked about."""
    parts = []
    caller = witness.principal
    if caller != asked.principal:
        federated = "" if caller.user_arn is None else f", federated by {caller.user_arn}"
        parts.append(f"as {caller}{federated}{_PERMISSIONS_BOUNDARY[caller.permissions_boundary]}")
    keys = [state_text(name, state) for name, state in witness.beyond(asked.context).items()]
    if keys:
        parts.append(f"with {', '.join(keys)}")
    return " ".join(parts)
