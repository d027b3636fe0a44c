"""A key policy straight from its JSON text in one pass, where it is certain that this pass lost nothing.

pydantic parses and validates a text at once, much faster than a parser in front of it can be. But it keeps only the
last of several members with one name, and not how a number was written. Both are told from the text by counting, so
that a text in any doubt is left to the slower way, which misses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from keypolicy.document.model import KeyPolicy
from keypolicy.document.submission import names_partial_wildcard

__all__ = ["policy_at_once", "quotation_marks"]

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
    if quotation_marks(policy) != text.count('"') or names_partial_wildcard(policy):
        return None
    return policy


def quotation_marks(policy: KeyPolicy) -> int | None:
    """How many quotation marks enclose the strings of the policy as JSON text, the names of members included.

    None where the policy holds a number.
    """
    values = policy.__dict__
    strings = 1 + (0 if values["version"] is None else 2) + (0 if values["id"] is None else 2)
    for statement in policy.statements:
        values = statement.__dict__
        strings += _strings(values)
        for element in (values["principal"], values["not_principal"]):
            if element is not None and element.__class__ is not str:
                strings += 1 + _strings(element)
        condition = values["condition"]
        if condition is not None:
            found = _strings_of_condition(condition)
            if found is None:
                return None
            strings += 1 + found
    return 2 * strings


def _strings(members: Mapping[str, Any]) -> int:
    """The strings of the members that are a string or several, with the names of these members."""
    strings = 0
    for value in members.values():
        if value.__class__ is str:
            strings += 2
        elif value.__class__ is tuple:
            strings += 1 + len(value)
    return strings


def _strings_of_condition(condition: Mapping[str, Mapping[str, Any]]) -> int | None:
    strings = len(condition)
    for keys in condition.values():
        strings += len(keys)
        for values in keys.values():
            for value in values if values.__class__ is tuple else (values,):
                if value.__class__ is str:
                    strings += 1
                elif value.__class__ is not bool:
                    return None
    return strings
