"""How a condition value compares once its policy variables are replaced (S-178 to S-184)."""

from __future__ import annotations

from keypolicy.matching.arn import ARN_PARTS, split_arn
from keypolicy.matching.operators import Operator
from keypolicy.matching.patterns import Pattern, pattern_of_pieces
from keypolicy.matching.truth import Reading, Truth, undocumented
from keypolicy.matching.variables import Piece, Substitution

__all__ = ["substituted_matches"]


def substituted_matches(operator: Operator, value: Substitution, request: str, reading: Reading) -> Truth | None:
    """The positive comparison of a substituted value; None where the request's value is of another type.

    Whether wildcards in a substituted text count is undocumented (S-184), so both ways are tried.
    A text that is not known matches unless no text could (S-183).
    """
    if value.unknown is not None:
        return value.unknown if _could_match(operator, value, request) else False
    if not operator.wildcards:
        return operator.compare("".join(piece.text for piece in value.pieces), request, reading)
    literally = _matches(operator, value.pieces, request, reading)
    if not any(piece.is_substituted and ("*" in piece.text or "?" in piece.text) for piece in value.pieces):
        return literally
    loosely = _matches(operator, tuple(Piece(piece.text, is_wild=True) for piece in value.pieces), request, reading)
    return literally if literally == loosely else reading.doubt("S-184", likely=literally)


def _could_match(operator: Operator, value: Substitution, request: str) -> bool:
    """Whether some text in place of the unknown ones matches; a star that crosses colons allows more, never less."""
    pieces = [
        (piece.text.casefold(), piece.is_wild and (operator.wildcards or piece.is_unknown)) for piece in value.pieces
    ]
    return pattern_of_pieces(pieces).matches(request.casefold())


def _pattern(pieces: tuple[Piece, ...]) -> Pattern:
    return pattern_of_pieces([(piece.text, piece.is_wild) for piece in pieces])


def _matches(operator: Operator, pieces: tuple[Piece, ...], request: str, reading: Reading) -> Truth | None:
    if not operator.parts:
        return _pattern(pieces).matches(request)
    values = split_arn(request)
    if values is None:
        is_incomplete = sum(piece.text.count(":") for piece in pieces) < ARN_PARTS - 1
        return _incomplete_matches(pieces, request, reading) if is_incomplete else None
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        first, *others = piece.text.split(":", ARN_PARTS - len(parts))
        if others and piece.is_substituted:
            return undocumented("S-184")
        parts[-1].append(piece.with_text(first))
        parts.extend([piece.with_text(other)] for other in others)
    if len(parts) < ARN_PARTS:
        return _incomplete_matches(pieces, request, reading)
    return all(_pattern(tuple(part)).matches(other) for part, other in zip(parts, values, strict=True))


def _incomplete_matches(pieces: tuple[Piece, ...], request: str, reading: Reading) -> Truth | None:
    """A pattern of fewer than six parts matches nothing, or perhaps as plain text (S-165)."""
    return reading.doubt("S-165", likely=False) if _pattern(pieces).matches(request) else None
