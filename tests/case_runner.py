"""Reads the case files, whose format tests/cases/README.md describes, and puts their questions to the library."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from keypolicy import (
    Access,
    CheckResult,
    Decision,
    DocumentError,
    KeyMetadata,
    KeyPolicy,
    KeyPolicyError,
    Outcome,
    Principal,
    RequestContext,
    access,
    check,
    loads,
)
from keypolicy.evaluation.together import combined_outcome
from keypolicy.matching.partial_values import from_json

__all__ = ["CASES", "Question", "answered", "case_files", "expected", "questions"]

CASES = Path(__file__).parent / "cases"
DEFAULT_KEY = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
DEFAULT_PRINCIPAL = "222222222222"
DEFAULT_ACTION = "kms:Decrypt"

INHERITED = (
    *("policy", "policy_text", "policy_pieces", "condition", "version"),
    *("key", "principal", "profile", "action", "actions", "context", "absent", "closed", "reading", "lenient"),
)
"""The members of a case that each of its questions has unless it says otherwise."""

DOCUMENTS = ("policy", "policy_text", "condition")
"""The three ways of giving a document; a question that gives one replaces that of its case."""

Asked = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a case, with what it inherits from the case."""

    topic: str
    case: str
    number: int
    asked: Asked

    def __str__(self) -> str:
        return f"{self.topic}/{self.case}/{self.number}"


def case_files() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every case file with its topic, the path below tests/cases without the suffix."""
    for path in sorted(CASES.rglob("*.json")):
        topic = path.relative_to(CASES).with_suffix("").as_posix()
        yield topic, json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def questions() -> Iterator[Question]:
    """Every question of every case file."""
    for topic, file in case_files():
        for case in file["cases"]:
            common = {name: case[name] for name in INHERITED if name in case}
            for number, question in enumerate(case["questions"], 1):
                inherited = common
                if any(name in question for name in DOCUMENTS):
                    inherited = {name: value for name, value in common.items() if name not in DOCUMENTS}
                yield Question(topic, case["id"], number, {**inherited, **question})


def expected(question: Question) -> dict[str, Any]:
    """What the question expects, with the outcome spelt out for each action asked about."""
    expect = dict(question.asked["expect"])
    if "outcome" in expect:
        expect["outcomes"] = dict.fromkeys(_actions(question.asked), expect.pop("outcome"))
    return {name: sorted(value) if isinstance(value, list) else value for name, value in expect.items()}


def answered(question: Question) -> dict[str, Any]:
    """What the library answers, by the same names as `expected` and only those."""
    answers = _ANSWERS[question.asked["ask"]](question.asked)
    return {name: answers[name]() for name in expected(question)}


Answers = dict[str, Callable[[], Any]]


def _document(asked: Asked) -> Answers:
    def problems() -> list[str]:
        try:
            loads(_written(asked))
        except DocumentError as error:
            return sorted(problem.code for problem in error.problems)
        return []

    return {"problems": problems}


def _key_policy(asked: Asked) -> Answers:
    answer = _access(asked)
    decisions = {action: answer[action] for action in _actions(asked)}

    def agreed(value_of: Callable[[Any], Any]) -> Any:
        values = {action: value_of(decision) for action, decision in decisions.items()}
        first, *others = values.values()
        return first if all(other == first for other in others) else values

    return {
        "outcomes": lambda: {action: str(decision.outcome) for action, decision in decisions.items()},
        "determining": lambda: agreed(lambda decision: sorted(ref.index for ref in decision.determining)),
        "may_determine": lambda: agreed(lambda decision: sorted(ref.index for ref in decision.may_determine)),
        "missing_context": lambda: agreed(lambda decision: sorted(decision.missing_context)),
        "undocumented": lambda: agreed(lambda decision: sorted(decision.undocumented)),
        "delegates_to_iam": lambda: agreed(lambda decision: decision.delegates_to_iam),
        "notes": lambda: agreed(lambda decision: sorted(note.code for note in decision.notes)),
        "combined": lambda: _combined(decisions.values()),
        "witnesses": lambda: all(_has_witnesses(decision, asked) for decision in decisions.values()),
    }


def _combined(decisions: Iterable[Decision]) -> str:
    """The outcome of a set of actions (S-365)."""
    return str(combined_outcome(decisions))


def _has_witnesses(decision: Decision, asked: Asked) -> bool:
    """Whether the decision has a request that is allowed and one that is not, and both are what they say (S-368)."""
    witnesses = getattr(decision, "witnesses", None)
    if witnesses is None:
        return False
    outcomes = []
    for witness in (witnesses.allowed, witnesses.denied):
        replayed = access(
            _policy(asked),
            witness.principal,
            key=_key(asked),
            context=witness.context,
            reading=asked.get("reading", "safest"),
        )
        outcomes.append(replayed[decision.action].outcome)
    return outcomes[0] is Outcome.ALLOWED and outcomes[1] in (Outcome.EXPLICIT_DENY, Outcome.IMPLICIT_DENY)


def _refusal(asked: Asked) -> Answers:
    def error() -> str | None:
        try:
            answer = _access(asked)
            for action in _actions(asked):
                answer[action]
        except KeyPolicyError as refused:
            return refused.code
        return None

    return {"error": error}


def _profile(asked: Asked) -> Answers:
    result: CheckResult = check(
        _policy(asked),
        _principal(asked.get("principal", DEFAULT_PRINCIPAL)),
        asked["profile"],
        key=_key(asked),
        context=_context(asked),
        reading=asked.get("reading", "safest"),
    )
    return {
        "status": lambda: str(result.status),
        "missing": lambda: sorted(required.action for required in result.reasons),
        "missing_context": lambda: sorted({key for each in result.reasons for key in each.decision.missing_context}),
        "delegates_to_iam": lambda: result.delegates_to_iam,
        "notes": lambda: sorted(note.code for note in result.notes),
    }


def _statement(asked: Asked) -> Answers:
    action = asked.get("action", DEFAULT_ACTION)
    match = _access(asked).statements[asked.get("statement", 0)]

    def truth() -> str:
        if action in match.certain:
            return "TRUE"
        return "UNKNOWN" if action in match.possible else "FALSE"

    return {
        "truth": truth,
        "missing_context": lambda: sorted(match.unknown(action).missing),
        "undocumented": lambda: sorted(match.unknown(action).undocumented),
    }


_ANSWERS: dict[str, Callable[[Asked], Answers]] = {
    "document": _document,
    "key-policy": _key_policy,
    "refusal": _refusal,
    "profile": _profile,
    "statement": _statement,
    "condition": _statement,
}


def _access(asked: Asked) -> Access:
    return access(
        _policy(asked),
        _principal(asked.get("principal", DEFAULT_PRINCIPAL)),
        key=_key(asked),
        context=_context(asked),
        reading=asked.get("reading", "safest"),
    )


def _key(asked: Asked) -> KeyMetadata:
    written = asked.get("key", DEFAULT_KEY)
    return KeyMetadata.parse(written) if isinstance(written, str) else KeyMetadata.from_describe_key(written)


def _context(asked: Asked) -> RequestContext:
    values = {key: from_json(value) for key, value in asked.get("context", {}).items()}
    return RequestContext(values, absent=asked.get("absent", ()), closed=asked.get("closed", False))


def _actions(asked: Asked) -> list[str]:
    actions: list[str] = asked.get("actions") or [asked.get("action", DEFAULT_ACTION)]
    return actions


def _policy(asked: Asked) -> KeyPolicy:
    return loads(_written(asked), lenient=asked.get("lenient", False))


def _written(asked: Asked) -> str | dict[str, Any]:
    if "policy_text" in asked:
        text: str = asked["policy_text"]
        return text
    policy: dict[str, Any] = asked["policy"] if "policy" in asked else _policy_around(asked)
    size = asked.get("policy_pieces", {}).get("pad_to_bytes")
    return policy if size is None else _padded(policy, size)


def _policy_around(asked: Asked) -> dict[str, Any]:
    principal = asked.get("principal", DEFAULT_PRINCIPAL)
    named = principal if isinstance(principal, str) and principal.isdigit() else DEFAULT_PRINCIPAL
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{named}:root"},
        "Action": "kms:*",
        "Resource": "*",
        "Condition": asked["condition"],
    }
    version = asked.get("version", "2012-10-17")
    return ({} if version is None else {"Version": version}) | {"Statement": [statement]}


def _padded(policy: dict[str, Any], size: int) -> str:
    statement = policy["Statement"][0]
    missing = size - len(json.dumps(policy).encode())
    return json.dumps({**policy, "Statement": [{**statement, "Sid": "a" * missing}]})


def _principal(written: str | dict[str, Any]) -> Principal:
    if isinstance(written, str):
        return Principal.parse(written)
    (kind,) = written.keys() - {"permissions_boundary", "unique_id"}
    return _PRINCIPALS[kind](written[kind]).evolve(
        unique_id=written.get("unique_id"), permissions_boundary=written.get("permissions_boundary")
    )


_PRINCIPALS: dict[str, Callable[[Any], Principal]] = {
    "account": Principal.account,
    "root_user": Principal.root_user,
    "user": Principal.user,
    "role": Principal.role,
    "role_session": lambda written: Principal.role_session(written["role"], written["session"]),
    "session": Principal.parse,
    "federated_user": lambda written: Principal.federated_user(written["arn"], user=written["user"]),
    "service": Principal.service,
    "service_linked_role": lambda written: Principal.service_linked_role(written["account"], written["service"]),
    "anonymous": lambda _: Principal.anonymous(),
}
