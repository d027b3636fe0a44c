"""Questions in JSON Lines, answered one by one: the contract for other programs.

One object a line in, one a line out, in order and in constant memory. A question that cannot be
answered has an answer that says why, and where:

    {"id": same, "error": {"code", "message", "line", "column", "pointer"}}

For a line that cannot be read, `line` is its number in the input and `column` the place in it. For
a key policy that KMS would refuse, the first problem is told: `pointer` points into the policy, and
`line` and `column` are those in its text where it was given as text. Else `pointer` points to the
member of the question that is wrong. Where they do not apply, `line` and `column` are null.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache, reduce
from operator import or_
from typing import IO, Any, Final

from keypolicy.analysis.profiles import profiles
from keypolicy.analysis.requirements import RequirementProfile
from keypolicy.catalogue.actions import Action, action_named
from keypolicy.document.key import KeyMetadata
from keypolicy.document.load import loads
from keypolicy.document.model import KeyPolicy
from keypolicy.document.parsing import parse, parse_tolerantly, unreadable_values
from keypolicy.document.source import MAXIMUM_NESTING, Source, child, too_deep_at
from keypolicy.errors import ContextError, DocumentError, KeyPolicyError, Problem, UnknownNameError
from keypolicy.evaluation.evaluate import NOTHING_STATED, access
from keypolicy.evaluation.together import Asked, outcome_together
from keypolicy.matching.context import RequestContext
from keypolicy.matching.partial_values import from_json
from keypolicy.matching.principals import Principal
from keypolicy.matching.truth import ReadingName
from keypolicy.outputs.json import decision_objects
from keypolicy.outputs.json_lines import json_line
from keypolicy.question_at_once import question_at_once

__all__ = ["MAXIMUM_LINE_BYTES", "answer", "answer_line", "read_lines", "run"]

#: The length over which a line is refused; a question with every document around the key at its largest is far shorter.
MAXIMUM_LINE_BYTES: Final = 16 * 1024 * 1024

#: The length of the longest ARN; longer texts are not remembered, so that memory stays flat.
_LONGEST_REMEMBERED: Final = 2048

#: The magnitude over which a number is refused; written out, 1e999999999 would fill the memory.
_LARGEST_EXPONENT: Final = 400
_LARGEST_INTEGER: Final = 10**_LARGEST_EXPONENT


def run(lines: Iterable[bytes | str], write: Callable[[str], object]) -> None:
    """Answer each line in order; `write` gets each answer as one line of ASCII.

    Lines of white space alone are skipped.
    """
    for number, line in enumerate(lines, start=1):
        if line and not line.isspace():
            write(json_line(answer_line(line, number)))


def read_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines of a stream; of one that is too long to be answered only the beginning, which is then refused."""
    while line := stream.readline(MAXIMUM_LINE_BYTES + 1):
        yield line
        while len(line) > MAXIMUM_LINE_BYTES and not line.endswith(b"\n"):
            line = stream.readline(MAXIMUM_LINE_BYTES + 1)


def answer_line(text: bytes | str, number: int = 1) -> dict[str, Any]:
    """The answer to the question that one line asks; `number` is that of the line in its input."""
    given = question_at_once(text)
    if given is not None:
        return _answered(given)
    try:
        question = _question(text)
    except _Refusal as refusal:
        problem = refusal.problem
        line = None if problem.line is None else problem.line + number - 1
        return _error(refusal.identifier, replace(problem, line=line))
    return answer(question)


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one question, or the error object that says why there is none.

    Actions that are decided alike share one object.
    """
    try:
        given = _given(question)
    except _Refusal as refusal:
        return _error(question.get("id"), refusal.problem)
    return _answered(given)


def _answered(given: Mapping[str, Any]) -> dict[str, Any]:
    identifier = given.get("id")
    try:
        return {"id": identifier, **_answer(given)}
    except _Refusal as refusal:
        return _error(identifier, refusal.problem)


class _Refusal(Exception):  # noqa: N818 - not an error of this library: it never leaves this module
    """A question that cannot be answered, and why."""

    def __init__(self, problem: Problem, identifier: object = None) -> None:
        self.problem = problem
        self.identifier = identifier


def _error(identifier: object, problem: Problem) -> dict[str, Any]:
    return {
        "id": identifier,
        "error": {
            "code": problem.code,
            "message": problem.message,
            "line": problem.line,
            "column": problem.column,
            "pointer": problem.pointer,
        },
    }


def _question(line: bytes | str) -> dict[str, Any]:
    """The object that a line holds; `_Refusal` at its place in the line for anything else."""
    if len(line) > MAXIMUM_LINE_BYTES:
        message = f"the line is longer than {MAXIMUM_LINE_BYTES:,} bytes"
        raise _Refusal(Problem("line-too-long", message, line=1, column=MAXIMUM_LINE_BYTES + 1))
    text = (_decoded(line) if isinstance(line, bytes) else line).rstrip("\r\n")
    # Fewer brackets than the permitted depth cannot nest deeper.
    if text.count("{") + text.count("[") > MAXIMUM_NESTING and (deep := too_deep_at(text)) is not None:
        message = f"more than {MAXIMUM_NESTING} objects and lists inside each other"
        raise _Refusal(Problem("nested-too-deep", message).located(*Source(text).locate(deep)))
    try:
        question = parse(text)
    except ValueError:
        raise _unreadable(text) from None
    if not isinstance(question, dict):
        raise _Refusal(Problem("not-an-object", "a question is a JSON object", line=1, column=1))
    return question


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        column = len(line[: error.start].decode()) + 1
        message = f"the line is not UTF-8: {error.reason}"
        raise _Refusal(Problem("not-utf8", message, line=1, column=column)) from None


def _unreadable(text: str) -> _Refusal:
    """Why a line is not JSON, or not such that it can be read in one way only; its id is echoed where that is clear."""
    source = Source(text)
    try:
        value = parse_tolerantly(text)
    except json.JSONDecodeError as error:
        return _Refusal(Problem("not-json", f"the line is not JSON: {error.msg}").located(*source.locate(error.pos)))
    problems = [
        Problem("duplicate-member", "an object has two members of this name", pointer).located(*position)
        for pointer, position in source.duplicates
    ]
    for pointer, found in unreadable_values(value):
        problems.append(Problem(found.code, found.message, pointer).located(*source.position(pointer)))
    id_is_clear = isinstance(value, dict) and not any(f"{each.pointer}/".startswith("/id/") for each in problems)
    return _Refusal(problems[0], value.get("id") if id_is_clear else None)


def _given(question: Mapping[str, Any]) -> dict[str, Any]:
    """The members that are not null, each of its right type."""
    given: dict[str, Any] = {}
    for name, value in question.items():
        check = _MEMBERS.get(name)
        if check is None:
            raise _unknown_member(name)
        if value is not None:
            check(value, f"/{name}")
            given[name] = value
    return given


def _answer(given: Mapping[str, Any]) -> dict[str, Any]:
    if given.get("question") == "effective":
        message = (
            "the effective question cannot be answered yet; leave the member out to ask about the key policy's side"
        )
        raise _refused("question-not-available", message, "/question")
    for name in ("key_arn", "key_policy", "principal"):
        if name not in given:
            raise _refused("missing-member", f"a question has the member {name}", f"/{name}")
    if ("actions" in given) == ("profile" in given):
        message = "a question has either actions or a profile"
        raise _refused("actions-or-profile", message, "/profile" if "profile" in given else "/actions")
    key = _key(given["key_arn"])
    principal = _principal(given["principal"], key)
    return {"question": "key-policy", **_outcomes(given, key, principal)}


def _outcomes(given: Mapping[str, Any], key: KeyMetadata, principal: Principal) -> dict[str, Any]:
    """The outcome of all actions together and of each, in order; those of a profile in its requirements' contexts."""
    if "profile" in given:
        asked = _profile(given["profile"]).resolved(principal, key).actions_by_context
    else:
        asked = ((NOTHING_STATED, _actions(given["actions"])),)
    stated = _context(given)
    policy = _policy(given)
    reading: ReadingName = given.get("reading", "safest")
    objects: dict[str, Any] = {}
    together: list[Asked] = []
    for assumed, actions in asked:
        context = assumed if stated is NOTHING_STATED else assumed.overridden_by(stated)
        try:
            answers = access(policy, principal, key=key, context=context, reading=reading)
        except ContextError as error:
            raise _refused(error.code, error.message, "/context") from None
        objects |= decision_objects(answers, actions)
        together.append(Asked(answers, reduce(or_, (action.mask for action in actions))))
    return {"outcome": outcome_together(together).value, "actions": objects}


def _policy(given: Mapping[str, Any]) -> KeyPolicy:
    policy = given["key_policy"]
    if isinstance(policy, KeyPolicy):
        return policy
    try:
        return loads(policy, lenient=given.get("lenient", False))
    except DocumentError as error:
        first, more = error.problems[0], len(error.problems) - 1
        raise _Refusal(replace(first, message=f"{first.message} (and {more} more)") if more else first) from None


def _key(arn: str) -> KeyMetadata:
    try:
        return KeyMetadata.parse(arn) if len(arn) <= _LONGEST_REMEMBERED else KeyMetadata(arn)
    except KeyPolicyError as error:
        raise _refused(error.code, error.message, "/key_arn") from None


def _principal(text: str, key: KeyMetadata) -> Principal:
    try:
        principal = _remembered_principal(text) if len(text) <= _LONGEST_REMEMBERED else Principal.parse(text)
    except KeyPolicyError as error:
        raise _refused(error.code, error.message, "/principal") from None
    if principal.partition not in (None, key.partition):
        message = (
            f"the principal is in partition {principal.partition}, the key in {key.partition}; none reaches across"
        )
        raise _refused("other-partition", message, "/principal")
    return principal


@lru_cache(maxsize=4096)
def _remembered_principal(text: str) -> Principal:
    return Principal.parse(text)


def _actions(names: Sequence[str]) -> tuple[Action, ...]:
    """The actions of these names, each once."""
    found = []
    for index, name in enumerate(names):
        try:
            found.append(action_named(name))
        except UnknownNameError as error:
            raise _refused(error.code, error.message, f"/actions/{index}") from None
    return tuple({action.bit: action for action in found}.values())


def _profile(name: str) -> RequirementProfile:
    try:
        return profiles[name]
    except KeyPolicyError as error:
        raise _refused(error.code, error.message, "/profile") from None


def _context(given: Mapping[str, Any]) -> RequestContext:
    values, absent, closed = given.get("context"), given.get("absent", ()), given.get("closed", False)
    if not (values or absent or closed):
        return NOTHING_STATED
    try:
        stated = {name: from_json(value) for name, value in (values or {}).items()}
        return RequestContext(stated, absent=absent, closed=closed)
    except ContextError as error:
        raise _refused(error.code, error.message, "/context") from None


def _refused(code: str, message: str, pointer: str) -> _Refusal:
    return _Refusal(Problem(code, message, pointer))


def _unknown_member(name: object) -> _Refusal:
    near = get_close_matches(str(name)[:100], _MEMBERS, n=1)
    meant = f"; near it: {near[0]}" if near else ""
    return _refused("unknown-member", f"a question has no member {str(name)[:100]!r}{meant}", child("", str(name)))


# What the members of a question may be. Each check is called with a value and the pointer to it.

_Check = Callable[[Any, str], None]


def _of_type(expected: str, *types: type) -> _Check:
    def check_type(value: Any, pointer: str) -> None:
        if not isinstance(value, types):
            raise _refused("wrong-type", f"expected {expected}", pointer)

    return check_type


def _list_of(check_item: _Check, *, at_least: int = 0) -> _Check:
    def check_list(value: Any, pointer: str) -> None:
        if not isinstance(value, list | tuple):
            raise _refused("wrong-type", "expected a list", pointer)
        if len(value) < at_least:
            raise _refused("empty-list", f"expected at least {at_least}", pointer)
        for index, item in enumerate(value):
            check_item(item, child(pointer, index))

    return check_list


def _one_of(*values: str) -> _Check:
    def check_word(value: Any, pointer: str) -> None:
        _text(value, pointer)
        if value not in values:
            raise _refused("invalid-value", f"expected {' or '.join(map(repr, values))}", pointer)

    return check_word


def _anything(value: Any, pointer: str) -> None:
    pass


def _context_values(value: Any, pointer: str) -> None:
    _object(value, pointer)
    for name, stated in value.items():
        place = child(pointer, name)
        if isinstance(stated, list | tuple):
            for index, item in enumerate(stated):
                _scalar(item, child(place, index))
        elif isinstance(stated, Mapping):
            _partial_value(stated, place)
        else:
            _scalar(stated, place)


def _partial_value(value: Mapping[str, Any], pointer: str) -> None:
    """A value that is partly known; whether its own values are too large is asked as of any other."""
    for word, given in value.items():
        for index, item in enumerate(given if isinstance(given, list | tuple) else ()):
            for each in item if isinstance(item, list | tuple) else (item,):
                if each is not None:
                    _scalar(each, child(child(pointer, word), index))
    try:
        from_json(value)
    except ContextError as error:
        raise _refused("invalid-value", error.message, pointer) from None


def _scalar(value: Any, pointer: str) -> None:
    if not isinstance(value, str | bool | int | float | Decimal):
        raise _refused("wrong-type", "expected a string, a boolean, a number, or a list of these", pointer)
    if (isinstance(value, Decimal) and abs(value.adjusted()) > _LARGEST_EXPONENT) or (
        isinstance(value, int) and abs(value) > _LARGEST_INTEGER
    ):
        raise _refused("number-too-large", "no condition key has a number of this size", pointer)


_text = _of_type("a string", str)
_flag = _of_type("true or false", bool)
_object = _of_type("an object", Mapping)
_document = _of_type("a policy, as an object or as text", Mapping, str)

_MEMBERS: Final[dict[str, _Check]] = {
    "id": _anything,
    "key_arn": _text,
    "key_policy": _document,
    "principal": _text,
    "actions": _list_of(_text, at_least=1),
    "profile": _text,
    "context": _context_values,
    "absent": _list_of(_text),
    "closed": _flag,
    "identity_policies": _list_of(_document),
    "permissions_boundary": _document,
    "session_policies": _list_of(_document),
    "service_control_policies": _list_of(_list_of(_document)),
    "resource_control_policies": _list_of(_list_of(_document)),
    "vpc_endpoint_policy": _document,
    "grants": _list_of(_object),
    "reading": _one_of("safest", "likely"),
    "lenient": _flag,
    "question": _one_of("key-policy", "effective"),
}
