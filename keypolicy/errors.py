"""The errors of this library, and the located problem that the document errors carry.

Codes and attributes are the interface; the wording of messages is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = [
    "ArnError",
    "ContextError",
    "DocumentError",
    "InputShapeError",
    "KeyPolicyError",
    "PrincipalError",
    "Problem",
    "UnknownNameError",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document, and where it stands.

    `pointer` is an RFC 6901 JSON pointer into the document; `line` and `column` count from 1
    and are None where the document was not read from text.
    """

    code: str
    message: str
    pointer: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = f"{self.line}:{self.column}: " if self.line is not None else ""
        pointer = f" (at {self.pointer})" if self.pointer else ""
        return f"{place}{self.message} [{self.code}]{pointer}"

    def located(self, line: int, column: int) -> Problem:
        """The same problem at a line and column."""
        return replace(self, line=line, column=column)


class KeyPolicyError(Exception):
    """Base of every error that this library raises on purpose."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[object, ...]:
        return (_revived, (type(self), self.args, dict(self.__dict__)))


def _revived(kind: type[KeyPolicyError], arguments: tuple[object, ...], state: dict[str, object]) -> KeyPolicyError:
    """An unpickled error, whatever its constructor asks for."""
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(state)
    return error


class DocumentError(KeyPolicyError, ValueError):
    """A document that is no key policy which KMS would store, or no requirement profile; holds every problem found."""

    def __init__(self, problems: tuple[Problem, ...], *, origin: str | None = None) -> None:
        self.problems = problems
        self.origin = origin
        prefix = f"{origin}:" if origin else ""
        super().__init__("\n".join(f"{prefix}{problem}" for problem in problems), code=problems[0].code)


class UnknownNameError(KeyPolicyError, KeyError):
    """A name that is not in the catalogue: an action, a profile, a service; with the nearest names."""

    def __init__(self, message: str, *, code: str, name: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message, code=code)
        self.name = name
        self.suggestions = suggestions


class ArnError(KeyPolicyError, ValueError):
    """A text that should be an ARN of a certain kind and is not."""


class PrincipalError(KeyPolicyError, ValueError):
    """A text or a combination of values that names no principal."""


class ContextError(KeyPolicyError, ValueError):
    """A stated request context that no request can have."""


class InputShapeError(KeyPolicyError, ValueError):
    """An input that is readable but not of the shape that was asked for."""
