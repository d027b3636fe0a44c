"""The contract of `keypolicy batch`: members, their order, defaults, outcomes and errors."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from keypolicy import check, loads, profiles
from keypolicy.batch import MAXIMUM_LINE_BYTES, answer, answer_line, read_lines, run

KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ACCOUNT = "444455556666"
EXAMPLES = Path(__file__).parent.parent / "examples"


def statement(action: str | list[str], effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Principal": {"AWS": ACCOUNT}, "Action": action, "Resource": "*", **more}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def through(service: str) -> dict[str, Any]:
    return {"StringEquals": {"kms:ViaService": service}}


DECRYPT = policy(statement("kms:Decrypt"))


def question(**members: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {"id": 7, "key_arn": KEY_ARN, "key_policy": DECRYPT, "principal": ACCOUNT}
    if "profile" not in members:
        asked["actions"] = ["kms:Decrypt"]
    return {**asked, **members}


def run_all(*lines: bytes | str) -> list[str]:
    written: list[str] = []
    run(lines, written.append)
    return written


def error_of(text: bytes | str | dict[str, Any]) -> tuple[str, int | None, int | None, str]:
    found = answer(text) if isinstance(text, dict) else answer_line(text)
    assert list(found) == ["id", "error"]
    assert list(found["error"]) == ["code", "message", "line", "column", "pointer"]
    error = found["error"]
    assert error["message"]
    return error["code"], error["line"], error["column"], error["pointer"]


def test_an_answer_has_the_members_of_the_contract_in_their_order() -> None:
    """As the design fixes them; statements count from 0."""
    asked = question(
        id="a", key_policy=policy(statement("kms:Encrypt"), statement("kms:Decrypt", Sid="B"), statement("kms:*"))
    )

    assert run_all(json.dumps(asked)) == [
        (
            '{"id":"a","question":"key-policy","outcome":"allowed","actions":{"kms:Decrypt":{"outcome":"allowed",'
            '"statements":[{"policy":"key-policy","index":1,"sid":"B"},{"policy":"key-policy","index":2,"sid":null}],'
            '"missing_context":[],"residual":null,"undocumented":[]}}}\n'
        )
    ]


def test_an_error_has_the_members_of_the_contract_in_their_order() -> None:
    """Members that do not apply are null."""
    assert run_all('{"id":[1]}') == [
        (
            '{"id":[1],"error":{"code":"missing-member","message":"a question has the member key_arn",'
            '"line":null,"column":null,"pointer":"/key_arn"}}\n'
        )
    ]


def test_a_conditional_action_tells_what_it_depends_on() -> None:
    """The missing key, the residual, and the statements that may decide."""
    asked = question(key_policy=policy(statement("kms:Decrypt", Condition=through("ec2.eu-west-1.amazonaws.com"))))

    assert answer(asked)["actions"]["kms:Decrypt"] == {
        "outcome": "conditional",
        "statements": [{"policy": "key-policy", "index": 0, "sid": None}],
        "missing_context": ["kms:ViaService"],
        "residual": 'StringEquals kms:ViaService "ec2.eu-west-1.amazonaws.com"',
        "undocumented": [],
    }


def test_a_denied_action_tells_the_statements_that_deny() -> None:
    """An implicit deny has none."""
    asked = question(
        key_policy=policy(statement("kms:*"), statement("kms:Decrypt", "Deny")), actions=["kms:Decrypt", "kms:ListKeys"]
    )

    found = answer(asked)["actions"]

    assert found["kms:Decrypt"]["outcome"] == "explicitDeny"
    assert [each["index"] for each in found["kms:Decrypt"]["statements"]] == [1]
    assert (found["kms:ListKeys"]["outcome"], found["kms:ListKeys"]["statements"]) == ("implicitDeny", [])
    assert {found[name]["residual"] for name in found} == {None}


EVERY_OUTCOME = policy(
    statement(["kms:Encrypt", "kms:Verify"]),
    statement("kms:Decrypt", Condition=through("ec2.eu-west-1.amazonaws.com")),
    statement("kms:Sign", "Deny"),
)


@pytest.mark.parametrize(
    ("actions", "outcome"),
    [
        (["kms:Encrypt", "kms:Verify"], "allowed"),
        (["kms:Encrypt", "kms:Decrypt"], "conditional"),
        (["kms:Encrypt", "kms:Decrypt", "kms:VerifyMac"], "implicitDeny"),
        (["kms:Decrypt", "kms:VerifyMac", "kms:Sign", "kms:Encrypt"], "explicitDeny"),
    ],
)
def test_the_outcome_of_all_actions_together(actions: list[str], outcome: str) -> None:
    """An explicit deny, else an implicit one, else what is conditional; allowed only where each action is (S-365)."""
    found = answer(question(key_policy=EVERY_OUTCOME, actions=actions))

    assert found["outcome"] == outcome
    assert list(found["actions"]) == actions


def test_actions_are_named_as_the_catalogue_names_them() -> None:
    """Letter case does not count, and each action is answered once."""
    found = answer(question(actions=["KMS:decrypt", "kms:Encrypt", "kms:Decrypt"]))

    assert list(found["actions"]) == ["kms:Decrypt", "kms:Encrypt"]


@pytest.mark.parametrize("name", sorted(profiles))
@pytest.mark.parametrize("reading", ["safest", "likely"])
@pytest.mark.parametrize("context", [{}, {"kms:GrantIsForAWSResource": False}], ids=["nothing stated", "stated"])
@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.json")), ids=lambda file: file.stem)
def test_a_profile_is_answered_as_check_answers(name: str, reading: Any, context: dict[str, Any], file: Path) -> None:
    """Action by action, in the contexts of the profile's requirements, which the line's context overrides."""
    from keypolicy import RequestContext

    text = file.read_text(encoding="utf-8")
    expected = check(loads(text), ACCOUNT, name, key=KEY_ARN, context=RequestContext(context), reading=reading)

    found = answer(question(key_policy=text, profile=name, reading=reading, context=context))

    assert {action: each["outcome"] for action, each in found["actions"].items()} == {
        each.action: each.outcome for each in expected.actions
    }


def test_a_context_has_strings_booleans_numbers_and_lists() -> None:
    """Each is compared as its canonical text; fractions keep their digits."""
    condition = {
        "StringEquals": {"kms:ViaService": "ec2.eu-west-1.amazonaws.com"},
        "Bool": {"kms:GrantIsForAWSResource": "true"},
        "NumericEquals": {"aws:MultiFactorAuthAge": "0.1", "kms:RotationPeriodInDays": 90},
        "ForAllValues:StringEquals": {"aws:CalledVia": ["a.amazonaws.com", "b.amazonaws.com"]},
    }
    context = (
        '{"kms:ViaService":"ec2.eu-west-1.amazonaws.com","kms:GrantIsForAWSResource":true,"aws:MultiFactorAuthAge":0.1,'
        '"kms:RotationPeriodInDays":90,"aws:CalledVia":["a.amazonaws.com","b.amazonaws.com"]}'
    )
    asked = question(key_policy=policy(statement("kms:*", Condition=condition)), actions=["kms:CreateGrant"])
    line = json.dumps({**asked, "context": "CONTEXT"}).replace('"CONTEXT"', context)

    (action,) = answer_line(line)["actions"].values()

    assert action["missing_context"] == []


@pytest.mark.parametrize(
    ("members", "outcome"),
    [
        ({}, "conditional"),
        ({"context": {"kms:ViaService": "rds.eu-west-1.amazonaws.com"}}, "implicitDeny"),
        ({"context": {"kms:viaservice": "ec2.eu-west-1.amazonaws.com"}}, "allowed"),
        ({"absent": ["kms:ViaService"]}, "implicitDeny"),
        ({"closed": True}, "implicitDeny"),
        ({"closed": False}, "conditional"),
        ({"context": None, "absent": None, "closed": None, "reading": None, "lenient": None}, "conditional"),
        ({"context": {}, "absent": []}, "conditional"),
    ],
)
def test_context_absent_and_closed_state_what_is_known(members: dict[str, Any], outcome: str) -> None:
    """A key that is not mentioned is unknown; null is the same as no member."""
    asked = question(key_policy=policy(statement("kms:Decrypt", Condition=through("ec2.eu-west-1.amazonaws.com"))))

    assert answer({**asked, **members})["outcome"] == outcome


def test_the_likely_reading_names_the_rules_it_leans_on() -> None:
    """An empty condition block is not documented: unknown by default (S-026)."""
    asked = question(key_policy=policy(statement("kms:Decrypt", Condition={})))

    safest, likely = answer(asked), answer({**asked, "reading": "likely"})

    assert (safest["outcome"], likely["outcome"]) == ("conditional", "allowed")
    assert safest["actions"]["kms:Decrypt"]["undocumented"] == ["S-026"]
    assert likely["actions"]["kms:Decrypt"]["undocumented"] == ["S-026"]
    assert likely["actions"]["kms:Decrypt"]["residual"] is None


def test_a_lenient_question_evaluates_a_document_that_kms_would_refuse() -> None:
    """The broken statement is unknown, the other one counts."""
    broken = policy(statement("kms:Encrypt", Remark="?"), statement("kms:Decrypt"))
    asked = question(key_policy=broken, actions=["kms:Encrypt", "kms:Decrypt"])

    assert error_of(asked)[0] == "unknown-element"
    found = answer({**asked, "lenient": True})["actions"]
    assert [each["outcome"] for each in found.values()] == ["conditional", "allowed"]


@pytest.mark.parametrize(
    "document",
    [DECRYPT, json.dumps(DECRYPT), json.dumps({"Policy": json.dumps(DECRYPT)})],
    ids=["an object", "a text", "the output of get-key-policy as text"],
)
def test_a_key_policy_is_an_object_or_text(document: object) -> None:
    """All forms mean the same."""
    assert answer(question(key_policy=document))["outcome"] == "allowed"


@pytest.mark.parametrize(
    "principal",
    [ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{ACCOUNT}:role/{'x' * 2048}"],
    ids=["an account id", "an account's ARN", "a role with a very long name"],
)
def test_a_principal_is_an_account_id_or_an_arn(principal: str) -> None:
    """The statement names the account, and so delegates to each principal in it."""
    assert answer(question(principal=principal))["outcome"] == "allowed"


def test_an_account_id_takes_the_partition_of_the_key() -> None:
    """Only an ARN can be in another partition."""
    asked = question(key_arn=KEY_ARN.replace("arn:aws:", "arn:aws-cn:").replace("eu-west-1", "cn-north-1"))

    assert answer(asked)["outcome"] == "allowed"


def test_documents_of_the_effective_question_are_not_used() -> None:
    """With the question `key-policy` only their types are looked at."""
    surrounding: dict[str, Any] = {
        "identity_policies": [{}, "{}"],
        "permissions_boundary": {},
        "session_policies": [],
        "service_control_policies": [[{}], []],
        "resource_control_policies": [],
        "vpc_endpoint_policy": "{}",
        "grants": [{}],
    }

    assert answer(question(question="key-policy", **surrounding)) == answer(question())


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


@pytest.mark.parametrize("text", ["1", "1.50", "1E+400", "-0", '"\\ud800"', "[{},null,true]", '{"b":1,"a":[0.1]}'])
def test_any_id_is_echoed_as_it_was(text: str) -> None:
    """Digit by digit, lone surrogates too; in answers and in errors."""
    members = json.dumps(question())[len('{"id": 7') :]
    answered, refused = run_all(f'{{"id": {text}{members}', f'{{"id":{text}}}')

    assert answered.startswith(f'{{"id":{text},"question":"key-policy","outcome":"allowed"')
    assert refused.startswith(f'{{"id":{text},"error":')


def test_an_answer_is_ascii() -> None:
    """Whatever the policy holds, in one line."""
    (line,) = run_all(json.dumps(question(key_policy=policy(statement("kms:*", Sid="é\n\x85")))))

    assert line.isascii()
    assert line.count("\n") == 1


def test_lines_of_white_space_are_skipped_and_order_is_kept() -> None:
    """The last line needs no line break."""
    written = run_all(b'{"id":1}\r\n', b" \t\r\n", b"", b"\n", "{", '{"id":3}')

    assert [json.loads(line)["id"] for line in written] == [1, None, 3]


def test_actions_that_are_decided_alike_are_written_alike() -> None:
    """What a line shares is encoded once, and reads as if it were not."""
    asked = question(key_policy=EVERY_OUTCOME, actions=["kms:Encrypt", "kms:Decrypt", "kms:Verify", "kms:Sign"])

    (line,) = run_all(json.dumps(asked))

    assert json.loads(line) == answer(asked)


def test_lines_are_read_as_a_stream_gives_them() -> None:
    """Ends of lines stay."""
    assert list(read_lines(io.BytesIO(b"a\r\n\nb"))) == [b"a\r\n", b"\n", b"b"]


@pytest.mark.parametrize("extra", [1, MAXIMUM_LINE_BYTES + 10])
def test_a_line_that_is_too_long_is_refused_and_the_rest_goes_on(extra: int) -> None:
    """Only its beginning is held in memory."""
    stream = io.BytesIO(b"x" * (MAXIMUM_LINE_BYTES + extra) + b'\n{"id":2}\n')

    lines = list(read_lines(stream))

    assert [len(line) for line in lines] == [MAXIMUM_LINE_BYTES + 1, len(b'{"id":2}\n')]
    assert error_of(lines[0]) == ("line-too-long", 1, MAXIMUM_LINE_BYTES + 1, "")


def test_a_line_as_long_as_permitted_is_read() -> None:
    """The limit counts the line break."""
    line = b"{" + b" " * (MAXIMUM_LINE_BYTES - 3) + b"}\n"

    assert list(read_lines(io.BytesIO(line + b"{}"))) == [line, b"{}"]
    assert error_of(line)[0] == "missing-member"


def test_the_example_questions_have_answers() -> None:
    """All but the one that asks for a misspelt action."""
    with (EXAMPLES / "questions.jsonl").open("rb") as stream:
        found = [json.loads(line) for line in run_all(*read_lines(stream))]

    assert [each["id"] for each in found if "error" in each] == ["a misspelt action"]


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
