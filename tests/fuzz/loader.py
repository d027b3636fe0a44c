"""What holds of any bytes that are handed to the loader, and of the answers about whatever policy it finds in them."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zlib import crc32

from keypolicy import DocumentError, KeyMetadata, KeyPolicy, Principal, access, explain, loads, who_can
from keypolicy.document.load import _examined
from keypolicy.document.one_pass import policy_at_once
from keypolicy.document.source import Source
from keypolicy.document.submission import is_submittable
from keypolicy.errors import Problem

__all__ = ["check"]

KEY: Final = KeyMetadata.parse("arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
PRINCIPALS: Final = tuple(
    map(
        Principal.parse,
        (
            "444455556666",
            "111122223333",
            "arn:aws:iam::444455556666:role/Restore",
            "arn:aws:sts::444455556666:assumed-role/Restore/one",
            "backup.amazonaws.com",
            "anonymous",
        ),
    )
)
MOST_LEVELS: Final = 64
MOST_DIGITS: Final = 4300

#: Codes of problems that only a text can have: a mapping holds no characters and repeats no member.
ONLY_IN_TEXTS: Final = frozenset({"byte-order-mark", "character-not-allowed", "duplicate-element", "policy-too-large"})

#: What `lenient` does not take: no JSON, no object, or something in it that cannot be read.
NEVER_TAKEN: Final = frozenset(
    {"not-json", "not-utf8", "not-an-object", "nested-too-deep", "not-a-number", "number-too-long"}
)
_CODE: Final = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
_STRING: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


class _Reading:
    """A JSON text as the standard library reads it, without a line of the loader."""

    def __init__(self, text: str) -> None:
        self.is_clear = True
        self.repeats = False
        self.value: Any = None
        self.is_json = _levels(text) <= MOST_LEVELS
        if self.is_json:
            try:
                self.value = json.loads(
                    text.removeprefix("\ufeff"),
                    object_pairs_hook=self._object,
                    parse_int=self._integer,
                    parse_float=self._fraction,
                    parse_constant=self._unclear,
                )
            except ValueError:
                self.is_json = False

    def _object(self, members: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(members)
        self.repeats = self.repeats or len(value) != len(members)
        return value

    def _integer(self, lexeme: str) -> Any:
        if len(lexeme) > MOST_DIGITS:
            return self._unclear(lexeme)
        return Decimal(lexeme) if lexeme == "-0" else int(lexeme)

    def _fraction(self, lexeme: str) -> Any:
        try:
            return Decimal(lexeme) if len(lexeme) <= MOST_DIGITS else self._unclear(lexeme)
        except InvalidOperation:
            return self._unclear(lexeme)

    def _unclear(self, lexeme: str) -> None:
        self.is_clear = False


def check(data: bytes) -> None:
    """AssertionError, or whatever else was raised, if the loader breaks a promise on these bytes."""
    strict, problems = _loaded(data, lenient=False)
    kept, reasons = _loaded(data, lenient=True)
    if strict is not None:
        assert kept == strict
        assert not kept.problems
    elif kept is not None:
        assert kept.problems == problems
    else:
        assert reasons == problems
        assert NEVER_TAKEN & {problem.code for problem in reasons}
    try:
        text = data.decode()
    except UnicodeDecodeError:
        assert problems[0].code == "not-utf8"
        return
    for problem in problems:
        _check_place(problem, text)
    _check_ways_agree(text, strict, problems)
    document = _document_in(text)
    is_object = document.is_json and isinstance(document.value, dict)
    # Of a member written twice only the last is kept, so it may be the other that is unclear.
    assert (kept is not None) == (is_object and document.is_clear) or (is_object and document.repeats)
    if kept is not None:
        _check_round_trip(kept, document)
        _check_mapping(document, strict, kept)
        _check_answers(kept, data)


def _loaded(document: Any, *, lenient: bool) -> tuple[KeyPolicy | None, tuple[Problem, ...]]:
    refusal: DocumentError | None = None
    try:
        return loads(document, lenient=lenient), ()
    except DocumentError as error:
        refusal = error
    assert refusal.problems
    assert refusal.code == refusal.problems[0].code
    assert str(refusal)
    assert "refused" not in {problem.code for problem in refusal.problems}
    return None, refusal.problems


def _check_place(problem: Problem, text: str) -> None:
    assert _CODE.fullmatch(problem.code)
    assert problem.message
    assert not problem.pointer or problem.pointer.startswith("/")
    assert problem.line is not None
    assert problem.column is not None
    lines = text.split("\n")
    assert 1 <= problem.line <= len(lines)
    assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1


def _check_ways_agree(text: str, strict: KeyPolicy | None, problems: tuple[Problem, ...]) -> None:
    """The way that looks at everything, and the one that looks at nothing twice, are the same to the caller."""
    slowly: KeyPolicy | None = None
    refused: tuple[Problem, ...] = ()
    try:
        slowly = _examined(Source(text), lenient=False)
    except DocumentError as error:
        refused = error.problems
    assert refused == problems
    assert slowly == strict
    assert repr(slowly) == repr(strict)
    at_once = policy_at_once(text) if is_submittable(text) else None
    assert at_once is None or (at_once == slowly and repr(at_once) == repr(slowly))


def _check_round_trip(kept: KeyPolicy, document: _Reading) -> None:
    written = kept.dumps()
    assert written.isascii()
    assert _same(kept.to_json_value(), document.value)
    assert _same(_Reading(written).value, document.value)
    if not document.repeats:
        again = loads(written, lenient=True)
        assert _same(again.to_json_value(), document.value)
        assert again.statement == kept.statement


def _check_mapping(document: _Reading, strict: KeyPolicy | None, kept: KeyPolicy) -> None:
    """A mapping is judged as its text is, but for what only a text can have."""
    if document.repeats:
        return
    from_mapping, problems = _loaded(document.value, lenient=False)
    assert strict is None or from_mapping == strict
    found = {(problem.code, problem.pointer) for problem in problems if problem.code not in ONLY_IN_TEXTS}
    expected = {(problem.code, problem.pointer) for problem in kept.problems if problem.code not in ONLY_IN_TEXTS}
    assert found == expected


def _check_answers(policy: KeyPolicy, data: bytes) -> None:
    """Each policy that was read can be asked about; a doubtful one allows nothing."""
    chosen = crc32(data)
    answered = access(policy, PRINCIPALS[chosen % len(PRINCIPALS)], key=KEY)
    allowed, denied, conditional = answered.allowed, answered.denied, answered.conditional
    assert len(allowed) + len(denied) + len(conditional) == len(allowed | denied | conditional)
    assert not (policy.doubtful and allowed)
    decision = answered["kms:Decrypt"]
    assert ("kms:Decrypt" in allowed) == (str(decision.outcome) == "allowed")
    assert isinstance(decision.missing_context, tuple)
    if chosen % 7 == 0:
        explain(policy, PRINCIPALS[chosen % len(PRINCIPALS)], "kms:CreateGrant", key=KEY)
    if chosen % 31 == 0:
        who_can(policy, ["kms:Decrypt"], key=KEY)


def _same(left: Any, right: Any) -> bool:
    """Whether two values are the same JSON, digit by digit; `1E+0` is written `1`, and so read as an integer."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[name], right[name]) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    is_number = [isinstance(value, (int, Decimal)) and not isinstance(value, bool) for value in (left, right)]
    return (all(is_number) or type(left) is type(right)) and str(left) == str(right)


def _document_in(text: str) -> _Reading:
    """The reading of the policy itself, which may be a JSON string or stand in an answer of the CLI."""
    reading = _Reading(text)
    value = reading.value
    if reading.is_json and not reading.repeats:
        if isinstance(value, dict) and "Statement" not in value:
            value = value.get("Policy")
        if isinstance(value, str):
            return _Reading(value)
    return reading


def _levels(text: str) -> int:
    """How many brackets are open at most; a text that is no JSON may have any number."""
    level = most = 0
    for character in _STRING.sub("", text):
        if character in "[{":
            level += 1
            most = max(most, level)
        elif character in "]}":
            level -= 1
    return most
