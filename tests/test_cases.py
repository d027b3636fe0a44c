"""Every question of the case files, put to the library."""

from __future__ import annotations

import pytest

from tests.case_runner import Question, answered, expected, questions
from tests.deviations import DEVIATIONS

QUESTIONS = {str(question): question for question in questions()}


def _parameter(test_id: str, question: Question) -> object:
    reason = DEVIATIONS.get(test_id)
    marks = () if reason is None else pytest.mark.xfail(strict=True, reason=reason, raises=AssertionError)
    return pytest.param(question, id=test_id, marks=marks)


@pytest.mark.parametrize("question", [_parameter(test_id, question) for test_id, question in QUESTIONS.items()])
def test_the_library_answers_as_the_case_expects(question: Question) -> None:
    """The library's answer has every part that the case names, as the case names it."""
    assert answered(question) == expected(question)


def test_every_deviation_is_a_question() -> None:
    """No deviation outlives the question that it is about."""
    assert DEVIATIONS.keys() <= QUESTIONS.keys()
