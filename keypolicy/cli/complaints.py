"""What the command line says where it cannot answer: one line for each problem, with its place and code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from keypolicy.errors import DocumentError, KeyPolicyError, Problem

__all__ = ["Complaint", "complaints_about"]


class Complaint(Exception):  # noqa: N818 - the end of a command, not an error of the library
    """Wrong usage or unreadable input; `lines` are of the form `place: message [code]`."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines


@contextmanager
def complaints_about(place: str) -> Iterator[None]:
    """Turns the library's errors into a Complaint at this place; those of a document have a place of their own."""
    try:
        yield
    except DocumentError as error:
        raise Complaint(*(_line(error.origin or place, problem) for problem in error.problems)) from error
    except KeyPolicyError as error:
        raise Complaint(f"{place}: {error.message} [{error.code}]") from error


def _line(origin: str, problem: Problem) -> str:
    position = f":{problem.line}:{problem.column}" if problem.line is not None else ""
    pointer = f" (at {problem.pointer})" if problem.pointer and problem.line is None else ""
    return f"{origin}{position}: {problem.message}{pointer} [{problem.code}]"
