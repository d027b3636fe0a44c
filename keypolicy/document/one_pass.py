"""A key policy straight from its JSON text in one pass, where it is certain that this pass lost nothing.

pydantic parses and validates a text at once, much faster than a parser in front of it can be. But it keeps only the
last of several members with one name, and not how a number was written. Both are told from the text by counting, so
that a text in any doubt is left to the slower way, which misses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from keypolicy.document.model import KeyPolicy
from keypolicy.document.submission import has_wildcard, overly_permissive_keys

if TYPE_CHECKING:
    from keypolicy.document.model import Statement

__all__ = ["policy_at_once", "quotation_marks"]

_PAIRS: Final = (("principal", "not_principal"), ("action", "not_action"), ("resource", "not_resource"))
_validate_json: Final[Callable[..., KeyPolicy]] = KeyPolicy.__pydantic_validator__.validate_json


def policy_at_once(text: str) -> KeyPolicy | None:
    """The key policy that the text is, or None where something may be wrong with it or lost.

    The size and the characters of the text are not looked at.
    """
    try:
        policy = _validate_json(text, by_alias=True, by_name=False)
    except ValueError:
        return None
    # Each string in the text has two quotation marks, so with as many as the policy needs there is no string in the
    # text that the policy lacks, hence no member; a quotation mark inside a string only adds to the count.
    return policy if quotation_marks(policy) == text.count('"') else None


def quotation_marks(policy: KeyPolicy) -> int | None:
    """How many quotation marks enclose the strings of the policy as JSON text, the names of members included.

    None where the policy holds a number, or a principal or condition that KMS refuses although it is one (S-032).
    For a policy that was validated, so that it knows which elements it was given.
    """
    version_and_id = (policy.version is not None) + (policy.id is not None)
    strings = len(policy.__pydantic_fields_set__) + version_and_id
    for statement in cast("tuple[Statement, ...]", policy.statements):
        elements = statement.__dict__
        sid_and_effect = (elements["sid"] is not None) + 1
        strings += len(statement.__pydantic_fields_set__) + sid_and_effect
        for name, other_name in _PAIRS:
            element = elements[name]
            if element is None:
                element = elements[other_name]
            if element.__class__ is str:
                strings += 1
            elif element.__class__ is tuple:
                strings += len(element)
            elif element is not None:
                found = _strings_of_principal(element)
                if found is None:
                    return None
                strings += found
        condition = elements["condition"]
        if condition is not None:
            found = _strings_of_condition(condition)
            if found is None:
                return None
            strings += found
    return 2 * strings


def _strings_of_principal(principal: Mapping[str, str | tuple[str, ...]]) -> int | None:
    strings = len(principal)
    for names in principal.values():
        for name in (names,) if isinstance(names, str) else names:
            if ("*" in name or "?" in name) and has_wildcard(name):
                return None
            strings += 1
    return strings


def _strings_of_condition(condition: Mapping[str, Mapping[str, Any]]) -> int | None:
    strings = len(condition)
    for operator, keys in condition.items():
        if ":" in operator and overly_permissive_keys(operator, keys):
            return None
        strings += len(keys)
        for value in keys.values():
            if value.__class__ is str:
                strings += 1
                continue
            for scalar in value if isinstance(value, tuple) else (value,):
                if isinstance(scalar, str):
                    strings += 1
                elif not isinstance(scalar, bool):
                    return None
    return strings
