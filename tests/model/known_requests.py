"""Compares library and model on questions drawn at random, and tells how often what is hard came up.

python -m tests.model.known_requests --questions 20000 --seed 7
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter

from tests.model.agreement import disagreement
from tests.model.key_policy import decide
from tests.model.library import ask_the_library
from tests.model.principals import not_principal_covers, principal_covers
from tests.model.questions import Question, question
from tests.model.silence import every_answer
from tests.model.vocabulary import ACTIONS


def disagreements(asked: Question, seen: Counter[str] | None = None) -> list[tuple[str, str]]:
    """Every action on which library and model differ, and how; counts into `seen` what came up."""
    found = ask_the_library(asked.policy, asked.caller, asked.context, asked.key_arn)
    # Whoever is of another partition is denied in any case; whom NotPrincipal excepts there is told differently.
    elsewhere = asked.caller.partition(asked.key_arn) != asked.key_arn.split(":")[1]
    differing = []
    for action in ACTIONS:
        model = decide(asked.policy, asked.caller, action, asked.context, asked.key_arn)
        decision = found[action]
        difference = disagreement(decision, model, only_whether_allowed=elsewhere)
        if difference is not None:
            differing.append((action, difference))
        if seen is not None:
            seen[f"outcome {decision.outcome}"] += 1
            seen["decision in which AWS is silent somewhere"] += bool(model.rules)
            seen["decision that depends on where AWS is silent"] += len(model.outcomes) > 1
            seen["conditional where the model is not in doubt"] += (
                str(decision.outcome) == "conditional" and len(model.outcomes) == 1
            )
    return differing


_SHAPES = {
    "has a Deny": "'Effect': 'Deny'",
    "has a NotPrincipal": "'NotPrincipal'",
    "has a NotAction": "'NotAction'",
    "has a NotResource": "'NotResource'",
    "has a variable": "${",
    "has ForAllValues": "ForAllValues:",
    "has ForAnyValue": "ForAnyValue:",
    "has IfExists": "IfExists'",
    "has Null": "'Null'",
    "has a negated operator": "Not",
    "has a pattern with a wildcard": "*",
    "has everyone as principal": "'*'}",
}


def _count_shapes(asked: Question, seen: Counter[str]) -> None:
    for statement in asked.policy["Statement"]:
        text = str(statement)
        seen["statements"] += 1
        for shape, part in _SHAPES.items():
            of = str(statement.get("Condition", "")) if shape in ("has a variable", "has a negated operator") else text
            of = of.replace("'*'", "").replace("kms:*", "") if part == "*" else of
            everyone = shape == "has everyone as principal" and statement.get("Principal") == "*"
            seen[shape] += part in of or everyone
        element = principal_covers if "Principal" in statement else not_principal_covers
        covers = every_answer(
            lambda silent, s=statement, e=element: str(e(s, asked.caller, asked.key_arn, silent))  # type: ignore[misc]
        )
        seen["concerns the caller"] += covers.outcomes == {"True"}


def compare(questions: int, seed: int) -> tuple[Counter[str], list[str]]:
    """What came up in so many questions, and every disagreement."""
    choices = random.Random(seed)
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    for _ in range(questions):
        asked = question(choices.choice)
        _count_shapes(asked, seen)
        wrong += [f"{action}: {difference}\n    {asked}" for action, difference in disagreements(asked, seen)]
    return seen, wrong


def main() -> int:
    """Compares, prints the rates, and tells by its exit code whether all agreed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--questions", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    seen, wrong = compare(arguments.questions, arguments.seed)
    print("\n".join(wrong))  # noqa: T201
    decisions = arguments.questions * len(ACTIONS)
    print(f"{decisions} decisions, {len(wrong)} disagreements, {seen['statements']} statements")  # noqa: T201
    for what, count in seen.items():
        of = decisions if what.startswith(("outcome", "decision", "conditional")) else seen["statements"]
        print(f"{100 * count / of:5.1f} %  {what}")  # noqa: T201
    return min(len(wrong), 1)


if __name__ == "__main__":
    sys.exit(main())
