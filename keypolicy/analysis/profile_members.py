"""What the members of a profile's file may be; docs/profiles.md and profile.schema.json say the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

from keypolicy.analysis.context_template import filled, placeholder_problem
from keypolicy.analysis.principal_kinds import kind_problem
from keypolicy.catalogue.actions import action_named
from keypolicy.document.source import child
from keypolicy.errors import ContextError, Problem, UnknownNameError
from keypolicy.matching.context import RequestContext
from keypolicy.matching.partial_values import from_json

__all__ = ["PARTIAL_MEMBERS", "PROFILE_MEMBERS", "REQUIREMENT_MEMBERS", "problems_of"]

_Check = Callable[[Any, str], Iterator[Problem]]

_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_RULE: Final = re.compile(r"S-[0-9]{3}")
_LARGEST_EXPONENT: Final = 400
_LARGEST_INTEGER: Final = 10**_LARGEST_EXPONENT
_LONGEST_SHOWN: Final = 100


def problems_of(value: Any) -> Iterator[Problem]:
    """Every problem of a value that should be the object of a profile's file, with its pointer."""
    yield from _object("a profile", PROFILE_MEMBERS, required=("name", "title", "requirements"))(value, "")
    if isinstance(value, Mapping) and isinstance(value.get("requirements"), list | tuple):
        yield from _repeated_actions(value["requirements"])


def _invalid(message: str, pointer: str) -> Problem:
    return Problem("invalid-profile", message, pointer)


def _object(what: str, members: Mapping[str, _Check], *, required: tuple[str, ...]) -> _Check:
    def check_object(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield _invalid(f"{what} is an object", pointer)
            return
        for name in required:
            if name not in value:
                yield _invalid(f"{what} has the member {name}", pointer)
        for name, member in value.items():
            check = members.get(name)
            if check is None:
                near = get_close_matches(str(name)[:_LONGEST_SHOWN], members, n=1)
                meant = f"; near it: {near[0]}" if near else f"; there are {', '.join(members)}"
                message = f"{what} has no member {str(name)[:_LONGEST_SHOWN]!r}{meant}"
                yield Problem("unknown-member", message, child(pointer, name))
            else:
                yield from check(member, child(pointer, name))

    return check_object


def _list_of(check_item: _Check, *, at_least: int = 0) -> _Check:
    def check_list(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, list | tuple):
            yield _invalid("expected a list", pointer)
            return
        if len(value) < at_least:
            yield _invalid(f"expected at least {at_least}", pointer)
        for index, item in enumerate(value):
            yield from check_item(item, child(pointer, index))

    return check_list


def _string(value: Any, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield _invalid("expected a string", pointer)


def _text(value: Any, pointer: str) -> Iterator[Problem]:
    yield from _string(value, pointer)
    if value == "":
        yield _invalid("expected a string that is not empty", pointer)


def _matching(pattern: re.Pattern[str], what: str) -> _Check:
    def check_pattern(value: Any, pointer: str) -> Iterator[Problem]:
        yield from _string(value, pointer)
        if isinstance(value, str) and not pattern.fullmatch(value):
            yield _invalid(f"{value[:_LONGEST_SHOWN]!r} is not {what}", pointer)

    return check_pattern


def _kind(value: Any, pointer: str) -> Iterator[Problem]:
    yield from _string(value, pointer)
    if isinstance(value, str) and (problem := kind_problem(value)) is not None:
        yield _invalid(problem, pointer)


def _action(value: Any, pointer: str) -> Iterator[Problem]:
    yield from _string(value, pointer)
    if isinstance(value, str):
        try:
            action_named(value)
        except UnknownNameError as error:
            yield Problem("unknown-action", error.message, pointer)


def _repeated_actions(requirements: list[Any] | tuple[Any, ...]) -> Iterator[Problem]:
    """An answer has one outcome for each action, so a profile asks about an action once."""
    seen: set[str] = set()
    for place, requirement in enumerate(requirements):
        actions = requirement.get("actions") if isinstance(requirement, Mapping) else None
        for index, action in enumerate(actions if isinstance(actions, list | tuple) else ()):
            folded = str(action).lower()
            if folded in seen:
                yield _invalid(f"the profile requires {action} twice", f"/requirements/{place}/actions/{index}")
            seen.add(folded)


def _context(value: Any, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield _invalid("expected an object of condition keys and their values", pointer)
        return
    problems = [problem for name, stated in value.items() for problem in _value(stated, child(pointer, name))]
    yield from problems
    if "" in value:
        yield _invalid("a condition key is a string that is not empty", child(pointer, ""))
    elif not problems:
        try:
            RequestContext({name: from_json(filled(stated, str)) for name, stated in value.items()})
        except ContextError as error:
            yield _invalid(error.message, pointer)


def _value(value: Any, pointer: str) -> Iterator[Problem]:
    if isinstance(value, Mapping):
        yield from _partial(value, pointer)
    elif isinstance(value, list | tuple):
        yield from _list_of(_scalar, at_least=1)(value, pointer)
    else:
        yield from _scalar(value, pointer)


def _partial(value: Mapping[str, Any], pointer: str) -> Iterator[Problem]:
    """A partly known value: an object with one member that says what is known."""
    if len(value) != 1:
        yield _invalid(
            f"a partly known value is an object with one of the members {', '.join(PARTIAL_MEMBERS)}", pointer
        )
        return
    yield from _object("a partly known value", PARTIAL_MEMBERS, required=())(value, pointer)


def _patterns(value: Any, pointer: str) -> Iterator[Problem]:
    if isinstance(value, list | tuple):
        yield from _list_of(_pattern, at_least=1)(value, pointer)
    else:
        yield from _pattern(value, pointer)


def _pattern(value: Any, pointer: str) -> Iterator[Problem]:
    yield from _text(value, pointer)
    if isinstance(value, str):
        yield from _scalar(value, pointer)


def _values_or_absent(value: Any, pointer: str) -> Iterator[Problem]:
    if isinstance(value, list | tuple):
        yield from _list_of(_scalar, at_least=1)(value, pointer)
    elif value is not None:
        yield from _scalar(value, pointer)


def _present(value: Any, pointer: str) -> Iterator[Problem]:
    if value is not True:
        yield _invalid("expected true", pointer)


def _scalar(value: Any, pointer: str) -> Iterator[Problem]:
    if isinstance(value, str):
        problem = placeholder_problem(value)
        if problem is not None:
            yield _invalid(problem, pointer)
    elif isinstance(value, float | Decimal):
        number = Decimal(str(value))
        if not number.is_finite() or abs(number.adjusted()) > _LARGEST_EXPONENT:
            yield _invalid("no condition key has a number of this size", pointer)
    elif isinstance(value, int):
        if abs(value) > _LARGEST_INTEGER:
            yield _invalid("no condition key has a number of this size", pointer)
    else:
        yield _invalid("expected a string, a boolean, a number, a list of these, or a partly known value", pointer)


PARTIAL_MEMBERS: Final[dict[str, _Check]] = {
    "like": _patterns,
    "any_of": _list_of(_values_or_absent, at_least=1),
    "at_least": _list_of(_scalar, at_least=1),
    "present": _present,
}

REQUIREMENT_MEMBERS: Final[dict[str, _Check]] = {
    "purpose": _string,
    "actions": _list_of(_action, at_least=1),
    "context": _context,
}

PROFILE_MEMBERS: Final[dict[str, _Check]] = {
    "$schema": _string,
    "name": _matching(_NAME, "a name: words of a-z and 0-9 joined by hyphens"),
    "title": _text,
    "key": _string,
    "principal": _string,
    "principal_kinds": _list_of(_kind),
    "requirements": _list_of(_object("a requirement", REQUIREMENT_MEMBERS, required=("actions",)), at_least=1),
    "rules": _list_of(_matching(_RULE, "a rule of docs/semantics.md, such as S-391")),
    "sources": _list_of(_text),
    "notes": _list_of(_text),
}
