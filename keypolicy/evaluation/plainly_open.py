"""Actions of which it is plain that worlds differ, so that none need be tried: the usual open conditions (S-362).

A condition is free if it holds for some value of its key, and fails where the key is absent. Where only free Allows are
open, the request that lacks their keys is denied, and one that fulfils an Allow is allowed; likewise with Denies.
"""

from __future__ import annotations

from keypolicy.evaluation.condition_tests import ConditionTest
from keypolicy.evaluation.fold import Concerning, Verdicts
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.rules import Rule
from keypolicy.matching.correlations import is_correlated
from keypolicy.matching.key_states import Presence
from keypolicy.matching.operators import Family

__all__ = ["plainly_open"]


def plainly_open(what: Concerning, verdicts: Verdicts, request: Request, bits: int) -> int:
    """Those of the actions with these bits, which the fold leaves open, that some requests allow and others do not."""
    one_effect_open = bits & what.usable & (~verdicts.deny_maybe | verdicts.allow)
    free = 0
    for rule, concerns in what.rules:
        certain, possible = rule.masks(request)
        in_doubt = possible & ~certain & one_effect_open
        if in_doubt:
            if concerns is not True or not _is_free(rule, request, in_doubt):
                one_effect_open &= ~in_doubt
            free |= in_doubt
    return free & one_effect_open


def _is_free(rule: Rule, request: Request, in_doubt: int) -> bool:
    """Whether the rule applies in some request, and fails in the one that lacks the keys that leave it open."""
    if rule.possible & ~rule.certain & in_doubt or rule.reads_resource:
        return False
    keys: set[str] = set()
    for test in rule.tests:
        certain, possible = test.masks(request)
        if possible & ~certain & in_doubt:
            key = test.condition.folded_key
            if key in keys or request.state_of(key) is not Presence.UNKNOWN or not _can_hold(test):
                return False
            keys.add(key)
    return True


def _can_hold(test: ConditionTest) -> bool:
    """Whether the condition is positive, and one value of its key that a request may have fulfils it."""
    condition = test.condition
    name, facts = condition.name, condition.facts
    operator = name.operator
    if operator is None or operator.negated or operator.family is not Family.TEXT or operator.parts or name.if_exists:
        return False
    if name.qualifier == "ForAllValues" or (condition.is_multivalued and name.qualifier is None):
        return False
    if name.doubt is not None or facts.doubt is not None or is_correlated(condition.folded_key):
        return False
    if not facts.is_catalogued or facts.key_type not in ("String", "Bool") or condition.templates:
        return False
    settling = [value for value in condition.values if operator.name != "Bool" or value in ("true", "false")]
    return any(value in facts.domain if facts.domain else value for value in settling)
