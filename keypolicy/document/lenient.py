"""A KeyPolicy of a document that KMS would refuse, with nothing of the document dropped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from keypolicy.document.grammar import STATEMENT_ELEMENTS
from keypolicy.document.malformed import AsFound, MalformedStatement
from keypolicy.document.model import KeyPolicy, Statement
from keypolicy.document.scalars import freeze
from keypolicy.document.source import Source, child
from keypolicy.document.submission import SUBMISSION_CODES
from keypolicy.errors import Problem

__all__ = ["policy_as_found"]


#: A member written twice, or in another case: which one AWS would take, if any, is not known (S-006, S-008).
_DOUBTFUL_AT_THE_TOP = frozenset({"duplicate-element", "element-case"})


def policy_as_found(value: dict[str, Any], problems: tuple[Problem, ...], source: Source | None) -> KeyPolicy:
    """The policy that the object states as far as it can be read, the whole object, and its problems.

    A statement with a problem anywhere inside it is a MalformedStatement. A problem of the text as a whole, its size or
    a character, leaves the statements usable.
    """
    broken = [problem for problem in problems if problem.code not in SUBMISSION_CODES]
    touched = _touched(problem.pointer for problem in broken)
    unreadable = _touched(problem.pointer for problem in broken if problem.code != "both-of-a-pair")
    statement = value.get("Statement")
    doubtful = (
        not isinstance(statement, (dict, list))
        or "/Version" in touched
        or any(problem.code in _DOUBTFUL_AT_THE_TOP and problem.pointer.count("/") == 1 for problem in broken)
    )

    def statement_at(pointer: str, raw: Any) -> Statement | MalformedStatement:
        if pointer not in touched:
            return Statement.model_validate(raw, by_alias=True, by_name=False)
        names = raw.keys() if isinstance(raw, dict) else ()
        readable = (name for name in names if name in STATEMENT_ELEMENTS and child(pointer, name) not in unreadable)
        return MalformedStatement(freeze(raw), frozenset(readable))

    found: Any = ()
    if isinstance(statement, dict):
        found = statement_at("/Statement", statement)
    elif isinstance(statement, list):
        found = tuple(statement_at(f"/Statement/{index}", item) for index, item in enumerate(statement))
    return KeyPolicy.as_found(
        AsFound(freeze(value), problems, doubtful),
        version=None if "/Version" in unreadable else value.get("Version"),
        id=None if "/Id" in unreadable else value.get("Id"),
        statement=found,
        source=source,
    )


def _touched(pointers: Iterable[str]) -> set[str]:
    """The pointers, and those of everything around what they point to."""
    touched: set[str] = set()
    for pointer in pointers:
        place = pointer
        while place not in touched:
            touched.add(place)
            place = place.rpartition("/")[0]
    return touched
