"""What a case expects of unknown keys is never contradicted by a request in which every key is known (S-351)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from keypolicy import KeyMetadata, Principal, RequestContext, access, loads
from keypolicy.matching.derived_context import derived_state
from keypolicy.matching.key_states import Presence, Present
from tests import case_runner
from tests.case_runner import Question, questions

WORLDS = 200
World = dict[str, list[str] | None]
"""Condition key in lower case to its values, or None for absent."""

SETS = {"aws:calledvia", "aws:principalorgpaths", "kms:encryptioncontextkeys", "kms:grantoperations"}
ALWAYS = {"aws:currenttime", "aws:epochtime", "aws:securetransport", "aws:principalarn", "aws:principaltype"}
BOOLEAN = re.compile("aws:(multifactorauthpresent|viaawsservice|securetransport)|kms:(grantisfor|reencrypton).*")
TEXTS = ["a", "b", "ab", "ba", "abb", "A", "app", "APP", "1", "2", "zz"]
TIMES = ["2029-06-01T00:00:00Z", "2030-01-01T00:00:00Z", "1893456000", "1893456001", "2030-06-01T00:00:00Z"]
VALUES = {
    "aws:principalarn": [f"arn:aws:iam::222222222222:{name}" for name in ("role/app/Reader", "user/Bob", "root")],
    "aws:principaltype": ["User", "AssumedRole", "FederatedUser", "Account"],
    "aws:sourceip": ["10.0.0.0", "10.0.0.1", "10.1.0.5", "129.1.1.1", "192.168.0.1", "203.0.113.9", "2001:db8::1"],
    "aws:multifactorauthage": ["4", "5", "9.5", "10", "20", "3599", "3600", "3600.5"],
    "aws:currenttime": TIMES,
    "aws:tokenissuetime": TIMES,
    "kms:messagetype": ["RAW", "DIGEST", "EXTERNAL_MU"],
    "kms:multiregionkeytype": ["PRIMARY", "REPLICA"],
}
SETTLED = {
    "allowed": {"allowed"},
    "implicitDeny": {"implicitDeny", "explicitDeny"},
    "explicitDeny": {"explicitDeny"},
    "TRUE": {"TRUE"},
    "FALSE": {"FALSE"},
}


def expectation(question: Question) -> str:
    expect = question.asked["expect"]
    return str(expect.get("outcome", expect.get("truth")))


def samples_worlds(question: Question) -> bool:
    """Whether every unknown of the question is a condition key, and the expectation settles something."""
    asked = question.asked
    partly_known = any(isinstance(value, dict) for value in asked.get("context", {}).values())
    session_unknown = isinstance(asked.get("principal"), dict) and "role" in asked["principal"]
    return (
        question.topic.startswith("three_valued/")
        and asked["ask"] in ("key-policy", "condition")
        and expectation(question) in SETTLED
        and not (partly_known or session_unknown or "actions" in asked or asked.get("closed"))
    )


QUESTIONS = {str(question): question for question in questions() if samples_worlds(question)}


def constants(policy: dict[str, Any]) -> dict[str, set[str]]:
    """Every condition key of the policy, and of its variables, with the texts that it is compared with."""
    found: dict[str, set[str]] = {}
    for statement in policy["Statement"]:
        for operator, block in statement.get("Condition", {}).items():
            for key, written in block.items():
                texts = [str(value) for value in (written if isinstance(written, list) else [written])]
                found.setdefault(key.lower(), set()).update(() if operator == "Null" else texts)
                for variable in re.findall(r"\$\{([^}]*)\}", " ".join(texts)):
                    found.setdefault(variable.lower(), set())
    return found


def candidates(key: str, compared: set[str]) -> list[str]:
    if BOOLEAN.fullmatch(key):
        return ["true", "false"]
    if key in VALUES:
        return VALUES[key]
    plain = [text for text in compared if "$" not in text]
    near = {text.replace("*", run).replace("?", "q") for text in plain for run in ("", "a", "ab")}
    return sorted({*TEXTS, *near, *(text.swapcase() for text in plain)} - {""})


def worlds(question: Question, policy: dict[str, Any], principal: Principal, key: KeyMetadata) -> Iterator[World]:
    """Requests that agree with the question and that can be (S-364)."""
    asked = question.asked
    stated = {name.lower(): value for name, value in asked.get("context", {}).items()}
    absent = {name.lower() for name in asked.get("absent", ())}
    random = Random(str(question))
    choices: dict[str, list[list[str] | None]] = {}
    compared_with = constants(policy)
    for name in (*stated, *absent, *compared_with):
        derived = derived_state(name, principal, key)
        if name in stated:
            choices[name] = [list(RequestContext({name: stated[name]}).stated[name].values)]  # type: ignore[union-attr]
        elif name in absent or derived is Presence.ABSENT:
            choices[name] = [None]
        elif isinstance(derived, Present):
            choices[name] = [list(derived.values)]
        else:
            texts = candidates(name, compared_with[name])
            pairs = [random.sample(texts, 2) for _ in texts] if name in SETS else []
            choices[name] = [*([] if name in ALWAYS else [None]), *([text] for text in texts), *pairs]
    for _ in range(WORLDS):
        world = {name: random.choice(values) for name, values in choices.items()}
        if can_be(world, key):
            yield world


def can_be(world: World, key: KeyMetadata) -> bool:
    def same_presence(one: str, other: str) -> bool:
        return not {one, other} <= world.keys() or (world[one] is None) == (world[other] is None)

    def has(name: str) -> bool:
        return world.get(name) is not None

    def may_be(name: str, text: str) -> bool:
        return name not in world or world[name] == [text]

    names = {name.lower() for name in world.get("kms:encryptioncontextkeys") or ()}
    pairs = {name.split(":", 2)[2]: has(name) for name in world if name.startswith("kms:encryptioncontext:")}
    return (
        (not has("aws:calledvia") or may_be("aws:viaawsservice", "true"))
        and (world.get("aws:viaawsservice") != ["true"] or "aws:calledvia" not in world or has("aws:calledvia"))
        and not (has("aws:sourcevpce") and has("aws:sourceip"))
        and ("kms:encryptioncontextkeys" not in world or all(held == (name in names) for name, held in pairs.items()))
        and (not has("aws:username") or may_be("aws:principaltype", "User"))
        and (not has("aws:multifactorauthage") or may_be("aws:multifactorauthpresent", "true"))
        and same_presence("aws:principalorgid", "aws:principalorgpaths")
        and ("kms:multiregionkeytype" not in world or has("kms:multiregionkeytype") == key.multi_region)
    )


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
def test_no_world_contradicts_a_case(question: Question) -> None:
    """In every sampled request that agrees with the question, the answer is the one that the case expects of all."""
    asked = question.asked
    written = asked["policy"] if "policy" in asked else case_runner._policy_around(asked)
    policy, key = loads(written), case_runner._key(asked)
    principal = case_runner._principal(asked.get("principal", case_runner.DEFAULT_PRINCIPAL))
    action = asked.get("action", case_runner.DEFAULT_ACTION)
    for world in worlds(question, written, principal, key):
        context = RequestContext(
            {name: values for name, values in world.items() if values is not None},
            absent=[name for name, values in world.items() if values is None],
        )
        answer = access(policy, principal, key=key, context=context)
        match = answer.statements[0]
        truth = "TRUE" if action in match.certain else "UNKNOWN" if action in match.possible else "FALSE"
        found = truth if asked["ask"] == "condition" else str(answer[action].outcome)
        undocumented = answer[action].undocumented or found == "UNKNOWN"

        assert found in SETTLED[expectation(question)] or undocumented, world
