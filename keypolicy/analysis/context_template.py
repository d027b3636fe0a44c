"""The context of a requirement as a profile writes it: placeholders stand for facts of the question."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

from keypolicy.document.key import KeyMetadata
from keypolicy.errors import ContextError
from keypolicy.matching.context import RequestContext
from keypolicy.matching.derived_context import derived_state, is_derived, refuse_contradictions
from keypolicy.matching.key_states import Presence
from keypolicy.matching.partial_values import from_json, to_json
from keypolicy.matching.principals import Principal

__all__ = ["PLACEHOLDERS", "ContextTemplate", "UnstatedKey", "WithoutValue", "escaped", "filled", "placeholder_problem"]

PLACEHOLDERS: Final[Mapping[str, Callable[[Principal, KeyMetadata], str | None]]] = {
    "key_arn": lambda _, key: key.arn,
    "key_region": lambda _, key: key.region,
    "key_account": lambda _, key: key.account,
    "partition": lambda _, key: key.partition,
    "principal_account": lambda principal, _: principal.account_id,
}
"""What each placeholder stands for; None where the question has no such fact, as a service has no account."""

_BRACES: Final = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}]*)\}|[{}]")


class WithoutValue(Exception):  # noqa: N818 - not an error of this library: it never leaves this package
    """A placeholder that has no value in this question."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder)
        self.placeholder = placeholder


class UnstatedKey(NamedTuple):
    """A condition key that a profile states, and why it could not be stated for this principal."""

    name: str
    reason: str


class ContextTemplate:
    """Values of condition keys that depend on who is asked about, and on which key.

    `written` has the value of each condition key as the profile's file has it. A text may hold
    placeholders such as `{key_region}`, and literal braces written twice.
    """

    __slots__ = ("written",)

    written: Mapping[str, Any]

    def __init__(self, written: Mapping[str, Any]) -> None:
        self.written = written

    @property
    def depends_on_question(self) -> bool:
        """Whether it has placeholders, or states what follows from the principal or the key, and may contradict it."""
        return any(is_derived(name.lower()) or _has_placeholder(value) for name, value in self.written.items())

    def fixed(self) -> RequestContext:
        """The context of every question; only for a template that does not depend on it."""
        return RequestContext({name: from_json(filled(value, _no_value)) for name, value in self.written.items()})

    def unfilled(self) -> RequestContext:
        """The context as it is written, its placeholders as texts; to show it, never to decide in it."""
        return RequestContext({name: from_json(value) for name, value in self.written.items()})

    def resolve(self, principal: Principal, key: KeyMetadata) -> tuple[RequestContext, tuple[UnstatedKey, ...]]:
        """The context for this principal and key, and the keys that cannot be stated for them."""
        values: dict[str, Any] = {}
        unstated: list[UnstatedKey] = []
        for name, written in self.written.items():
            try:
                value = from_json(filled(written, lambda placeholder: PLACEHOLDERS[placeholder](principal, key)))
                refuse_contradictions(RequestContext({name: value}), principal, key)
            except WithoutValue as without:
                unstated.append(UnstatedKey(name, f"{{{without.placeholder}}} has no value for {principal}"))
            except ContextError:
                known = derived_state(name.lower(), principal, key)
                shown = known.value if isinstance(known, Presence) else to_json(known)
                unstated.append(UnstatedKey(name, f"for {principal} it is {shown}"))
            else:
                values[name] = value
        return RequestContext(values), tuple(unstated)

    def __eq__(self, other: object) -> bool:
        return self.written == other.written if isinstance(other, ContextTemplate) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self.written))

    def __repr__(self) -> str:
        return f"ContextTemplate({dict(self.written)!r})"


def filled(written: Any, value_of: Callable[[str], str | None]) -> Any:
    """The value with each placeholder replaced and each doubled brace once; raises WithoutValue."""
    if isinstance(written, str):
        return _BRACES.sub(lambda found: _filling(found, value_of), written)
    if isinstance(written, Mapping):
        return {name: filled(member, value_of) for name, member in written.items()}
    if isinstance(written, list | tuple):
        return [filled(item, value_of) for item in written]
    return written


def _filling(found: re.Match[str], value_of: Callable[[str], str | None]) -> str:
    name = found["name"]
    if name is None:
        return found[0][0]
    value = value_of(name)
    if value is None:
        raise WithoutValue(name)
    return value


def escaped(value: Any) -> Any:
    """The value as a profile writes it where it has no placeholders: `filled` gives it back."""
    if isinstance(value, str):
        return value.replace("{", "{{").replace("}", "}}")
    if isinstance(value, Mapping):
        return {name: escaped(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [escaped(item) for item in value]
    return value


def _no_value(placeholder: str) -> None:
    return None


def _has_placeholder(written: Any) -> bool:
    try:
        filled(written, _no_value)
    except WithoutValue:
        return True
    return False


def placeholder_problem(text: str) -> str | None:
    """What is wrong with the braces of a text, None if nothing is."""
    for found in _BRACES.finditer(text):
        name = found["name"]
        if name is None and len(found[0]) == 1:
            return f"a brace that belongs to no placeholder is written twice: {found[0] * 2}"
        if name is not None and name not in PLACEHOLDERS:
            near = get_close_matches(name[:100], PLACEHOLDERS, n=1)
            meant = (
                f"near it: {{{near[0]}}}" if near else f"there are {', '.join(f'{{{each}}}' for each in PLACEHOLDERS)}"
            )
            return f"there is no placeholder {found[0][:100]}; {meant}"
    return None
