"""Whether a Condition block holds: its operators, their qualifiers, and keys that are absent (S-140 to S-176)."""

from __future__ import annotations

import re
from typing import Any

from tests.model.callers import Context
from tests.model.comparisons import COMPARISONS, compares
from tests.model.context_keys import MULTIVALUED, values_of
from tests.model.principals import listed
from tests.model.silence import Silent
from tests.model.variables import Expand

NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
"""Of each negated operator the one that it negates."""
_OPERATOR = re.compile(r"(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?")


def condition_block_holds(block: Any, request: Context, expand: Expand, silent: Silent) -> bool:
    """Everything in the block must hold (S-140, S-142)."""
    if not block:
        return silent("S-026")
    for operator, keys in block.items():
        if not keys and not silent("S-027"):
            return False
        if len({key.lower() for key in keys}) < len(keys) and not silent("S-009"):
            return False
        for key, values in keys.items():
            if not _condition_holds(operator, key, [_text(value) for value in listed(values)], request, expand, silent):
                return False
    return True


def _text(value: Any) -> str:
    """Booleans and numbers are texts (S-012)."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _condition_holds(
    operator: str, key: str, values: list[str], request: Context, expand: Expand, silent: Silent
) -> bool:
    parsed = _OPERATOR.fullmatch(operator)
    qualifier, base, if_exists = parsed.groups() if parsed else ("", "", "")
    if base not in COMPARISONS and base not in NEGATED and base != "Null":
        is_misspelt = operator.lower() in {name.lower() for name in every_operator()}
        return silent("S-144" if is_misspelt else "S-145")
    if key.lower().startswith("aws:resourcetag/") and silent("S-224"):
        return silent("S-224")
    if key.lower() == "kms:resourcealiases" and silent("S-225"):
        return silent("S-225")
    spellings: list[list[str] | None] = [*values_of(key, request)] or [None]
    answers = [
        _holds_for(qualifier or "", base, bool(if_exists), key, values, held, expand, silent) for held in spellings
    ]
    return answers[0] if len(set(answers)) == 1 else silent("S-148")


def every_operator() -> list[str]:
    """Every operator as it is spelt (S-143)."""
    bases = [*COMPARISONS, *NEGATED]
    qualified = [qualifier + base for qualifier in ("", "ForAllValues:", "ForAnyValue:") for base in bases]
    return [*qualified, *(name + "IfExists" for name in qualified), "Null"]


def _holds_for(
    qualifier: str,
    base: str,
    if_exists: bool,
    key: str,
    values: list[str],
    held: list[str] | None,
    expand: Expand,
    silent: Silent,
) -> bool:
    if base == "Null":
        return _null_holds(qualifier, if_exists, values, held, silent)
    if not values and (qualifier or if_exists) and held is not None:
        nothing_held = qualifier == "ForAllValues" and held in ([], [""])
        is_open = nothing_held or (qualifier != "ForAnyValue" and base in NEGATED)
        return is_open and silent("S-028")  # where the key is absent, what follows says the same
    if not values and not (qualifier or if_exists):
        return base in NEGATED and silent("S-028")
    if held is None and qualifier == "ForAnyValue" and if_exists:
        return silent("S-150")
    if held is None:
        return qualifier != "ForAnyValue" and (bool(qualifier) or if_exists or base in NEGATED)  # S-150, S-174
    if qualifier:
        if not held or held == [""]:
            return qualifier == "ForAllValues"  # S-160
        each = [_holds_of_one(base, key, value, values, expand, silent) for value in held]
        return all(each) if qualifier == "ForAllValues" else any(each)  # S-168
    if key.lower() in MULTIVALUED:
        return silent("S-172")
    return _holds_of_one(base, key, held[0], values, expand, silent)


def _null_holds(qualifier: str, if_exists: bool, values: list[str], held: list[str] | None, silent: Silent) -> bool:
    if if_exists or any(value not in ("true", "false") for value in values):
        return silent("S-146" if if_exists else "S-179" if "${" in "".join(values) else "S-167")
    if qualifier:
        return qualifier == "ForAllValues"  # S-146
    if held in ([], [""]) and len(set(values)) == 1:
        return silent("S-160")
    return ("true" if held is None else "false") in values  # S-167


def _holds_of_one(base: str, key: str, held: str, values: list[str], expand: Expand, silent: Silent) -> bool:
    """One value of the request against all of the policy: any of them, or for a negated operator none (S-141)."""
    positive = NEGATED.get(base, base)
    is_catalogued = key.lower().startswith(("aws:", "kms:"))
    found = any(compares(positive, held, value, base in NEGATED, is_catalogued, expand, silent) for value in values)
    return not found if base in NEGATED else found
