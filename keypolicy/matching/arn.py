"""Amazon Resource Names: six parts between five colons, the sixth holding any further colons (S-164)."""

from __future__ import annotations

from dataclasses import dataclass

from keypolicy.errors import ArnError
from keypolicy.matching.patterns import compile_pattern

__all__ = ["Arn", "arn_like", "split_arn"]

ARN_PARTS = 6


@dataclass(frozen=True, slots=True)
class Arn:
    """A parsed ARN of any partition; `str()` gives the text that was parsed."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Arn:
        """The ARN that `text` writes; raises ArnError where it has not six parts or does not begin with `arn`."""
        parts = split_arn(text)
        if parts is None or parts[0] != "arn" or not parts[1] or not parts[2] or not parts[5]:
            message = f"{text!r} is not an ARN: expected arn:partition:service:region:account:resource"
            raise ArnError(message, code="not-an-arn")
        return cls(*parts[1:])

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def split_arn(text: str) -> tuple[str, str, str, str, str, str] | None:
    """The six parts of a text cut at its first five colons, or None where it has fewer."""
    parts = text.split(":", ARN_PARTS - 1)
    return (parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]) if len(parts) == ARN_PARTS else None


def _has_wildcard(part: str) -> bool:
    return "*" in part or "?" in part


def arn_like(pattern: str, value: str) -> bool:
    """Whether ArnLike matches: part by part, a wildcard never crossing one of the first five colons (S-164).

    Both sides must have six parts; letter case counts.
    """
    patterns, values = split_arn(pattern), split_arn(value)
    if patterns is None or values is None:
        return False
    return all(
        compile_pattern(part).matches(other) if _has_wildcard(part) else part == other
        for part, other in zip(patterns, values, strict=True)
    )
