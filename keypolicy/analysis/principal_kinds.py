"""For which kinds of caller a profile is: the words of `PrincipalKind`, and names of service principals."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from keypolicy.analysis.context_template import PLACEHOLDERS, WithoutValue, filled, placeholder_problem
from keypolicy.document.key import KeyMetadata
from keypolicy.errors import PrincipalError
from keypolicy.matching.principals import Principal, PrincipalKind

__all__ = ["KIND_WORDS", "SERVICE_LINKED_ROLE", "covers", "kind_problem", "kind_word"]

SERVICE_LINKED_ROLE: Final = "service-linked role"
#: Some service principals in China end in it, and are the same services.
_CHINESE_SUFFIX: Final = ".cn"

KIND_WORDS: Final = (
    *(kind.value for kind in PrincipalKind if kind is not PrincipalKind.ANONYMOUS),
    SERVICE_LINKED_ROLE,
)
"""The kinds that a profile may name beside service principals; KMS takes no anonymous request."""


def kind_word(principal: Principal) -> str:
    """The kind of principal that a question is about (S-399)."""
    return SERVICE_LINKED_ROLE if principal.is_service_linked else principal.kind.value


def covers(kinds: tuple[str, ...], principal: Principal, key: KeyMetadata) -> bool:
    """Whether the principal is of one of the kinds; a session is one of its role, and no kinds are every kind."""
    word = kind_word(principal)
    if not kinds or word in kinds or (word == PrincipalKind.ROLE_SESSION.value and PrincipalKind.ROLE.value in kinds):
        return True
    name = (principal.name or "").removesuffix(_CHINESE_SUFFIX)
    return any(_service_name(kind, principal, key) == name for kind in kinds)


def kind_problem(text: str) -> str | None:
    """Why a text is no kind of caller, None if it is one."""
    if text in KIND_WORDS:
        return None
    problem = placeholder_problem(text)
    if problem is not None:
        return problem
    try:
        Principal.service(filled(text, lambda _: "x"))
    except PrincipalError:
        near = get_close_matches(text[:100], KIND_WORDS, n=1)
        meant = f"near it: {near[0]}" if near else f"there are {', '.join(KIND_WORDS)}, and names of service principals"
        return f"{text[:100]!r} is no kind of principal; {meant}"
    return None


def _service_name(kind: str, principal: Principal, key: KeyMetadata) -> str | None:
    if kind in KIND_WORDS or principal.kind is not PrincipalKind.SERVICE:
        return None
    try:
        name: str = filled(kind, lambda placeholder: PLACEHOLDERS[placeholder](principal, key))
    except WithoutValue:
        return None
    return name
