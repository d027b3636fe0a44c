"""A question read in one pass is the question that the slower way reads; a line in any doubt is left to that."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keypolicy.batch import answer, answer_line
from keypolicy.document.model import KeyPolicy
from keypolicy.document.parsing import parse
from keypolicy.question_at_once import question_at_once
from tests.document.documents import nearly_valid_documents, text_of

KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
STATEMENT = {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "kms:*", "Resource": "*"}
POLICY = {"Version": "2012-10-17", "Statement": [STATEMENT]}
MEMBERS = {"key_arn": KEY_ARN, "key_policy": POLICY, "principal": "444455556666", "actions": ["kms:Decrypt"]}


def line_of(**members: Any) -> str:
    return json.dumps({"id": "a", **MEMBERS, **members})


USUAL = {
    "an object": line_of(),
    "a text": line_of(key_policy=json.dumps(POLICY)),
    "a text with quotation marks in it": line_of(key_policy=json.dumps({"Id": 'a "b"', **POLICY})),
    "a text that is no policy": line_of(key_policy="{"),
    "a number for an id": line_of(id=17),
    "no id": json.dumps(MEMBERS),
    "nothing": "{}",
    "letters beyond ASCII": line_of(id="é–😀"),
    "every member": line_of(
        context={
            "kms:ViaService": "s3.eu-west-1.amazonaws.com",
            "aws:TagKeys": ["a", True],
            "aws:SecureTransport": True,
        },
        absent=["aws:SourceVpce", "aws:SourceVpc"],
        closed=True,
        reading="likely",
        lenient=True,
        question="key-policy",
    ),
    "white space": f"\t{line_of()} \r\n",
}


@pytest.mark.parametrize("line", USUAL.values(), ids=USUAL.keys())
def test_a_usual_line_is_read_at_once(line: str) -> None:
    """As text and as bytes; the policy, if an object, is a KeyPolicy that says the same."""
    question = question_at_once(line)

    assert question is not None
    assert question == question_at_once(line.encode())
    policy = question.get("key_policy")
    value = policy.to_json_value() if isinstance(policy, KeyPolicy) else policy
    assert {**question, "key_policy": value} == {"key_policy": None, **json.loads(line)}


def twice(member: str) -> str:
    return line_of().replace('"actions"', f'{member}, "actions"')


DOUBTFUL = {
    "no JSON": "nothing",
    "not UTF-8": b'{"id": "\xff"}',
    "half a surrogate pair": '{"id": "\ud800"}',
    "half a surrogate pair, as an escape": '{"id": "\\ud800"}',
    "no object": "[]",
    "an id that loses digits": line_of().replace('"a"', "1.50"),
    "an id that loses its sign": line_of().replace('"a"', "-0"),
    "a huge id": line_of(id=10**30),
    "an object for an id": line_of(id={}),
    "null": line_of(profile=None),
    "a member that is none": line_of(policy=POLICY),
    "a wrong type": line_of(lenient="true"),
    "no actions": line_of(actions=[]),
    "a wrong reading": line_of(reading="likeliest"),
    "the other question": line_of(question="effective"),
    "a number in the context": line_of(context={"aws:MultiFactorAuthAge": 1}),
    "a key ARN twice": twice(f'"key_arn": "{KEY_ARN}"'),
    "an id twice, spelt with an escape": twice('"i\\u0064": "a"'),
    "an id twice, first another type": line_of().replace('"id"', '"id": {}, "id"'),
    "a context key twice": line_of(context={}).replace('"context": {}', '"context": {"a": "b", "a": "b"}'),
    "an element twice": line_of().replace('"Effect"', '"Effect": "Allow", "Effect"'),
    "a policy twice, first a text of quotation marks": line_of(key_policy=json.dumps(POLICY)).replace(
        '"key_arn"', '"key_policy": "\\u0022\\u0022", "key_arn"'
    ),
    "a member twice before a text with other escapes": (
        '{"id": "b", "id": "b", "key_policy": "{\\u0022Id\\u0022: \\u0022\\u0022}"}'
    ),
    "an answer of an SDK": line_of(key_policy={"Policy": json.dumps(POLICY)}),
    "a policy in which something is wrong": line_of(key_policy={"Statement": {**STATEMENT, "Effect": "allow"}}),
    "a wildcard in a principal": line_of(key_policy={"Statement": {**STATEMENT, "Principal": {"AWS": "4444*"}}}),
    "a condition that is too permissive": line_of(
        key_policy={"Statement": {**STATEMENT, "Condition": {"ForAllValues:StringLike": {"aws:RequestTag/a": "b"}}}}
    ),
    "a key that fits a pattern": line_of(context={"kms:ViaService": {"like": "*.eu-west-1.amazonaws.com"}}),
    "a key with one of several values": line_of(context={"aws:SourceVpce": {"any_of": ["vpce-1", None]}}),
    "a key with more values": line_of(context={"aws:CalledVia": {"at_least": ["athena.amazonaws.com"]}}),
    "a key that is there": line_of(context={"aws:SourceVpce": {"present": True}}),
    "a number in a policy": line_of(
        key_policy={"Statement": {**STATEMENT, "Condition": {"NumericEquals": {"aws:MultiFactorAuthAge": 1}}}}
    ),
    "a policy that may be too large": line_of(key_policy={"Id": "a" * 40_000, **POLICY}),
    "much white space": line_of() + " " * 200_000,
    "much nesting": "[" * 100_000,
}


@pytest.mark.parametrize("line", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_a_line_in_doubt_is_not_read_at_once(line: bytes | str) -> None:
    """What may be wrong with it, and where, is for the slower way to say."""
    assert question_at_once(line) is None


@given(nearly_valid_documents(), st.booleans(), st.sampled_from([{}, {"lenient": True}, {"principal": "x"}, {"a": 1}]))
def test_both_ways_give_the_same_answer(document: Any, as_text: bool, members: dict[str, Any]) -> None:
    """Whether or not the line could be read at once."""
    line = text_of({"id": "a", **MEMBERS, "key_policy": text_of(document) if as_text else document, **members})
    slowly = answer(parse(line)) if "\\ud800" not in line else None

    assert slowly is None or answer_line(line) == slowly
