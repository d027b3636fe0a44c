"""Whether the Principal or NotPrincipal element of a statement covers a caller (S-053 to S-068, S-086 to S-091)."""

from __future__ import annotations

import re
from typing import Any

from tests.model.callers import Caller
from tests.model.silence import Silent


def listed(value: Any) -> list[Any]:
    """A single value and a list of one are the same (S-011)."""
    return value if isinstance(value, list) else [value]


def _entries(element: Any) -> list[tuple[str, str]]:
    """Every value with its type; the bare star is an AWS star (S-054)."""
    members = {"AWS": element} if isinstance(element, str) else element
    return [(kind, value) for kind, values in members.items() for value in listed(values)]


def _as_arn(kind: str, value: str, key_arn: str) -> str:
    """An account id is the same as the account's root (S-057)."""
    is_account = kind == "AWS" and len(value) == 12 and value.isdigit()
    return f"arn:{key_arn.split(':')[1]}:iam::{value}:root" if is_account else value


def _names(kind: str, value: str, level: str, caller: Caller, key_arn: str) -> bool:
    """Whether the value names this level of the caller's chain, letter by letter (S-059 to S-063)."""
    if kind == "Service":
        return caller.is_service and value == level  # S-066
    if kind != "AWS":
        return False  # S-064, S-065
    named = _as_arn(kind, value, key_arn)
    return named == level or (value == caller.unique_id != "" and level == (caller.behind or caller.arn))  # S-035


def _differs_in_case_only(kind: str, value: str, level: str) -> bool:
    return kind == "AWS" and value != level and value.lower() == level.lower()


def principal_covers(statement: dict[str, Any], caller: Caller, key_arn: str, silent: Silent) -> bool:
    """Whether the Principal names the caller, its role, its account, or everyone."""
    denies = statement["Effect"] == "Deny"
    for kind, value in _entries(statement["Principal"]):
        if (kind, value) == ("AWS", "*"):
            if not caller.is_service or denies or silent("S-055"):
                return True
            continue
        for level in caller.chain(key_arn):
            if _names(kind, value, level, caller, key_arn):
                return True
            if denies and _differs_in_case_only(kind, value, level) and silent("S-061"):
                return True
    return False


def not_principal_covers(statement: dict[str, Any], caller: Caller, key_arn: str, silent: Silent) -> bool:
    """Whether the statement is about the caller though NotPrincipal may list it."""
    element = statement["NotPrincipal"]
    if not element:
        return silent("S-025")
    entries = _entries(element)
    if ("AWS", "*") in entries:
        return False  # S-090
    chain = caller.chain(key_arn)
    named = [
        level
        for level in chain
        if any(
            _names(kind, value, level, caller, key_arn)
            or (_differs_in_case_only(kind, value, level) and silent("S-061"))
            for kind, value in entries
        )
    ]
    if statement["Effect"] == "Allow":
        return not named and silent("S-089")
    if caller.boundary and caller.kind in ("User", "AssumedRole") and "/aws-service-role/" not in caller.behind:
        return True  # S-088
    others = [_as_arn(kind, value, key_arn) for kind, value in entries if value not in chain]
    of_account = re.compile(rf"arn:{caller.partition(key_arn)}:(iam|sts)::{caller.account}:(?!root$)")
    is_another_named = any(of_account.match(other) for other in others)
    if caller.is_account and (named or is_another_named):
        return silent("S-087")  # some of its callers may be denied, and some not
    if not named:
        return True
    if named == chain:
        return False  # S-086
    # S-087, second row: beside another principal of it, the account excepts nobody but that one.
    return (named == chain[-1:] and is_another_named) or silent("S-087")
