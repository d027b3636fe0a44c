"""Compares library and model on all policies of up to two statements over a tiny vocabulary, for all requests.

python -m tests.model.small_scope --unknown-in 50                 what CI compares: more than a million decisions
python -m tests.model.small_scope --statements 2 --everything     every operator beside every statement: hours
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import combinations_with_replacement, islice, product
from typing import Any, NamedTuple

from keypolicy import Access, ActionSet, Principal, RequestContext, access, loads
from tests.model.actions import WITHOUT_A_KEY
from tests.model.callers import Caller, Context, keys_that_follow
from tests.model.conditions import every_operator
from tests.model.context_keys import carried
from tests.model.key_policy import applies, verdict
from tests.model.library import principal_of
from tests.model.silence import every_answer
from tests.model.variables import expanding
from tests.model.vocabulary import KEYS, OTHER, OWNER

KEY = KEYS[0]
ACTIONS = ("kms:Decrypt", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:ListKeys")
ROLE, SESSION = f"arn:aws:iam::{OTHER}:role/app/a", f"arn:aws:sts::{OTHER}:assumed-role/a/s"
ROOT = f"arn:aws:iam::{OTHER}:root"
CALLERS = (
    Caller(OTHER),
    Caller(ROOT),
    Caller(f"arn:aws:iam::{OTHER}:user/b"),
    Caller(SESSION, ROLE),
    Caller(f"arn:aws:sts::{OTHER}:assumed-role/a/t", ROLE),
    Caller(f"arn:aws:iam::{OWNER}:user/b"),
)
PRINCIPALS: tuple[dict[str, Any], ...] = (
    {"Principal": "*"},
    {"Principal": {"AWS": OTHER}},
    {"Principal": {"AWS": ROLE}},
    {"Principal": {"AWS": SESSION}},
    {"NotPrincipal": {"AWS": [SESSION, ROLE, ROOT]}},
    {"NotPrincipal": {"AWS": ROOT}},
)
ACTION_ELEMENTS = ({"Action": "kms:*"}, {"Action": "kms:Decrypt"}, {"NotAction": "kms:Decrypt"})

_TWO_VALUES = {
    "String": ("a", "b"),
    "Numeric": ("5", "6"),
    "Date": ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
    "Bool": ("true", "false"),
    "Binary": ("YQ==", "Yg=="),
    "Ip": ("10.0.0.1", "10.0.0.2"),
    "NotIp": ("10.0.0.1", "10.0.0.2"),
    "Arn": ("arn:aws:iam::222222222222:role/a", "arn:aws:iam::222222222222:role/b"),
    "Null": ("true", "false"),
}
"""By the beginning of an operator: what the one key holds, beside being absent. Policies ask for the first."""
CORE = ("StringEquals", "StringNotEquals", "Null")
WIDER_CORE = (*CORE, "StringEqualsIfExists", "ForAllValues:StringEquals", "ForAnyValue:StringEquals")


class Statement(NamedTuple):
    """One statement as policies have it, with the values that its condition tells apart and the key that holds them."""

    written: dict[str, Any]
    key: str
    values: tuple[str, ...]


def statements(operators: Iterable[str]) -> list[Statement]:
    """Every statement over the vocabulary, without a condition and with one under each of these operators."""
    conditions = [({}, "aws:SourceIdentity", ()), *(_condition(operator) for operator in operators)]
    return [
        Statement({"Effect": effect, **principal, **action, "Resource": "*", **condition}, key, values)
        for effect, principal, action in product(("Allow", "Deny"), PRINCIPALS, ACTION_ELEMENTS)
        for condition, key, values in conditions
    ]


def _condition(operator: str) -> tuple[dict[str, Any], str, tuple[str, ...]]:
    base = operator.rpartition(":")[2]
    first, second = next(values for start, values in _TWO_VALUES.items() if base.startswith(start))
    # The keys of AWS are known to hold no bytes, so BinaryEquals is asked of another.
    key = "example:bytes" if base.startswith("Binary") else "aws:SourceIdentity"
    return {"Condition": {operator: {key: first}}}, key, (first, second) if base != "Null" else ("a", "b")


def contexts(policy: tuple[Statement, ...]) -> tuple[Context, ...]:
    """Every request: each key absent, or with one of the values of its conditions."""
    held: dict[str, dict[str, None]] = {}
    for statement in policy:
        held.setdefault(statement.key, {}).update(dict.fromkeys(statement.values))
    choices = [[(key, value) for value in (None, *values)] for key, values in held.items()]
    return tuple({key: [value] for key, value in each if value is not None} for each in product(*choices))


class Model:
    """The model's answer for each statement and request by itself, remembered."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, Caller, str], tuple[Statement, list[frozenset[str]]]] = {}

    def outcomes(self, policy: tuple[Statement, ...], caller: Caller, context: Context) -> list[frozenset[str]]:
        """For each action every outcome of the policy that is possible where AWS is silent."""
        each = [self._applying(statement, caller, context) for statement in policy]
        effects = tuple(statement.written["Effect"] for statement in policy)
        return [
            _outcomes(effects, tuple(truths), caller, action) for action, *truths in zip(ACTIONS, *each, strict=True)
        ]

    def _applying(self, statement: Statement, caller: Caller, context: Context) -> list[frozenset[str]]:
        name = (id(statement), caller, str(context))
        if name not in self._known:
            self._known[name] = (statement, [_applies(statement, caller, action, context) for action in ACTIONS])
        return self._known[name][1]


def _applies(statement: Statement, caller: Caller, action: str, context: Context) -> frozenset[str]:
    request = carried({**keys_that_follow(caller, KEY), **context}, action)
    return every_answer(
        lambda silent: str(applies(statement.written, caller, action, KEY, request, expanding(request, silent), silent))
    ).outcomes


@cache
def _outcomes(
    effects: tuple[str, ...], truths: tuple[frozenset[str], ...], caller: Caller, action: str
) -> frozenset[str]:
    if action.partition(":")[2] in WITHOUT_A_KEY:
        return frozenset(("implicitDeny",))
    return frozenset(
        verdict([effect for effect, holds in zip(effects, chosen, strict=True) if holds == "True"], caller, action, KEY)
        for chosen in product(*truths)
    )


class Tally:
    """How many policies and decisions were compared, and the disagreements."""

    def __init__(self) -> None:
        self.policies = self.decisions = self.unknown = self.silent = 0
        self.wrong: list[str] = []


_PRINCIPALS: dict[Caller, Principal] = {caller: principal_of(caller) for caller in CALLERS}


def compare(policy: tuple[Statement, ...], model: Model, tally: Tally, *, unknown: bool) -> None:
    """Puts every request of a policy to both; with `unknown` also the question in which the keys are unknown."""
    document = loads({"Version": "2012-10-17", "Statement": [statement.written for statement in policy]})
    requests = [
        (context, RequestContext.closed({key: values[0] for key, values in context.items()}))
        for context in contexts(policy)
    ]
    tally.policies += 1
    for caller in CALLERS:
        found: list[list[frozenset[str]]] = []
        for context, stated in requests:
            answer = access(document, _PRINCIPALS[caller], key=KEY, context=stated)
            outcomes = model.outcomes(policy, caller, context)
            found.append(outcomes)
            tally.decisions += len(ACTIONS)
            tally.silent += sum(len(each) > 1 for each in outcomes)
            _expect(answer, outcomes, tally, (caller, context, policy))
        # Bytes, and numbers and days before those of the vocabulary, make classes of their own.
        if unknown and all(value in ("a", "b") for statement in policy for value in statement.values):
            answer = access(document, _PRINCIPALS[caller], key=KEY)
            tally.unknown += len(ACTIONS)
            union = [frozenset().union(*each) for each in zip(*found, strict=True)]
            _expect(answer, union, tally, (caller, "unknown", policy), is_unknown=True)


def _expect(
    answer: Access, outcomes: list[frozenset[str]], tally: Tally, where: object, *, is_unknown: bool = False
) -> None:
    """Exactly what all possible outcomes have in common; conditional where some are allowed and some are not.

    Where nothing allows, Denies that only together cover all requests need not be told apart from no Allow: see
    tests/deviations.py.
    """
    found = (answer.allowed & _ASKED, answer.explicitly_denied & _ASKED, answer.denied & _ASKED)
    expected = _expected(tuple(outcomes))
    if is_unknown and (found[0], found[2]) == (expected[0], expected[2]) and found[1] <= expected[1]:
        return
    if found != expected:
        answered = [str(answer[action].outcome) for action in ACTIONS]
        tally.wrong.append(f"the library {answered}, and the model {outcomes}: {where}")


_ASKED = ActionSet.of(*ACTIONS)


@cache
def _expected(outcomes: tuple[frozenset[str], ...]) -> tuple[ActionSet, ActionSet, ActionSet]:
    def of(holds: Callable[[frozenset[str]], bool]) -> ActionSet:
        return ActionSet.of(*(action for action, each in zip(ACTIONS, outcomes, strict=True) if holds(each)))

    return (
        of(lambda each: each == {"allowed"}),
        of(lambda each: each == {"explicitDeny"}),
        of(lambda each: "allowed" not in each),
    )


def policies(most_statements: int, *, everything: bool) -> Iterator[tuple[Statement, ...]]:
    """All policies of up to so many statements.

    One statement takes every operator. Two take the core of the operators in both; with `everything`, every operator
    in the first and a wider core in the second.
    """
    every = statements(every_operator())
    yield from ((statement,) for statement in every)
    if most_statements > 1 and everything:
        yield from product(every, statements(WIDER_CORE))
    elif most_statements > 1:
        yield from combinations_with_replacement(statements(CORE), 2)


def run(
    most_statements: int,
    *,
    everything: bool = False,
    most_policies: int | None = None,
    one_in: int = 1,
    unknown_in: int = 1,
) -> Tally:
    """Compares one policy in `one_in`, at most so many; with the key unknown, one of them in `unknown_in`."""
    tally, model = Tally(), Model()
    for policy in islice(policies(most_statements, everything=everything), 0, None, one_in):
        if tally.policies == most_policies:
            break
        compare(policy, model, tally, unknown=tally.policies % unknown_in == 0)
    return tally


def main() -> int:
    """Compares, prints the counts, and tells by its exit code whether all agreed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--statements", type=int, choices=(1, 2), default=2, help="the most statements of a policy")
    parser.add_argument("--everything", action="store_true", help="every operator in policies of two statements too")
    parser.add_argument("--policies", type=int, default=None, help="stop after so many")
    parser.add_argument("--unknown-in", type=int, default=1, help="ask with the key unknown of one policy in so many")
    arguments = parser.parse_args()
    started = time.monotonic()
    tally = run(
        arguments.statements,
        everything=arguments.everything,
        most_policies=arguments.policies,
        unknown_in=arguments.unknown_in,
    )
    for wrong in tally.wrong[:20]:
        print(wrong)  # noqa: T201
    print(  # noqa: T201
        f"{tally.policies:,} policies, {tally.decisions:,} decisions on known requests, {tally.silent:,} of them open "
        f"because AWS is silent, {tally.unknown:,} with the key unknown, {len(tally.wrong):,} disagreements, "
        f"{time.monotonic() - started:.0f} s"
    )
    return min(len(tally.wrong), 1)


if __name__ == "__main__":
    sys.exit(main())
