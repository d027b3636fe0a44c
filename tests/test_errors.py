"""Errors as values: what they carry, also through a pickle."""

from __future__ import annotations

import pickle

import pytest

from keypolicy.errors import ArnError, DocumentError, KeyPolicyError, Problem, UnknownNameError

PROBLEMS = (Problem("a", "first", "/Statement", 2, 3), Problem("b", "second"))
ERRORS: list[KeyPolicyError] = [
    DocumentError(PROBLEMS, origin="key.json"),
    UnknownNameError("no such action", code="unknown-action", name="kms:X", suggestions=("kms:Y",)),
    ArnError("no ARN", code="not-an-arn"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_survive_pickling(error: KeyPolicyError) -> None:
    """A worker process can hand them on with everything that they carry."""
    revived = pickle.loads(pickle.dumps(error))

    assert type(revived) is type(error)
    assert vars(revived) == vars(error)
    assert str(revived) == str(error)


def test_a_document_error_prints_each_problem_with_its_place() -> None:
    """One line each: file, line, column, message, code, pointer; the code is the first one's."""
    error = DocumentError(PROBLEMS, origin="key.json")

    assert str(error) == "key.json:2:3: first [a] (at /Statement)\nkey.json:second [b]"
    assert error.code == "a"
    assert isinstance(error, ValueError)


def test_a_problem_can_be_located() -> None:
    """The same problem, at a place."""
    assert PROBLEMS[1].located(4, 5) == Problem("b", "second", "", 4, 5)
