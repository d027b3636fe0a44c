"""Questions made of the vocabulary: who asks, under which policy, in which request.

`choose` picks one of a list. Hypothesis chooses in the tests, a random generator in the command.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from tests.model import vocabulary as words
from tests.model.callers import Caller, Context

T = TypeVar("T")
Choose = Callable[[Sequence[Any]], Any]


class Question(NamedTuple):
    """One request, of which everything is known, and the policy of the key."""

    policy: dict[str, Any]
    caller: Caller
    context: Context
    key_arn: str


def question(choose: Choose, callers: Sequence[Caller] = words.CALLERS) -> Question:
    """A question about a policy of one to four statements."""
    caller, key_arn = choose(callers), choose(words.KEYS)
    version = choose(["2012-10-17"] * 7 + ["2008-10-17", None])
    statements = [_statement(choose, caller, key_arn) for _ in range(choose([1, 1, 2, 2, 3, 4]))]
    if caller.arn and choose([True, False, False]):
        # Something to deny: chance alone seldom allows anything.
        named = {"Service": caller.arn} if caller.is_service else {"AWS": caller.chain(key_arn)[-1]}
        statements.append({"Effect": "Allow", "Principal": named, "Action": "kms:*", "Resource": "*"})
    policy = {**({"Version": version} if version else {}), "Statement": statements}
    return Question(policy, caller, _context(choose, caller, keys_in(policy)), key_arn)


def _statement(choose: Choose, caller: Caller, key_arn: str) -> dict[str, Any]:
    effect = choose(["Allow", "Allow", "Allow", "Deny", "Deny"])
    negated = [choose([False] * 9 + [True]) for _ in range(2)]
    not_principal = choose([False] * (3 if effect == "Deny" else 20) + [True])
    statement = {
        "Effect": effect,
        ("NotPrincipal" if not_principal else "Principal"): _principal(choose, caller, key_arn),
        ("NotAction" if negated[0] else "Action"): choose(["kms:*", _few(choose, words.ACTION_VALUES)]),
        ("NotResource" if negated[1] else "Resource"): choose(["*", _few(choose, words.RESOURCE_VALUES)]),
    }
    if choose([True, True, True, False]):
        statement["Condition"] = condition_block(choose)
    return statement


def _few(choose: Choose, values: Sequence[Any]) -> Any:
    """One value, alone or in a list, or two."""
    one = choose(values)
    return choose([one, one, [one], [one, choose(values)]])


def _principal(choose: Choose, caller: Caller, key_arn: str) -> Any:
    """An element that names the caller more often than not, at some level of its chain."""
    own = caller.chain(key_arn)
    kind = choose(["everyone", "own", "own", "own", "many", "mixed", "mixed", "type"])
    if kind == "everyone":
        return choose(["*", {"AWS": "*"}, {"AWS": ["*"]}])
    if kind == "type":
        return {**choose(words.OTHER_TYPES), **choose([{}, {"AWS": choose(words.NAMES_OF_MANY)}])}
    if caller.is_service or not own:
        own = words.NAMES_OF_MANY
    if kind == "own":
        return {"AWS": own if choose([False, False, True]) else choose(own)}
    return {"AWS": [choose(words.NAMES_OF_MANY), choose(own)] if kind == "mixed" else _few(choose, words.NAMES_OF_MANY)}


def condition_block(choose: Choose) -> dict[str, dict[str, Any]]:
    """One or two conditions, mostly under operators that fit their keys."""
    block: dict[str, dict[str, Any]] = {}
    for _ in range(choose([1, 1, 1, 2])):
        key = choose(list(words.VOCABULARY))
        spoken = words.VOCABULARY[key]
        operator, values = choose(spoken.operators), _few(choose, spoken.values)
        change = choose(["", "", "", "", "", "IfExists", "Null", "ForAllValues:", "ForAnyValue:", "other", "case"])
        if change == "Null":
            operator, values = "Null", _few(choose, ["true", "false", True, False])
        elif change == "other":
            operator = choose(choose(words.FAMILIES))
        elif change.startswith("For") and ":" not in operator:
            operator = change + operator
        elif change == "IfExists":
            operator += change
        elif change == "case":
            key = choose([key.upper(), key.lower()])
        block.setdefault(operator, {})[key] = values
    return block


def keys_in(policy: dict[str, Any]) -> list[str]:
    """The keys that the policy reads, as the vocabulary spells them."""
    text = str(policy).lower()
    return [key for key in words.VOCABULARY if f"'{key.lower()}'" in text or f"${{{key.lower()}" in text]


def _context(choose: Choose, caller: Caller, keys: Sequence[str]) -> Context:
    """Values of the keys that the policy reads and the caller does not tell; each is absent one time in four."""
    context: Context = {}
    for key in keys:
        held = held_by(caller, key)
        if held and choose([True, True, True, False]):
            context[key] = choose(held)
    return {**context, **told_of_account(choose, caller)}


def held_by(caller: Caller, key: str) -> list[list[str]]:
    """What a request of the caller may hold of a key, beside what the caller settles."""
    is_identity = bool(caller.account)
    if key in ("aws:SourceIdentity", "aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent", "aws:TokenIssueTime"):
        return words.VOCABULARY[key].holds if is_identity else []
    if key == "aws:SourceArn" and not caller.is_service:
        return []
    if key.startswith(("aws:PrincipalTag/", "aws:CalledVia", "aws:PrincipalOrg")):
        may = is_identity and not caller.arn.endswith(":root")
        linked = "/aws-service-role/" in caller.behind and key == "aws:CalledVia"
        return words.VOCABULARY[key].holds if may and not linked else []
    return words.VOCABULARY[key].holds


def told_of_account(choose: Choose, caller: Caller) -> Context:
    """Of an account that is asked about, which of its callers it is: the account alone does not tell (S-052)."""
    if not caller.is_account:
        return {}
    arn, kind = choose(
        [(f"arn:aws:iam::{caller.arn}:role/app/a", "AssumedRole"), (f"arn:aws:iam::{caller.arn}:root", "Account")]
    )
    return {"aws:PrincipalArn": [arn], "aws:PrincipalType": [kind]}
