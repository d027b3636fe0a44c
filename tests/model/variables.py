"""Policy variables in a text of the policy (S-016, S-178 to S-187)."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.model.callers import Context
from tests.model.context_keys import MULTIVALUED, values_of
from tests.model.silence import Silent
from tests.model.wildcards import Sign, pattern

Expand = Callable[[str], list[Sign] | None]
"""Given a text of the policy, the pattern that it stands for; None where a variable has no value (S-182)."""

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_NAMED = re.compile(r"([^\s,'${}*?]+)(?:, '([^']*)')?")


def literal(text: str) -> list[Sign] | None:
    """A text under Version 2008-10-17: variables are not expanded (S-016)."""
    return pattern(text)


def expanding(request: Context, silent: Silent) -> Expand:
    """How texts are read in this request under Version 2012-10-17."""

    def expand(text: str) -> list[Sign] | None:
        signs: list[Sign] = []
        rest = text
        while "${" in rest:
            before, _, after = rest.partition("${")
            inner, closed, rest = after.partition("}")
            signs += pattern(before)
            value = _value("${" + inner + closed, request, silent)
            if value is None:
                return None
            signs += value
        return signs + pattern(rest)

    return expand


def _value(variable: str, request: Context, silent: Silent) -> list[Sign] | None:
    if variable in ("${*}", "${?}", "${$}"):
        return [Sign(variable[2])]  # S-181
    named = _NAMED.fullmatch(variable[2:-1]) if variable.endswith("}") else None
    if named is None:
        raise Unreadable("S-180" if "," in variable else "S-186")
    key, default = named.groups()
    if key.lower() in MULTIVALUED:
        raise Unreadable("S-185")
    found = values_of(key, request)
    if not found:
        return None if default is None else [Sign(character) for character in default]  # S-180
    text = found[0][0]
    if text == "" and default is not None and silent("S-180"):
        text = default
    return [Sign(character, is_data=True) for character in text]


class Unreadable(Exception):  # noqa: N818 (it is a fact about the text, no error of the model)
    """A variable that is not allowed or not written as one: what it comes to is not documented."""
