"""Compares library and model where keys are unknown: the answer, its residual and its witnesses, over all completions.

python -m tests.model.unknown_requests --questions 2000 --seed 7
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

from keypolicy import Access, Decision, RequestContext, Witness, access, loads
from keypolicy.evaluation.formula import And, Atom, Constant, Formula, Not
from keypolicy.matching.key_states import Presence, Present
from tests.model import vocabulary as words
from tests.model.callers import Caller, Context, keys_that_follow
from tests.model.conditions import condition_block_holds
from tests.model.context_keys import carried
from tests.model.key_policy import decide
from tests.model.library import principal_of, values_of_one
from tests.model.questions import Choose, Question, held_by, keys_in, question
from tests.model.silence import Answers, Silent, every_answer
from tests.model.variables import expanding, literal

ACTIONS = words.ACTIONS[:2]
CALLERS = [caller for caller in words.CALLERS if caller.arn.startswith(("arn:aws:", "1", "2"))]
"""Those whose keys are all told by the caller, or can be listed; of services AWS does not say them (S-220)."""
NEVER_ABSENT = ("aws:CurrentTime", "aws:SecureTransport", "aws:userid")
MOST_COMPLETIONS = 400


class Open(NamedTuple):
    """A question of which some keys are unknown, and the requests that it may be about."""

    asked: Question
    unknown: tuple[str, ...]
    completions: list[Context]


def open_question(choose: Choose) -> Open:
    """A question with up to three unknown keys; of the others each is known."""
    drawn = question(choose, callers=CALLERS)
    keys = keys_in(drawn.policy)
    told = _told(drawn.caller, keys)
    candidates = [key for key in keys if held_by(drawn.caller, key)]
    unknown: list[str] = []
    for _ in range(min(len(candidates), choose([1, 1, 2, 2, 3]))):
        unknown.append(choose([key for key in candidates if key not in unknown]))
    held: dict[str, list[list[str] | None]] = {}
    for key in unknown:
        absent: list[list[str] | None] = [] if key in NEVER_ABSENT else [None]
        held[key] = [*held_by(drawn.caller, key), *absent]
        if len(unknown) == 3:
            held[key] = held[key][:4] + held[key][-1:]
    known = {key: values for key, values in drawn.context.items() if key in candidates and key not in unknown}
    for key in NEVER_ABSENT[:2]:
        if key in keys and key not in unknown:
            known[key] = drawn.context.get(key) or words.VOCABULARY[key].holds[0]
    completions = [
        {**known, **each, **{key: values for key, values in zip(unknown, chosen, strict=True) if values is not None}}
        for each in told
        for chosen in product(*held.values())
    ]
    possible = [completion for completion in completions if is_possible(completion, keys)]
    return Open(drawn._replace(context=known), tuple(unknown), possible)


def _told(caller: Caller, keys: list[str]) -> list[Context]:
    """What the caller's identity may tell that the question leaves open: of an account which caller it is."""
    if caller.is_account:
        start = f"arn:aws:iam::{caller.arn}"
        return [
            {"aws:PrincipalArn": [f"{start}:role/app/a"], "aws:PrincipalType": ["AssumedRole"], "aws:userid": ["X:s"]},
            {"aws:PrincipalArn": [f"{start}:root"], "aws:PrincipalType": ["Account"], "aws:userid": [caller.arn]},
            {
                "aws:PrincipalArn": [f"{start}:user/b"],
                "aws:PrincipalType": ["User"],
                "aws:userid": ["AIDAX"],
                "aws:username": ["b"],
            },
        ]
    if "aws:userid" in keys and "aws:userid" not in keys_that_follow(caller, words.KEYS[0]):
        name = f":{caller.arn.rpartition('/')[2]}" if ":assumed-role/" in caller.arn else ""
        return [{"aws:userid": [f"AROAX{name}"]}]
    return [{}]


def is_possible(context: Context, keys: list[str]) -> bool:
    """Whether keys that tell of each other say the same (S-364)."""
    if {"aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent"} <= set(keys):
        with_age = "aws:MultiFactorAuthAge" in context
        if with_age and context.get("aws:MultiFactorAuthPresent") != ["true"]:
            return False
    if {"kms:EncryptionContext:app", "kms:EncryptionContextKeys"} <= set(keys):
        names = [name.lower() for name in context.get("kms:EncryptionContextKeys", [])]
        return ("app" in names) == ("kms:EncryptionContext:app" in context)
    return True


def ask(question: Open) -> Access:
    """The library's answer to the open question."""
    asked = question.asked
    absent = [
        key
        for key in keys_in(asked.policy)
        if held_by(asked.caller, key) and key not in asked.context and key not in question.unknown
    ]
    stated = RequestContext(values_of_one(asked.context), absent=absent)
    return access(loads(asked.policy, lenient=True), principal_of(asked.caller), key=asked.key_arn, context=stated)


def broken_promises(question: Open, seen: Counter[str]) -> list[str]:
    """What the library says of the question that the model does not bear out."""
    found, broken = ask(question), []
    for action in ACTIONS:
        decision = found[action]
        answers = [(each, _model(question, action, each)) for each in question.completions]
        outcome = str(decision.outcome)
        seen[f"outcome {outcome}"] += 1
        seen["completions"] += len(answers)
        for completion, answer in answers:
            if not _is_borne_out(outcome, answer.outcomes):
                broken.append(f"{action} is {outcome}, and {sorted(answer.outcomes)} in {completion}")
                break
            residual = _residual(decision.residual, question.asked, action, completion)
            settled = [each for each in (residual.outcomes, _allowed(answer)) if len(each) == 1]
            seen["residuals compared"] += len(settled) == 2
            if len(settled) == 2 and settled[0] != settled[1]:
                broken.append(f"{action}: the residual is {settled[0]} and the model {settled[1]} in {completion}")
                break
        if outcome == "conditional":
            broken += _of_a_conditional_answer(decision, question, seen)
    return broken


def _is_borne_out(outcome: str, outcomes: frozenset[str]) -> bool:
    if outcome == "implicitDeny":
        return "allowed" not in outcomes
    return outcome == "conditional" or outcomes == {outcome}


def _allowed(answer: Answers) -> frozenset[str]:
    return frozenset(str(outcome == "allowed") for outcome in answer.outcomes)


def _model(question: Open, action: str, completion: Context) -> Answers:
    asked = question.asked
    return decide(asked.policy, asked.caller, action, completion, asked.key_arn)


def _residual(formula: Formula, asked: Question, action: str, completion: Context) -> Answers:
    """What the residual comes to in the completion, over all answers to what it leaves open beside conditions."""
    request = carried({**keys_that_follow(asked.caller, asked.key_arn), **completion}, action)

    def run(silent: Silent) -> str:
        expand = expanding(request, silent) if asked.policy.get("Version") == "2012-10-17" else literal

        def truth(part: Formula) -> bool:
            if isinstance(part, Constant):
                return part.value
            if isinstance(part, Not):
                return not truth(part.part)
            if isinstance(part, Atom):
                subject = part.subject
                if isinstance(subject, str):
                    return silent(subject)
                block = {subject.operator: {subject.key: list(subject.values)}}
                return condition_block_holds(block, request, expand, silent)
            return (all if isinstance(part, And) else any)(truth(each) for each in part.parts)

        return str(truth(formula))

    return every_answer(run)


def _of_a_conditional_answer(decision: Decision, question: Open, seen: Counter[str]) -> Iterator[str]:
    """It has two witnesses that the model confirms, or says which silent rule, or that the budget, is the reason."""
    witnesses = decision.witnesses
    assert witnesses is not None
    over_budget = any(note.code == "over-budget" for note in decision.notes)
    seen["conditional with both witnesses"] += None not in witnesses
    seen["conditional for the budget"] += over_budget
    for witness, wanted in zip(witnesses, ("True", "False"), strict=True):
        if witness is None:
            if not decision.undocumented and not over_budget:
                yield f"{decision.action} is conditional without a witness or a reason"
            continue
        answers = [_allowed(_model(question, decision.action, each)) for each in requests_of(witness, question)]
        seen["witnesses asked"] += 1
        if not answers:
            yield f"{decision.action}: no request is that of the witness {witness}"
        if any(answer != {wanted} for answer in answers):
            yield f"{decision.action}: the model says otherwise of the witness {witness}, which should be {wanted}"


def requests_of(witness: Witness, question: Open) -> list[Context]:
    """The requests, in the model's words, that agree with the witness; it need not settle every unknown key."""
    settled: dict[str, list[str] | None] = {}
    for key, state in witness.context.stated.items():
        if isinstance(state, Present):
            settled[key.lower()] = list(state.values)
        elif state is Presence.ABSENT:
            settled[key.lower()] = None
    found: list[Context] = []
    for completion in question.completions:
        request: dict[str, Any] = {key: values for key, values in completion.items() if key.lower() not in settled}
        request.update({key: values for key, values in settled.items() if values is not None})
        if request not in found:
            found.append(request)
    return found


def main() -> int:
    """Compares, prints what came up, and tells by its exit code whether everything held."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    choices = random.Random(arguments.seed)
    seen: Counter[str] = Counter()
    wrong = 0
    for _ in range(arguments.questions):
        asked = open_question(choices.choice)
        if not asked.unknown or len(asked.completions) > MOST_COMPLETIONS:
            continue
        seen["questions"] += 1
        for broken in broken_promises(asked, seen):
            wrong += 1
            print(f"{broken}\n    {asked.asked} unknown {asked.unknown}")  # noqa: T201
    print(f"{wrong} promises broken; {dict(seen)}")  # noqa: T201
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
