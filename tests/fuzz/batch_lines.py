"""What holds of any bytes that are handed to the batch: a line out for each line in, an answer or a stable error."""

from __future__ import annotations

import io
import json
from typing import Any, Final

from keypolicy.batch import _question, _Refusal, answer, read_lines, run
from keypolicy.outputs.json_lines import json_line
from keypolicy.question_at_once import question_at_once

__all__ = ["CODES", "check"]

OUTCOMES: Final = frozenset({"allowed", "explicitDeny", "implicitDeny", "conditional"})

#: Every code that an answer may have. Programs read them, so a new one is a change of the interface.
CODES: Final = frozenset(
    {
        # the line
        *("line-too-long", "not-utf8", "not-json", "nested-too-deep", "not-an-object", "duplicate-member"),
        *("number-too-long", "not-a-number"),
        # the question
        *("unknown-member", "wrong-type", "empty-list", "invalid-value", "number-too-large", "question-not-available"),
        *("missing-member", "actions-or-profile", "unknown-action", "unknown-profile"),
        # the key, the principal and the context
        *("alias-arn", "bare-key-id", "invalid-account-id", "not-a-key-arn", "not-an-arn", "other-partition"),
        *("invalid-principal", "unique-id-as-principal", "invalid-session-name", "wildcard-in-principal"),
        *("invalid-context-key", "invalid-context-value", "key-stated-twice", "contradictory-context"),
        # the key policy
        *("byte-order-mark", "character-not-allowed", "policy-too-large", "lone-surrogate", "duplicate-element"),
        *("missing-element", "unknown-element", "element-case", "both-of-a-pair", "empty-statement-list"),
        *("invalid-effect", "invalid-version", "unknown-principal-type", "unresolved-intrinsic"),
        *("unknown-operator", "null-if-exists", "duplicate-condition-key", "overly-permissive-condition"),
    }
)


def check(data: bytes) -> None:
    """AssertionError, or whatever else was raised, if the batch breaks a promise on these bytes."""
    lines = list(read_lines(io.BytesIO(data)))
    assert b"".join(lines) == data
    asked = [line for line in lines if line.strip()]
    written: list[str] = []
    run(lines, written.append)
    assert len(written) == len(asked)
    for line, text in zip(asked, written, strict=True):
        _check_answer(text)
        _check_ways_agree(line, text)


def _check_answer(text: str) -> None:
    assert text.isascii()
    assert text.endswith("\n")
    assert text.count("\n") == 1
    answered = json.loads(text, parse_constant=_refuse)
    if "error" in answered:
        _check_error(answered)
        return
    assert list(answered) == ["id", "question", "outcome", "actions"]
    assert answered["outcome"] in OUTCOMES
    assert answered["actions"]
    for name, decided in answered["actions"].items():
        assert name.startswith("kms:")
        assert decided["outcome"] in OUTCOMES
        assert (decided["residual"] is not None) == (decided["outcome"] == "conditional")


def _check_error(answered: dict[str, Any]) -> None:
    assert list(answered) == ["id", "error"]
    error = answered["error"]
    assert list(error) == ["code", "message", "line", "column", "pointer"]
    assert error["code"] in CODES, error["code"]
    assert error["message"]
    assert (error["line"] is None) == (error["column"] is None)
    assert error["line"] is None or (error["line"] >= 1 and error["column"] >= 1)
    assert not error["pointer"] or error["pointer"].startswith("/")


def _check_ways_agree(line: bytes, text: str) -> None:
    """What was read at once is answered as the slower way answers it."""
    if question_at_once(line) is not None:
        try:
            question = _question(line)
        except _Refusal as refusal:
            raise AssertionError(f"read at once, but {refusal.problem}") from None
        assert json_line(answer(question)) == text


def _refuse(lexeme: str) -> None:
    raise AssertionError(f"{lexeme} in an answer")
