"""What can still be read of a broken statement of a leniently loaded document (S-001, S-007 to S-022).

Such a statement never applies for certain. Its readable elements narrow to whom and what it may
apply; everything else about it may be anything.
"""

from __future__ import annotations

from typing import NamedTuple

from keypolicy.document.model import KeyPolicy, MalformedStatement
from keypolicy.document.scalars import Effect
from keypolicy.matching.principal_elements import EVERYONE, PrincipalElement
from keypolicy.matching.truth import Unknown, undocumented

__all__ = ["ReadableStatement", "possible_effects", "readable", "standings"]

_RULE_OF_PROBLEM = {
    "duplicate-element": "S-008",
    "duplicate-condition-key": "S-009",
    "element-case": "S-006",
    "unknown-element": "S-007",
    "invalid-effect": "S-019",
    "both-of-a-pair": "S-020",
    "missing-element": "S-022",
    "invalid-principal": "S-011",
    "unknown-principal-type": "S-011",
    "unknown-operator": "S-145",
    "null-if-exists": "S-146",
}
_EFFECTS: tuple[Effect, ...] = ("Allow", "Deny")


class ReadableStatement(NamedTuple):
    """The elements of a broken statement, those that cannot be read replaced by what leaves every case open."""

    sid: str | None
    principal: PrincipalElement | None
    not_principal: PrincipalElement | None
    action: str | tuple[str, ...] | None
    not_action: str | tuple[str, ...] | None
    resource: str | tuple[str, ...] | None
    not_resource: str | tuple[str, ...] | None
    condition: None = None


def readable(statement: MalformedStatement) -> ReadableStatement:
    """The statement with an unreadable element, or both of a pair, read as the widest there is."""
    principal, not_principal = statement.principal, statement.not_principal
    action, not_action = statement.action, statement.not_action
    resource, not_resource = statement.resource, statement.not_resource
    if (principal is None) == (not_principal is None):
        principal, not_principal = EVERYONE, None
    if (action is None) == (not_action is None) or _names_both(statement, "Action"):
        action, not_action = "*", None
    if (resource is None) == (not_resource is None) or _names_both(statement, "Resource"):
        resource, not_resource = "*", None
    if _names_both(statement, "Principal"):
        principal, not_principal = EVERYONE, None
    return ReadableStatement(statement.sid, principal, not_principal, action, not_action, resource, not_resource)


def _names_both(statement: MalformedStatement, name: str) -> bool:
    return {name, f"Not{name}"} <= _member_names(statement)


def _member_names(statement: MalformedStatement) -> set[str]:
    return set(statement.raw) if isinstance(statement.raw, dict) else set()


def possible_effects(statement: MalformedStatement) -> tuple[Effect, ...]:
    """The effects that the statement may have: an Allow that names no principal has none (S-022)."""
    if statement.effect is None:
        return _EFFECTS
    names_nobody = not {"Principal", "NotPrincipal"} & _member_names(statement)
    return () if names_nobody and statement.effect == "Allow" else (statement.effect,)


def standings(policy: KeyPolicy) -> dict[int, Unknown]:
    """Why each broken statement is in doubt: the rule of what is wrong with the one at this place.

    All in one pass, since a document may have as many problems as statements.
    """
    is_list = isinstance(policy.statement, tuple)
    rules: dict[str, set[str]] = {
        str(index): set()
        for index, statement in enumerate(policy.statements)
        if isinstance(statement, MalformedStatement)
    }
    for problem in policy.problems if rules else ():
        _, element, place, *_ = f"{problem.pointer}///".split("/", 3)
        found = rules.get(place if is_list else "0")
        if element == "Statement" and found is not None:
            found.add(_RULE_OF_PROBLEM.get(problem.code, "S-012"))
    return {int(place): undocumented(min(found, default="S-007")) for place, found in rules.items()}
