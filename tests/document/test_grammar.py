"""The grammar finds a problem exactly where the models refuse, and says where and what."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from keypolicy.document.grammar import problems_of
from keypolicy.document.load import loads
from keypolicy.document.model import KeyPolicy
from keypolicy.document.source import Source
from keypolicy.document.submission import has_refused_element
from keypolicy.errors import DocumentError
from tests.document.documents import documents, text_of


def model_accepts(value: Any) -> bool:
    try:
        policy = KeyPolicy.model_validate(value, by_alias=True, by_name=False)
    except ValidationError:
        return False
    return not has_refused_element(policy)


@settings(max_examples=500)
@given(documents)
def test_a_problem_is_found_exactly_where_the_models_refuse(value: Any) -> None:
    """Grammar and models are two forms of the same rules."""
    assert (problems_of(value, None) == ()) == model_accepts(value)


@given(documents)
def test_text_and_value_have_the_same_problems(value: Any) -> None:
    """Reading from text adds a place to each problem and changes nothing else."""
    text = text_of(value)
    located = problems_of(json.loads(text), Source(text))

    assert sorted((p.code, p.pointer) for p in located) == sorted((p.code, p.pointer) for p in problems_of(value, None))
    assert all(problem.line is not None and problem.column is not None for problem in located)


STATEMENT = '{"Effect":"Allow","Principal": "*"%s}'


def in_statement(more: str) -> str:
    return '{"Statement":\n' + STATEMENT % (", " + more) + "}"


# One statement is on line 2; what is added to it starts in column 37.
BROKEN = {
    "a list instead of an object": ("[]", [("not-an-object", "", 1, 1)]),
    "an intrinsic in place of the document": ('{"Fn::If": []}', [("unresolved-intrinsic", "", 1, 1)]),
    "no statement": ("{}", [("missing-element", "", 1, 1)]),
    "an empty statement list": ('{"Statement": []}', [("empty-statement-list", "/Statement", 1, 15)]),
    "a statement that is a string": ('{"Statement": "a"}', [("invalid-value", "/Statement", 1, 15)]),
    "a statement that is null": ('{"Statement": [null]}', [("invalid-value", "/Statement/0", 1, 16)]),
    "an intrinsic in place of a statement": (
        '{"Statement": [{"Fn::If": ["a"]}]}',
        [("unresolved-intrinsic", "/Statement/0", 1, 16)],
    ),
    "two mistakes in the order of the text": (
        '{"Version": "2012",\n "Statement": {"Principal": "*"}}',
        [("invalid-version", "/Version", 1, 13), ("missing-element", "/Statement", 2, 15)],
    ),
    "a version that is a number": (
        '{"Version": 2012, "Statement": {"Effect": "Deny", "Principal": "*"}}',
        [("invalid-value", "/Version", 1, 13)],
    ),
    "an id that is a number": (
        '{"Id": 1, "Statement": {"Effect": "Deny", "Principal": "*"}}',
        [("invalid-value", "/Id", 1, 8)],
    ),
    "an element in the wrong letter case, not also missing": (
        '{"statement": []}',
        [("element-case", "/statement", 1, 2)],
    ),
    "an unknown top-level element": (
        '{"Statements": [],\n"Statement": {"Effect": "Deny", "Principal": "*"}}',
        [("unknown-element", "/Statements", 1, 2)],
    ),
    "a lone principal in the wrong letter case": (
        '{"Statement": {"Effect": "Deny", "notprincipal": "*"}}',
        [("element-case", "/Statement/notprincipal", 1, 34)],
    ),
    "an unknown element in a statement": (
        in_statement('"Resources": "*"'),
        [("unknown-element", "/Statement/Resources", 2, 37)],
    ),
    "an element written twice": (
        in_statement('"Effect": "Allow"'),
        [("duplicate-element", "/Statement/Effect", 2, 37)],
    ),
    "a top-level element written twice": (
        '{"Statement": {"Effect": "Deny", "Principal": "*"},\n"Statement": {"Effect": "Deny", "Principal": "*"}}',
        [("duplicate-element", "/Statement", 2, 1)],
    ),
    "a member whose name needs escapes, written twice": (
        in_statement('"Condition": {"Bool": {"a/b~": 1, "a\\u002fb~": 2}}'),
        [("duplicate-element", "/Statement/Condition/Bool/a~1b~0", 2, 71)],
    ),
    "both of a pair": (
        in_statement('"NotPrincipal": "*"'),
        [("both-of-a-pair", "/Statement/NotPrincipal", 2, 37)],
    ),
    "an effect in the wrong letter case": (
        '{"Statement": {"Effect": "allow", "Principal": "*"}}',
        [("invalid-effect", "/Statement/Effect", 1, 26)],
    ),
    "an effect that is true": (
        '{"Statement": {"Effect": true, "Principal": "*"}}',
        [("invalid-value", "/Statement/Effect", 1, 26)],
    ),
    "a Sid that is null": (in_statement('"Sid": null'), [("invalid-value", "/Statement/Sid", 2, 44)]),
    "an action that is a number": (in_statement('"Action": 1'), [("invalid-value", "/Statement/Action", 2, 47)]),
    "an action nested in a list": (
        in_statement('"Action": ["a", ["b"]]'),
        [("invalid-value", "/Statement/Action/1", 2, 53)],
    ),
    "an intrinsic in place of a resource": (
        in_statement('"Resource": {"Fn::GetAtt": ["Key", "Arn"]}'),
        [("unresolved-intrinsic", "/Statement/Resource", 2, 49)],
    ),
    "an object in place of a resource": (
        in_statement('"Resource": {"Arn": "a"}'),
        [("invalid-value", "/Statement/Resource", 2, 49)],
    ),
    "half a surrogate pair": (in_statement('"Sid": "\\ud800"'), [("lone-surrogate", "/Statement/Sid", 2, 44)]),
    "a condition that is a string": (
        in_statement('"Condition": "a"'),
        [("invalid-value", "/Statement/Condition", 2, 50)],
    ),
    "an intrinsic in place of a condition": (
        in_statement('"Condition": {"Ref": "a"}'),
        [("unresolved-intrinsic", "/Statement/Condition", 2, 50)],
    ),
    "an operator without a map": (
        in_statement('"Condition": {"Bool": true}'),
        [("invalid-value", "/Statement/Condition/Bool", 2, 59)],
    ),
    "an intrinsic in place of condition keys": (
        in_statement('"Condition": {"Bool": {"Fn::If": [{}]}}'),
        [("unresolved-intrinsic", "/Statement/Condition/Bool", 2, 59)],
    ),
    "an unknown operator": (
        in_statement('"Condition": {"StringEqual": {}}'),
        [("unknown-operator", "/Statement/Condition/StringEqual", 2, 51)],
    ),
    "Null with IfExists": (
        in_statement('"Condition": {"ForAnyValue:NullIfExists": {}}'),
        [("null-if-exists", "/Statement/Condition/ForAnyValue:NullIfExists", 2, 51)],
    ),
    "a condition key in two letter cases": (
        in_statement('"Condition": {"Bool": {"a:B": 1, "A:b": 1}}'),
        [("duplicate-condition-key", "/Statement/Condition/Bool/A:b", 2, 70)],
    ),
    "a condition key with half a surrogate pair": (
        in_statement('"Condition": {"Bool": {"\\ud800": "a"}}'),
        [("lone-surrogate", "/Statement/Condition/Bool/\ud800", 2, 60)],
    ),
    "a condition value that is null": (
        in_statement('"Condition": {"Bool": {"k": [true, null]}}'),
        [("invalid-value", "/Statement/Condition/Bool/k/1", 2, 72)],
    ),
    "a condition value that is an object": (
        in_statement('"Condition": {"Bool": {"k": {"a": 1}}}'),
        [("invalid-value", "/Statement/Condition/Bool/k", 2, 65)],
    ),
    "NaN": (
        in_statement('"Condition": {"Bool": {"k": NaN}}'),
        [("not-a-number", "/Statement/Condition/Bool/k", 2, 65)],
    ),
    "minus infinity in place of a list": (
        in_statement('"Action": [-Infinity]'),
        [("not-a-number", "/Statement/Action/0", 2, 48)],
    ),
    "NaN in place of the document": ("NaN", [("not-a-number", "", 1, 1)]),
    "NaN in place of a principal": (
        '{"Statement": {"Effect": "Deny", "Principal": NaN}}',
        [("not-a-number", "/Statement/Principal", 1, 47)],
    ),
    "an integer of too many digits": (
        in_statement(f'"Condition": {{"Bool": {{"k": {"1" * 4301}}}}}'),
        [("number-too-long", "/Statement/Condition/Bool/k", 2, 65)],
    ),
    "a fraction of too many digits": (
        in_statement(f'"Condition": {{"Bool": {{"k": 1.{"1" * 4300}}}}}'),
        [("number-too-long", "/Statement/Condition/Bool/k", 2, 65)],
    ),
    "an exponent beyond all bounds": (
        in_statement('"Condition": {"Bool": {"k": 1e99999999999999999999}}'),
        [("number-too-long", "/Statement/Condition/Bool/k", 2, 65)],
    ),
}
PRINCIPALS = {
    "a bare account id": ('"111111111111"', [("invalid-principal", "", 1, 47)]),
    "a list": ('["*"]', [("invalid-principal", "", 1, 47)]),
    "null": ("null", [("invalid-principal", "", 1, 47)]),
    "a numeric account id": ("111111111111", [("invalid-principal", "", 1, 47)]),
    "an intrinsic": ('{"Ref": "Role"}', [("unresolved-intrinsic", "", 1, 47)]),
    "a numeric account id in a map": ('{"AWS": 111111111111}', [("invalid-principal", "/AWS", 1, 55)]),
    "a numeric account id in a list": ('{"AWS": ["*", 1]}', [("invalid-principal", "/AWS/1", 1, 61)]),
    "a number that is no account": ('{"Service": 1}', [("invalid-value", "/Service", 1, 59)]),
    "a type in the wrong letter case": ('{"aws": "*"}', [("unknown-principal-type", "/aws", 1, 48)]),
    "an intrinsic in a map": ('{"AWS": {"Fn::Sub": "a"}}', [("unresolved-intrinsic", "/AWS", 1, 55)]),
    "a wildcard in part of a name": (
        '{"AWS": ["111111111111", "arn:aws:iam::111111111111:role/?"]}',
        [("wildcard-in-principal", "/AWS/1", 1, 72)],
    ),
}
for _name, _condition, _keys in (
    (
        "on the encryption context",
        '{"ForAllValues:StringEquals": {"kms:EncryptionContext:a": "x", "kms:EncryptionContextKeys": "a"}}',
        [("/ForAllValues:StringEquals/kms:EncryptionContext:a", 1, 96)],
    ),
    (
        "on request tags, in any letter case",
        '{"forallvalues:StringLikeIfExists": {"AWS:RequestTag/a": ["x"], "aws:requesttag/b": []}}',
        [
            ("/forallvalues:StringLikeIfExists/AWS:RequestTag~1a", 1, 102),
            ("/forallvalues:StringLikeIfExists/aws:requesttag~1b", 1, 129),
        ],
    ),
):
    BROKEN[f"ForAllValues {_name}"] = (
        f'{{"Statement": {{"Effect": "Deny", "Principal": "*", "Condition": {_condition}}}}}',
        [
            ("overly-permissive-condition", f"/Statement/Condition{pointer}", line, column)
            for pointer, line, column in _keys
        ],
    )
for _name, (_principal, _problems) in PRINCIPALS.items():
    BROKEN[f"principal: {_name}"] = (
        f'{{"Statement": {{"Effect": "Deny", "Principal": {_principal}}}}}',
        [(code, f"/Statement/Principal{pointer}", line, column) for code, pointer, line, column in _problems],
    )


@pytest.mark.parametrize(("text", "problems"), BROKEN.values(), ids=BROKEN.keys())
def test_every_mistake_has_a_code_and_a_place(text: str, problems: list[tuple[str, str, int, int]]) -> None:
    """The error holds exactly these problems, each at its line and column."""
    with pytest.raises(DocumentError) as caught:
        loads(text)
    assert [(p.code, p.pointer, p.line, p.column) for p in caught.value.problems] == problems


MESSAGES = {
    "the right spelling of an element": ('{"statement": []}', "Statement, not statement"),
    "the nearest element": (in_statement('"Acton": "a"'), "Action"),
    "the nearest operators": (in_statement('"Condition": {"StringEqual": {}}'), "StringEquals"),
    "the nearest principal type": ('{"Statement": {"Effect": "Deny", "Principal": {"aws": "1"}}}', "near names: AWS"),
    "how to write a lone ARN": ('{"Statement": {"Effect": "Deny", "Principal": "arn:x"}}', '{"AWS": "arn:x"}'),
    "what becomes of a numeric account id": ('{"Statement": {"Effect": "Deny", "Principal": 1}}', "leading zeros"),
    "that an intrinsic is to be resolved": ('{"Statement": {"Ref": "a"}}', "CloudFormation intrinsic"),
    "the start of a long text": (f'{{"Version": "{"a" * 100}", "Statement": []}}', f'"{"a" * 80}..."'),
    "no near name for nonsense": (in_statement('"Zzzzzzzz": 1'), '"Zzzzzzzz" is not an element [unknown-element]'),
    "no near name for a very long one": (in_statement(f'"Action{"n" * 64}": 1'), "is not an element [unknown-element]"),
}


@pytest.mark.parametrize(("text", "words"), MESSAGES.values(), ids=MESSAGES.keys())
def test_a_message_says(text: str, words: str) -> None:
    """The message tells what the parameter's id names."""
    with pytest.raises(DocumentError) as caught:
        loads(text)
    assert words in str(caught.value)


def test_near_names_are_looked_up_only_for_the_first_mistakes() -> None:
    """A hostile document of misspelt operators costs no time out of proportion."""
    operators = ", ".join(f'"StringEquals{number}": {{}}' for number in range(200))
    with pytest.raises(DocumentError) as caught:
        loads(in_statement(f'"Condition": {{{operators}}}'))

    messages = [problem.message for problem in caught.value.problems]
    assert len(messages) == 200
    assert sum("near names" in message for message in messages) == 20


@given(st.sampled_from(["stringequals", "FORANYVALUE:stringlike", "ArnLikeifexists"]))
def test_the_letter_case_of_an_operator_is_no_mistake(operator: str) -> None:
    """What KMS does with such an operator is unknown, so it is kept as written (S-144)."""
    policy = loads(in_statement(f'"Condition": {{"{operator}": {{"k": "v"}}}}'))
    (statement,) = policy.statements
    assert statement.condition == {operator: {"k": "v"}}


def test_an_operator_with_a_kelvin_sign_is_unknown() -> None:
    """Letter case is that of ASCII: no other character stands for the letter k."""
    with pytest.raises(DocumentError, match="unknown-operator"):
        loads(in_statement('"Condition": {"StringLi\\u212ae": {"k": "v"}}'))


def test_a_condition_key_may_be_called_ref() -> None:
    """An intrinsic function is suspected only where the map is not one of condition keys."""
    policy = loads(in_statement('"Condition": {"StringEquals": {"Ref": "v"}}'))
    assert policy.statements[0].condition == {"StringEquals": {"Ref": "v"}}
