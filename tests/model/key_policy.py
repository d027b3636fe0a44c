"""A key policy in a request of which everything is known, statement by statement (S-305).

This is the model: two-valued, naive, written from docs/semantics.md alone, and of no use but to be compared with.
"""

from __future__ import annotations

from typing import Any

from tests.model.actions import ACROSS_ACCOUNTS, WITHOUT_A_KEY, action_element_covers
from tests.model.callers import Caller, Context, keys_that_follow
from tests.model.conditions import condition_block_holds
from tests.model.context_keys import carried
from tests.model.principals import listed, not_principal_covers, principal_covers
from tests.model.resources import resource_element_covers
from tests.model.silence import Answers, Silent, every_answer
from tests.model.variables import Expand, expanding, literal

Policy = dict[str, Any]


def decide(policy: Policy, caller: Caller, action: str, context: Context, key_arn: str) -> Answers:
    """What the policy decides, over all that AWS may do where it is silent; a key not in `context` is absent."""
    return every_answer(lambda silent: outcome(policy, caller, action, context, key_arn, silent))


def outcome(policy: Policy, caller: Caller, action: str, context: Context, key_arn: str, silent: Silent) -> str:
    """One of allowed, explicitDeny and implicitDeny."""
    name = action.partition(":")[2]
    if name in WITHOUT_A_KEY:
        return "implicitDeny"  # S-110
    request = carried({**keys_that_follow(caller, key_arn), **context}, action)
    expand = expanding(request, silent) if policy.get("Version") == "2012-10-17" else literal  # S-015, S-016
    applying = [
        statement["Effect"]
        for statement in listed(policy["Statement"])
        if applies(statement, caller, action, key_arn, request, expand, silent)
    ]
    return verdict(applying, caller, action, key_arn)


def verdict(applying: list[str], caller: Caller, action: str, key_arn: str) -> str:
    """What follows from the effects of the statements that apply: a Deny, else an Allow, else nothing (S-305)."""
    name = action.partition(":")[2]
    if "Deny" in applying:
        return "explicitDeny"
    return "allowed" if "Allow" in applying and _may_be_allowed(caller, name, key_arn) else "implicitDeny"


def _may_be_allowed(caller: Caller, name: str, key_arn: str) -> bool:
    """Rows 3, 4 and 15 of the table in 8.3: what no policy allows."""
    _, partition, _, _, owner, _ = key_arn.split(":", 5)
    is_foreign = not caller.is_service and caller.account != owner
    is_elsewhere = not caller.is_service and caller.partition(key_arn) != partition  # S-068
    return caller.arn != "" and not is_elsewhere and not (is_foreign and name not in ACROSS_ACCOUNTS)  # S-281


def applies(
    statement: dict[str, Any],
    caller: Caller,
    action: str,
    key_arn: str,
    request: Context,
    expand: Expand,
    silent: Silent,
) -> bool:
    """Whether the statement is about this request, each of its elements by itself (S-354)."""
    if _is_inert(statement):
        return False
    if "Principal" not in statement and "NotPrincipal" not in statement:
        return statement["Effect"] == "Deny" and silent("S-022")
    principal_element = principal_covers if "Principal" in statement else not_principal_covers
    return (
        principal_element(statement, caller, key_arn, silent)
        and action_element_covers(statement, action, silent)
        and resource_element_covers(statement, key_arn, expand, silent)
        and ("Condition" not in statement or condition_block_holds(statement["Condition"], request, expand, silent))
    )


def _is_inert(statement: dict[str, Any]) -> bool:
    """Missing actions or resources, and empty elements, take the statement away (S-023, S-024)."""
    has_all = {"Action", "NotAction"} & statement.keys() and {"Resource", "NotResource"} & statement.keys()
    empty = [statement.get(name) in ([], {}) for name in ("Action", "Resource", "Principal")]
    return not has_all or any(empty)


def decide_statement(
    policy: Policy, number: int, caller: Caller, action: str, context: Context, key_arn: str
) -> Answers:
    """Whether one statement, counted from 0, is about the request: TRUE or FALSE."""

    def run(silent: Silent) -> str:
        request = carried({**keys_that_follow(caller, key_arn), **context}, action)
        expand = expanding(request, silent) if policy.get("Version") == "2012-10-17" else literal
        statement = listed(policy["Statement"])[number]
        if action.partition(":")[2] in WITHOUT_A_KEY:
            return "FALSE"
        return str(applies(statement, caller, action, key_arn, request, expand, silent)).upper()

    return every_answer(run)
