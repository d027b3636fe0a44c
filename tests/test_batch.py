"""The contract of `keypolicy batch`: members, their order, defaults and outcomes."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from keypolicy import check, loads, profiles
from keypolicy.batch import MAXIMUM_LINE_BYTES, answer, answer_line, read_lines
from tests.batch_questions import (
    ACCOUNT,
    DECRYPT,
    EXAMPLES,
    KEY_ARN,
    error_of,
    policy,
    question,
    run_all,
    statement,
    through,
)


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
