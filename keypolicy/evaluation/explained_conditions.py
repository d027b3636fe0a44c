"""What one condition of a statement says to one question, in words, with the states of the keys that it reads."""

from __future__ import annotations

from keypolicy.document.source import child
from keypolicy.evaluation.condition_tests import ActionClass, ConditionTest
from keypolicy.evaluation.explanation import ElementExplanation, KeyInRequest, KeyOrigin
from keypolicy.evaluation.request import Request
from keypolicy.matching.derived_context import derived_state
from keypolicy.matching.key_states import KeyState, Presence
from keypolicy.matching.truth import Truth, Unknown

__all__ = ["condition_element"]

_GRANT_KEY = "kms:grantisforawsresource"
_TOLD_BY_KEY = (
    "aws:resourceaccount",
    "aws:requestedregion",
    "kms:multiregion",
    "kms:key",
    "kms:customermasterkey",
)


def condition_element(test: ConditionTest, request: Request, bit: int, pointer: str) -> ElementExplanation:
    """Whether the condition holds for the action (S-140 to S-187)."""
    condition = test.condition
    truth = test.truth_for(bit, request)
    action_class = next(one for one in test.classes if one.bits & bit)
    own = _key_in_request(condition.key, action_class, request)
    read = sorted(condition.variable_keys - {condition.folded_key})
    keys = (own, *(_key_in_request(name, action_class, request) for name in read))
    compared = "; ".join(map(str, keys))
    reason, rule = _reason(truth, own, compared)
    place = child(child(f"{pointer}/Condition", condition.operator), condition.key)
    never = truth is False and own.origin is KeyOrigin.NOT_CARRIED
    code = "key-never-carried" if never else None
    return ElementExplanation("Condition", truth, str(condition), compared, reason, rule, place, code, keys)


def _key_in_request(name: str, action_class: ActionClass, request: Request) -> KeyInRequest:
    folded = name.lower()
    if folded in action_class.absent and not action_class.is_doubtful:
        return KeyInRequest(name, Presence.ABSENT, KeyOrigin.NOT_CARRIED)
    state = request.state_of(folded)
    if folded in action_class.absent:
        return KeyInRequest(name, state, KeyOrigin.DOUBTFULLY_CARRIED)
    return KeyInRequest(name, state, _origin(folded, state, request))


def _origin(folded: str, state: KeyState, request: Request) -> KeyOrigin:
    if folded in request.context.states:
        return KeyOrigin.STATED
    if derived_state(folded, request.principal, request.key) not in (Presence.UNKNOWN, Presence.PRESENT):
        return KeyOrigin.KEY if folded.startswith(_TOLD_BY_KEY) else KeyOrigin.PRINCIPAL
    return KeyOrigin.CLOSED if state is Presence.ABSENT else KeyOrigin.UNKNOWN


def _reason(truth: Truth, own: KeyInRequest, compared: str) -> tuple[str, str]:
    if isinstance(truth, Unknown):
        if truth.undocumented:
            return f"AWS does not document what it gives where {compared}", min(truth.undocumented)
        return compared, "S-352"
    if own.origin is KeyOrigin.NOT_CARRIED:
        if own.key.lower() == _GRANT_KEY:
            return f"the action never carries {own.key}; only CreateGrant, ListGrants and RevokeGrant do", "S-205"
        return f"the action never carries {own.key}", "S-250"
    return compared, "S-150" if own.state is Presence.ABSENT else "S-141"
