"""Answers questions in JSON Lines with reach-security; run by the Python in whose environment that is installed.

In: {"principal", "action", "resource", "account", "context", "policy"}, where null in the context is an absent key.
Out: {"result": "allowed" | "denied" | "unknown"}, or {"refused": "..."} where the package does not take the question.

All are put to its evaluator of stated requests, and each fiftieth to its solver too, which is slow: the package
promises that the two agree, and where they do not the question is refused with that message.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from reach.engine import Principal, Query, ResourcePolicy, decide
from reach.policy import parse_policy
from reach.reference import evaluate

EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
WORDS = {True: "allowed", False: "denied", None: "unknown"}
EACH_TO_THE_SOLVER = 50


def answer(question: Mapping[str, Any], *, by_solver: bool) -> dict[str, str]:
    """The answer to one question."""
    action, resource, context = question["action"], question["resource"], question["context"]
    caller = Principal(question["principal"], [parse_policy(EVERYTHING, "everything")])
    policy = ResourcePolicy(parse_policy(question["policy"], "key policy"), question["account"], required=True)
    word = WORDS[evaluate(caller, action, resource, context, resource_policy=policy)]
    if by_solver:
        solved = decide(caller, Query(action, resource, context, policy)).verdict.value
        if solved != word:
            return {"refused": f"its evaluator says {word}, its solver {solved}"}
    return {"result": word}


def main() -> None:
    """One answer a line for one question a line."""
    for number, line in enumerate(sys.stdin):
        try:
            said = answer(json.loads(line), by_solver=number % EACH_TO_THE_SOLVER == 0)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next question is still to be asked
            said = {"refused": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
