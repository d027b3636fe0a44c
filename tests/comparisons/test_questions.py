"""The generator makes the same questions from the same seed, and among them the interesting ones."""

from __future__ import annotations

from collections import Counter

from comparisons.answers import OPEN, answer
from comparisons.features import features
from comparisons.generator import questions
from comparisons.minimiser import minimised
from comparisons.question import KEY_ARN, Question
from comparisons.vocabulary import SINGLE_VALUE_OPERATORS, vocabulary
from keypolicy import RequestContext, evaluate, loads

SOME = list(questions(1000, seed=7))


def test_the_same_seed_gives_the_same_questions() -> None:
    """A question depends on the seed and its number alone, not on how many are made."""
    assert list(questions(20, seed=7)) == SOME[:20]
    assert list(questions(20, seed=8)) != SOME[:20]


def test_the_interesting_cases_occur() -> None:
    """Every operator, form, kind of caller and outcome is among a few questions."""
    found = Counter(name for question in SOME for name in features(question))
    outcomes = Counter(answer(question).word for question in SOME)
    for operators in SINGLE_VALUE_OPERATORS.values():
        assert all(found[f"operator: {operator}"] >= 5 for operator in operators)
    assert all(found[f"caller: {caller.kind}"] >= 50 for caller in vocabulary().callers)
    for name in (
        *("form: IfExists", "form: ForAllValues", "form: ForAnyValue", "key: absent", "key: empty", "values: several"),
        *("key: with several values", "values: empty list", "values: variable", "values: variable with a default"),
        *("statement: Deny with NotPrincipal", "statement: Allow with NotAction", "statement: Allow with NotResource"),
    ):
        assert found[name] >= 20, name
    assert all(outcomes[word] >= 20 for word in ("allowed", "explicitDeny", "implicitDeny", OPEN))


def test_what_a_caller_settles_is_what_the_library_derives() -> None:
    """Telling the library what the peers are told of the caller changes no outcome and contradicts nothing."""
    for question in SOME[:300]:
        found = evaluate(
            loads(question.document, lenient=True),
            question.caller.principal(),
            question.action,
            key=KEY_ARN,
            context=RequestContext.closed(question.full_context()),
        )
        assert found.outcome.value == answer(question).word


def test_an_example_is_made_as_small_as_it_gets() -> None:
    """What is not needed is left out: statements, conditions, values, and the context."""

    def denied(question: Question) -> bool:
        return answer(question).word == "explicitDeny"

    large = next(each for each in SOME if denied(each) and len(each.statements) > 2 and each.context)
    small = minimised(large, denied)
    (statement,) = small.statements
    assert denied(small)
    assert small.context == {}
    assert set(statement) <= {"Effect", "Principal", "NotPrincipal", "Action", "Resource", "Condition"}
    assert minimised(small, denied) is small
