"""Texts and mappings made to exhaust the stack, the memory or the patience of whoever reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from keypolicy import Access, KeyPolicyError, RequestContext, access, evaluate, explain, loads, who_can
from keypolicy.batch import answer_line
from keypolicy.errors import ContextError
from tests.batch_questions import question
from tests.document.documents import refusal
from tests.hostile.policies import ACCOUNT, KEY_ARN, ROLE, policy, statement, under

DEPTH = 100_000


def nested(kind: Callable[[Any], Any], levels: int = DEPTH) -> Any:
    """A value inside so many others of one kind."""
    value: Any = "x"
    for _ in range(levels):
        value = kind(value)
    return value


def codes(document: Any, *, lenient: bool = False) -> list[str]:
    error = refusal(document, lenient=lenient)
    assert error is not None
    return [problem.code for problem in error.problems]


def answered(document: Any, **context: Any) -> Access:
    """Every question about a document that may be read leniently alone."""
    read = loads(document, lenient=True)
    answers = access(read, ROLE, key=KEY_ARN, context=RequestContext(context))
    assert len(answers.allowed | answers.denied | answers.conditional) > 0
    explain(read, ROLE, "kms:Decrypt", key=KEY_ARN, context=RequestContext(context))
    who_can(read, ["kms:Decrypt"], key=KEY_ARN)
    assert loads(read.dumps(), lenient=True).to_json_value() == read.to_json_value()
    return answers


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (lambda value: [value], "[" * DEPTH + "]" * DEPTH),
        (lambda value: {"Statement": value}, '{"Statement":' * DEPTH + "1" + "}" * DEPTH),
        (lambda value: {"Condition": [value]}, '{"Condition":[' * DEPTH + "]}" * DEPTH),
    ],
    ids=["lists", "objects", "both"],
)
def test_a_nesting_bomb_is_refused(kind: Callable[[Any], Any], text: str, *, lenient: bool) -> None:
    """As text, as a mapping, as the text of an answer, and where a statement, a principal or a value should be."""
    bomb = nested(kind)

    assert codes(text, lenient=lenient)[0] == "nested-too-deep"
    assert codes(json.dumps({"Policy": text}), lenient=lenient)[0] == "nested-too-deep"
    for document in (
        {"Statement": bomb},
        policy(statement(Principal=bomb)),
        policy(statement(Action=bomb)),
        under("StringEquals", "kms:ViaService", bomb),
    ):
        assert "nested-too-deep" in codes(document, lenient=lenient)


def test_a_mapping_that_contains_itself_or_unfolds_without_end_is_refused() -> None:
    """Aliases, as YAML has them, are followed; the places that they lead to are counted."""
    own: dict[str, Any] = {}
    own["Statement"] = [own]
    billion: list[Any] = ["x"] * 10
    for _ in range(12):
        billion = [billion] * 10

    assert "cycle" in codes(own)
    assert "too-many-values" in codes(policy(statement(Action=billion)))


MANY_DIGITS = "9" * 10**6


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize(
    ("number", "code"),
    [
        (MANY_DIGITS, "number-too-long"),
        (f"-{MANY_DIGITS}", "number-too-long"),
        (f"0.{MANY_DIGITS}", "number-too-long"),
        (f"1e{MANY_DIGITS}", "number-too-long"),
        ("1e99999999999999999999", "number-too-long"),
        ("NaN", "not-a-number"),
        ("Infinity", "not-a-number"),
        ("-Infinity", "not-a-number"),
    ],
    ids=["digits", "negative", "fraction", "exponent", "an exponent of 20 digits", "NaN", "Infinity", "-Infinity"],
)
def test_what_is_no_number_that_can_be_held_is_refused(number: str, code: str, *, lenient: bool) -> None:
    """A million digits, or a name that Python's parser takes for a number (S-012)."""
    text = json.dumps(under("NumericLessThan", "aws:MultiFactorAuthAge", 7)).replace("7", number)

    assert code in codes(text, lenient=lenient)


def test_a_mapping_with_such_a_number_is_refused_too() -> None:
    """An integer of Python has as many digits as it likes, and a float may be none."""
    for value, code in (
        (10**5000, "number-too-long"),
        (float("nan"), "not-a-number"),
        (float("inf"), "not-a-number"),
        (Decimal("sNaN"), "not-a-number"),
    ):
        assert code in codes(under("NumericLessThan", "aws:MultiFactorAuthAge", value), lenient=True)


@pytest.mark.parametrize("number", ["1e999999", "-1e999999", "1e-999999", "1e-999999999", "9" * 4300, "1.50", "-0"])
def test_a_number_with_a_large_exponent_is_kept_and_never_written_out(number: str) -> None:
    """It stays as short as it was written; what it means is undocumented (S-157), so nothing is allowed for certain."""
    text = json.dumps(under("NumericLessThan", "aws:MultiFactorAuthAge", 7)).replace(": 7", f": {number}")
    answers = answered(text)

    assert len(loads(text).dumps()) < len(text) + 20
    assert not answers.allowed


@pytest.mark.parametrize("key", ["aws:MultiFactorAuthAge", "aws:CurrentTime", "aws:EpochTime"])
@pytest.mark.parametrize("operator", ["NumericLessThan", "NumericEquals", "DateLessThan", "DateGreaterThanEquals"])
def test_a_number_of_a_million_digits_in_a_text_is_in_doubt(operator: str, key: str) -> None:
    """Whatever the request is known to hold, and without reckoning with it (S-157, S-158)."""
    document = under(operator, key, MANY_DIGITS)

    assert "kms:Decrypt" in answered(document).conditional
    assert "kms:Decrypt" in answered(document, **{key: "8"}).conditional
    assert "kms:Decrypt" not in answered(under(operator, key, "8"), **{key: MANY_DIGITS}).allowed


def test_the_last_moment_of_a_second_is_not_the_next_second() -> None:
    """However many digits it has: nothing is rounded (S-158)."""
    moment = f"2026-01-01T00:00:00.{'9' * 40}Z"
    later = under("DateGreaterThanEquals", "aws:CurrentTime", "2026-01-01T00:00:01Z")
    before = under("DateLessThan", "aws:CurrentTime", f"{moment[:-1]}9Z")

    assert "kms:Decrypt" in answered(later, **{"aws:CurrentTime": moment}).denied
    assert "kms:Decrypt" in answered(before, **{"aws:CurrentTime": moment}).allowed


@pytest.mark.parametrize(
    "value",
    [10**5000, Decimal("1e999999999"), float("inf"), Decimal("NaN")],
    ids=["an integer", "an exponent", "infinity", "no number"],
)
def test_no_such_number_can_be_stated_of_a_request(value: Any) -> None:
    """The error is ours, and nothing is written out (S-177)."""
    with pytest.raises(ContextError) as caught:
        RequestContext({"aws:MultiFactorAuthAge": value})
    assert caught.value.code == "invalid-context-value"


def test_members_repeated_by_the_thousand_are_all_told() -> None:
    """Each repetition is a problem of its own (S-008); nothing that is repeated is trusted."""
    repeated = '"Statement": {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}'
    text = "{" + ",".join([repeated] * 5000) + "}"

    assert codes(text).count("duplicate-element") == 4999
    assert not answered(text).allowed
    keys = ",".join(['"kms:ViaService": "a"'] * 5000)
    text = json.dumps(under("StringEquals", "x", "y")).replace('"x": "y"', keys)
    assert codes(text).count("duplicate-element") == 4999
    assert not answered(text).allowed


WILDCARDS = {
    "stars": "*" * 2**20,
    "question marks": "?" * 2**20,
    "both": "*?" * 2**19,
    "stars and letters": "*a" * 2**19,
}


@pytest.mark.parametrize("wildcards", WILDCARDS.values(), ids=WILDCARDS.keys())
def test_a_megabyte_of_wildcards_is_answered(wildcards: str) -> None:
    """In an action, a principal, a resource and a value; who must refuse it, as KMS would, does (S-030)."""
    documents = (
        policy(statement(Action=f"kms:{wildcards}")),
        policy(statement(Principal={"AWS": wildcards})),
        policy(statement(Resource=f"arn:aws:kms:*:*:key/{wildcards}")),
        under("StringLike", "aws:SourceIdentity", wildcards),
        under("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{wildcards}"),
    )
    stated = RequestContext({"aws:SourceIdentity": "a" * 1000})
    for document in documents:
        assert "policy-too-large" in codes(document)
        answers = access(loads(document, lenient=True), ROLE, key=KEY_ARN, context=stated)
        assert len(answers.allowed | answers.denied | answers.conditional) > 0


LONG = "ab" * 50_000
MOST_PATTERNS: dict[str, list[str]] = {
    "many": [f"*b{number}*a" for number in range(1500)],
    "many with a question mark": [f"*b?{number}*a" for number in range(1500)],
    "one of many stars": ["*a" * 15_000 + "c"],
    "one long run": ["*" + "ab" * 7_500 + "c" + "ab" * 7_500 + "*"],
    "one long run of question marks": ["*" + "?b" * 15_000 + "c*"],
}


@pytest.mark.parametrize("patterns", MOST_PATTERNS.values(), ids=MOST_PATTERNS.keys())
def test_a_value_of_100_kilobytes_is_compared_with_as_many_patterns_as_fit(patterns: list[str]) -> None:
    """None of them matches; the worst took a quarter of a minute before long runs were looked for at once."""
    document = under("StringLike", "aws:SourceIdentity", patterns)

    assert (
        "kms:Decrypt"
        in access(loads(document), ROLE, key=KEY_ARN, context=RequestContext({"aws:SourceIdentity": LONG})).denied
    )


def test_a_question_of_the_batch_may_have_all_of_it() -> None:
    """One line is an answer or an error with a code, in each case."""
    for members in (
        {"principal": "1" * 10**6},
        {"key_arn": KEY_ARN + "a" * 10**6},
        {"actions": ["kms:" + "*" * 10**6]},
        {"actions": ["kms:Decrypt"] * 10_000},
        {"context": {"aws:SourceIdentity": LONG}, "key_policy": under("StringLike", "aws:SourceIdentity", "*a" * 9000)},
        {"context": {f"aws:PrincipalTag/{number}": "a" for number in range(10_000)}},
        {"absent": [f"aws:PrincipalTag/{number}" for number in range(10_000)]},
        {"lenient": True, "key_policy": {"Statement": [{}] * 3000}},
    ):
        text = answer_line(json.dumps(question(**members)))
        assert "outcome" in text or text["error"]["code"]


def test_errors_of_this_library_are_all_that_a_question_raises() -> None:
    """For texts of a megabyte in place of each argument."""
    read = loads(policy(statement()))
    for text in ("a" * 10**6, "arn:" * 250_000, "1" * 10**6, "*" * 10**6, "\ud800" * 1000, "\0" * 1000, ""):
        for principal, action, key in (
            (text, "kms:Decrypt", KEY_ARN),
            (ACCOUNT, text, KEY_ARN),
            (ACCOUNT, "kms:Decrypt", text),
        ):
            with pytest.raises(KeyPolicyError):
                evaluate(read, principal, action, key=key)
