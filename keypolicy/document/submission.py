"""What KMS refuses although the grammar has it: large texts, characters, a few elements (S-030 to S-032)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from keypolicy.document.scalars import MAXIMUM_POLICY_BYTES
from keypolicy.errors import Problem

if TYPE_CHECKING:
    from keypolicy.document.model import KeyPolicy

__all__ = [
    "BYTE_ORDER_MARK",
    "SUBMISSION_CODES",
    "character_problems",
    "has_refused_element",
    "has_wildcard",
    "is_submittable",
    "overly_permissive_keys",
    "size_problems",
]

BYTE_ORDER_MARK: Final = "\ufeff"

#: The codes of problems that leave every statement as readable as it was.
SUBMISSION_CODES: Final = frozenset(
    {
        *("byte-order-mark", "character-not-allowed", "policy-too-large"),
        *("wildcard-in-principal", "overly-permissive-condition"),
    }
)

_FOR_ALL_VALUES: Final = "forallvalues:"
_SINGLE_VALUED_FAMILIES: Final = ("kms:encryptioncontext:", "aws:requesttag/")

_REFUSED: Final = re.compile("[^\t\n\r\x20-\xff]+")


def is_submittable(text: str) -> bool:
    """Whether the text, if it is JSON, has a size and characters that KMS takes."""
    if text.isascii():  # a control character is no JSON
        return len(text) <= MAXIMUM_POLICY_BYTES
    return _size(text) <= MAXIMUM_POLICY_BYTES and _REFUSED.search(text) is None


def size_problems(text: str) -> tuple[Problem, ...]:
    """A problem if the text is larger than KMS takes."""
    size = _size(text)
    if size <= MAXIMUM_POLICY_BYTES:
        return ()
    message = f"a key policy has at most {MAXIMUM_POLICY_BYTES:,} bytes, and this one has {size:,}"
    return (Problem("policy-too-large", message),)


def character_problems(text: str) -> Iterator[tuple[int, Problem]]:
    """A problem for each run of characters that KMS refuses, and the offset of that run."""
    for match in _REFUSED.finditer(text):
        offset = match.start()
        if offset == 0 and text[0] == BYTE_ORDER_MARK:
            yield 0, Problem("byte-order-mark", "the text starts with a byte order mark, which KMS refuses")
        else:
            message = f"U+{ord(text[offset]):04X} is not a character that KMS takes: they end at U+00FF"
            yield offset, Problem("character-not-allowed", message)


def has_wildcard(principal: str) -> bool:
    """Whether a principal has a wildcard in part of it, which KMS refuses and which matches nothing (S-032, S-056)."""
    return principal != "*" and ("*" in principal or "?" in principal)


def overly_permissive_keys(operator: str, keys: Iterable[str]) -> list[str]:
    """The keys under this operator with one value at most, for which ForAllValues holds where they are absent (S-032).

    KMS refuses it on pairs of the encryption context and on request tags.
    """
    if not operator.lower().startswith(_FOR_ALL_VALUES):
        return []
    return [key for key in keys if key.lower().startswith(_SINGLE_VALUED_FAMILIES)]


def has_refused_element(policy: KeyPolicy) -> bool:
    """Whether some statement has a principal or a condition that KMS refuses although the grammar has it (S-032)."""
    for statement in policy.statements:
        for element in (statement.principal, statement.not_principal):
            if element is None or isinstance(element, str):
                continue
            for names in element.values():
                if has_wildcard(names) if isinstance(names, str) else any(map(has_wildcard, names)):
                    return True
        for operator, keys in (statement.condition or {}).items():
            if overly_permissive_keys(operator, keys):
                return True
    return False


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
