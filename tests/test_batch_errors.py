"""The contract of `keypolicy batch`: what a wrong member or an unreadable line is told, and that the rest goes on."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from keypolicy.batch import MAXIMUM_LINE_BYTES, answer, answer_line, read_lines
from tests.batch_questions import (
    ACCOUNT,
    EXAMPLES,
    error_of,
    question,
    run_all,
)


def test_an_error_has_the_members_of_the_contract_in_their_order() -> None:
    """Members that do not apply are null."""
    assert run_all('{"id":[1]}') == [
        (
            '{"id":[1],"error":{"code":"missing-member","message":"a question has the member key_arn",'
            '"line":null,"column":null,"pointer":"/key_arn"}}\n'
        )
    ]


@pytest.mark.parametrize(
    ("members", "code", "pointer"),
    [
        ({"question": "effective"}, "question-not-available", "/question"),
        ({"question": "other"}, "invalid-value", "/question"),
        ({"reading": "boldest"}, "invalid-value", "/reading"),
        ({"reading": 1}, "wrong-type", "/reading"),
        ({"polciy": {}}, "unknown-member", "/polciy"),
        ({"polciy": None}, "unknown-member", "/polciy"),
        ({"a/b~c": 1}, "unknown-member", "/a~1b~0c"),
        ({"key_arn": 1}, "wrong-type", "/key_arn"),
        ({"key_arn": None}, "missing-member", "/key_arn"),
        ({"key_arn": "arn:aws:kms:eu-west-1:111122223333:alias/a"}, "alias-arn", "/key_arn"),
        ({"key_arn": "1234abcd-12ab-34cd-56ef-1234567890ab"}, "bare-key-id", "/key_arn"),
        ({"key_arn": "x" * 3000}, "not-a-key-arn", "/key_arn"),
        ({"key_policy": []}, "wrong-type", "/key_policy"),
        ({"key_policy": None}, "missing-member", "/key_policy"),
        ({"principal": ["*"]}, "wrong-type", "/principal"),
        ({"principal": "everyone"}, "invalid-principal", "/principal"),
        ({"principal": "44445555666"}, "invalid-account-id", "/principal"),
        ({"principal": f"arn:aws-cn:iam::{ACCOUNT}:root"}, "other-partition", "/principal"),
        ({"actions": None}, "actions-or-profile", "/actions"),
        ({"actions": ["kms:Decrypt"], "profile": "union"}, "actions-or-profile", "/profile"),
        ({"actions": "kms:Decrypt"}, "wrong-type", "/actions"),
        ({"actions": ["kms:Decrypt", None]}, "wrong-type", "/actions/1"),
        ({"actions": []}, "empty-list", "/actions"),
        ({"actions": ["kms:ReEncrypt"]}, "unknown-action", "/actions/0"),
        ({"actions": ["kms:ReEncrypt*"]}, "unknown-action", "/actions/0"),
        ({"profile": "unoin"}, "unknown-profile", "/profile"),
        ({"profile": 1}, "wrong-type", "/profile"),
        ({"context": []}, "wrong-type", "/context"),
        ({"context": {"kms:ViaService": None}}, "wrong-type", "/context/kms:ViaService"),
        ({"context": {"aws:PrincipalTag/a": {}}}, "invalid-value", "/context/aws:PrincipalTag~1a"),
        ({"context": {"aws:CalledVia": ["a", []]}}, "wrong-type", "/context/aws:CalledVia/1"),
        (
            {"context": {"aws:MultiFactorAuthAge": Decimal("1e999999999")}},
            "number-too-large",
            "/context/aws:MultiFactorAuthAge",
        ),
        ({"context": {"aws:MultiFactorAuthAge": -(10**5000)}}, "number-too-large", "/context/aws:MultiFactorAuthAge"),
        ({"context": {"aws:MultiFactorAuthAge": float("nan")}}, "invalid-context-value", "/context"),
        ({"context": {"": "x"}}, "invalid-context-key", "/context"),
        ({"context": {"aws:a": "x", "AWS:A": "y"}}, "key-stated-twice", "/context"),
        ({"context": {"aws:PrincipalAccount": "777788889999"}}, "contradictory-context", "/context"),
        ({"absent": "aws:SourceVpce"}, "wrong-type", "/absent"),
        ({"absent": [1]}, "wrong-type", "/absent/0"),
        ({"closed": 1}, "wrong-type", "/closed"),
        ({"lenient": "yes"}, "wrong-type", "/lenient"),
        ({"identity_policies": {}}, "wrong-type", "/identity_policies"),
        ({"permissions_boundary": 1}, "wrong-type", "/permissions_boundary"),
        ({"service_control_policies": [{}]}, "wrong-type", "/service_control_policies/0"),
        ({"resource_control_policies": [[1]]}, "wrong-type", "/resource_control_policies/0/0"),
        ({"grants": ["a"]}, "wrong-type", "/grants/0"),
    ],
)
def test_a_wrong_member_has_an_error_that_points_to_it(members: dict[str, Any], code: str, pointer: str) -> None:
    """The code says what is wrong; there is no line and no column."""
    assert error_of(question(**members)) == (code, None, None, pointer)


def test_an_unknown_member_near_a_known_one_is_told() -> None:
    """A misspelt member is most often a known one."""
    assert "near it: key_policy" in answer(question(key_polciy={}))["error"]["message"]


def test_an_unknown_action_is_explained() -> None:
    """As on the command line."""
    message = answer(question(actions=["kms:ListGrant"]))["error"]["message"]

    assert message == "KMS has no action kms:ListGrant; the action is kms:ListGrants"


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ('{\n "Statement": {"Effect": "allow", "Principal": "*"}}', ("invalid-effect", 2, 26, "/Statement/Effect")),
        ({"Statement": {"Effect": "allow", "Principal": "*"}}, ("invalid-effect", None, None, "/Statement/Effect")),
        ('{"Statement": }', ("not-json", 1, 15, "")),
        ("", ("not-json", 1, 1, "")),
    ],
)
def test_a_refused_key_policy_has_the_place_in_the_policy(document: object, error: object) -> None:
    """The pointer is into the policy; line and column are those of its text, where it is given as text."""
    assert error_of(question(key_policy=document)) == error


def test_of_several_problems_of_a_policy_the_first_is_told_and_the_others_are_counted() -> None:
    """An error line has room for one."""
    document = '{"Statement": {"Effect": "allow", "Principal": "*", "Acton": "*"}}'

    error = answer(question(key_policy=document))["error"]

    assert error["code"] == "invalid-effect"
    assert error["message"].endswith("(and 1 more)")


def test_of_a_single_problem_nothing_is_counted() -> None:
    """The message is that of the problem."""
    assert "more)" not in answer(question(key_policy="[]"))["error"]["message"]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("nothing", ("not-json", 1, 1, "")),
        (b'{"id": 1, "key_arn": "\xff"}', ("not-utf8", 1, 23, "")),
        ('{"é": "\\ud800"'.encode(), ("not-json", 1, 15, "")),
        ("[]", ("not-an-object", 1, 1, "")),
        ("null", ("not-an-object", 1, 1, "")),
        ("NaN", ("not-a-number", 1, 1, "")),
        ("[" * 100_000, ("nested-too-deep", 1, 65, "")),
        (f'{{"id": {"[" * 64}{"]" * 64}}}', ("nested-too-deep", 1, 71, "")),
        ('{"id": 1, "key_arn": "a", "key_arn": "a"}', ("duplicate-member", 1, 27, "/key_arn")),
        (f'{{"context": {{"a": {"9" * 5000}}}}}', ("number-too-long", 1, 19, "/context/a")),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_line_that_cannot_be_read_has_the_place_in_the_line(line: bytes | str, error: object) -> None:
    """Hostile lines too are answered, at once."""
    assert error_of(line) == error


def test_the_line_of_an_unreadable_line_is_its_number() -> None:
    """Counted from 1, blank lines included; the numbers of other errors are not touched."""
    unreadable, incomplete = map(json.loads, run_all(b"\n", b"{\n", b"{}\n"))

    assert unreadable["error"]["line"] == 2
    assert incomplete["error"]["line"] is None


@pytest.mark.parametrize(
    ("line", "identifier"),
    [
        ("{", None),
        ("[1]", None),
        ('{"id": "a", "id": "b"}', None),
        ('{"id": {"a": NaN}}', None),
        ('{"id": "a", "actions": [NaN]}', "a"),
        ('{"id": {"b": [null]}, "context": {"a": 1, "a": 2}}', {"b": [None]}),
        ('{"key_arn": "a", "key_arn": "b"}', None),
    ],
)
def test_the_id_of_a_bad_line_is_echoed_where_it_is_clear(line: str, identifier: object) -> None:
    """It is null where the line does not tell it, or not in one way."""
    assert answer_line(line)["id"] == identifier


@pytest.mark.parametrize("extra", [1, MAXIMUM_LINE_BYTES + 10])
def test_a_line_that_is_too_long_is_refused_and_the_rest_goes_on(extra: int) -> None:
    """Only its beginning is held in memory."""
    stream = io.BytesIO(b"x" * (MAXIMUM_LINE_BYTES + extra) + b'\n{"id":2}\n')

    lines = list(read_lines(stream))

    assert [len(line) for line in lines] == [MAXIMUM_LINE_BYTES + 1, len(b'{"id":2}\n')]
    assert error_of(lines[0]) == ("line-too-long", 1, MAXIMUM_LINE_BYTES + 1, "")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: line[: len(line) // 2],
        lambda line: line.replace(b'"', b"'"),
        lambda line: line.replace(b"kms", b"\xff"),
        lambda line: line.replace(b"{", b"[", 3),
        lambda line: line.replace(b":", b': 1e999999999, "x":', 1),
    ],
    ids=["cut in half", "single quotes", "not UTF-8", "other brackets", "a huge number"],
)
def test_spoilt_lines_have_error_lines(spoil: Callable[[bytes], bytes]) -> None:
    """Nothing else is raised."""
    with (EXAMPLES / "questions.jsonl").open("rb") as stream:
        for line in stream:
            assert "error" in answer_line(spoil(line))
