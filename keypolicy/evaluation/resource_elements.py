"""Whether the Resource or NotResource element of a statement covers the key (S-120 to S-130)."""

from __future__ import annotations

from typing import NamedTuple

from keypolicy.document.key import KeyMetadata
from keypolicy.evaluation.request import Request
from keypolicy.matching.resources import resource_covers
from keypolicy.matching.truth import Reading, Truth, any_of, negate, undocumented
from keypolicy.matching.variables import parse_template, substitute

__all__ = ["ResourceElement", "resource_truth"]


class ResourceElement(NamedTuple):
    """A Resource or NotResource element; `has_variables` as in the document's version."""

    values: tuple[str, ...]
    is_complement: bool
    is_narrowing: bool
    has_variables: bool


def resource_truth(resource: ResourceElement, key: KeyMetadata, reading: Reading, request: Request | None) -> Truth:
    """Whether the element covers the key (S-120 to S-130); `request` tells policy variables where there are any."""
    truths = [_value_covers(value, resource, key, reading, request) for value in resource.values]
    covers = any_of(truths)
    return negate(covers) if resource.is_complement else covers


def _value_covers(
    value: str, resource: ResourceElement, key: KeyMetadata, reading: Reading, request: Request | None
) -> Truth:
    if request is not None and "${" in value:
        template = parse_template(value)
        if template.malformed is not None:
            return undocumented(template.malformed)
        substitution = substitute(template, request.state_of, reading)
        if substitution is None:
            # The value matches nothing; what NotResource does then can be read two ways (S-129).
            return undocumented("S-129") if resource.is_complement else False
        if any(
            piece.text in ("*", "?") and not (piece.is_wild or piece.is_substituted) for piece in substitution.pieces
        ):
            return False  # a literal star or question mark, which no key ARN has (S-181)
        text = "".join(piece.text for piece in substitution.pieces)
        covers = resource_covers(text, key.arn, reading, narrowing=resource.is_narrowing)
        if substitution.unknown is not None and covers is not False:
            return substitution.unknown
        loosened = any(
            piece.is_substituted and ("*" in piece.text or "?" in piece.text) for piece in substitution.pieces
        )
        return reading.doubt("S-184", likely=False) if loosened and covers is not False else covers
    return resource_covers(value, key.arn, reading, narrowing=resource.is_narrowing)
