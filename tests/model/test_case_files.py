"""The model answers the case files, which shows that the model itself is right."""

from __future__ import annotations

from collections import Counter
from functools import cache

from tests.case_runner import questions
from tests.model.case_questions import Asked, NoWords, of_the_model
from tests.model.key_policy import decide, decide_statement
from tests.model.silence import Answers


@cache
def _answerable() -> tuple[list[tuple[str, Asked]], Counter[str]]:
    found: list[tuple[str, Asked]] = []
    shares: Counter[str] = Counter()
    for question in questions():
        try:
            found += [(str(question), asked) for asked in of_the_model(question)]
        except NoWords as reason:
            shares[str(reason)] += 1
        else:
            shares["answered"] += 1
    return found, shares


def _answered(asked: Asked) -> Answers:
    policy, caller, action, context, key_arn = asked[:5]
    if asked.statement is None:
        return decide(policy, caller, action, context, key_arn)
    return decide_statement(policy, asked.statement, caller, action, context, key_arn)


def _fits(asked: Asked, answers: Answers) -> bool:
    if asked.undocumented:
        return len(answers.outcomes) > 1 and set(asked.undocumented) <= answers.rules
    # What is denied in every request, in some by a Deny, is told as implicitDeny; the model sees one request.
    denied = {"implicitDeny", "explicitDeny"} if asked.expected == "implicitDeny" else {asked.expected}
    return answers.outcomes <= denied


def test_the_model_answers_as_the_cases_expect() -> None:
    """Two outcomes where the case says that AWS is silent, and the one that the case expects elsewhere."""
    wrong = [
        (name, asked, answers) for name, asked in _answerable()[0] if not _fits(asked, answers := _answered(asked))
    ]
    assert not wrong


def test_the_model_has_words_for_most_settled_cases() -> None:
    """Two thirds of all questions, and nine in ten of those that are about one request in which all is known."""
    shares = _answerable()[1]
    of_another_kind = sum(
        shares[reason]
        for reason in (
            *("asks for a profile", "asks for a document", "asks for a refusal"),
            *("is about what is unknown", "states a value in part", "is about the likely reading"),
        )
    )
    two_valued = shares.total() - of_another_kind
    assert shares["answered"] >= 2000
    assert shares["answered"] / two_valued > 0.9
