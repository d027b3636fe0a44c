"""Questions in JSON Lines whose context knows a condition key in part (S-350, S-358, S-359)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from keypolicy.batch import answer, answer_line

KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
EC2 = {"StringEquals": {"kms:ViaService": "ec2.eu-west-1.amazonaws.com"}}
ENDPOINT = {"Null": {"aws:SourceVpce": "false"}}
THROUGH_GLUE = {"ForAnyValue:StringEquals": {"aws:CalledVia": "glue.amazonaws.com"}}


def asked(condition: dict[str, Any], key: str, known: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*", "Condition": condition}
    return {
        "id": 1,
        "key_arn": KEY_ARN,
        "key_policy": {"Version": "2012-10-17", "Statement": statement},
        "principal": "444455556666",
        "actions": ["kms:Decrypt"],
        "context": {key: known},
    }


@pytest.mark.parametrize(
    ("condition", "key", "known", "outcome"),
    [
        (EC2, "kms:ViaService", {"like": "ec2.*"}, "conditional"),
        (EC2, "kms:ViaService", {"like": "rds.*"}, "implicitDeny"),
        (EC2, "kms:ViaService", {"like": ["rds.*", "ec2.*"]}, "conditional"),
        (EC2, "kms:viaservice", {"any_of": ["ec2.eu-west-1.amazonaws.com"]}, "allowed"),
        (EC2, "kms:ViaService", {"any_of": ["ec2.eu-west-1.amazonaws.com", None]}, "conditional"),
        (EC2, "kms:ViaService", {"any_of": ["rds.eu-west-1.amazonaws.com", None]}, "implicitDeny"),
        (THROUGH_GLUE, "aws:CalledVia", {"any_of": [["glue.amazonaws.com", "a"], ["glue.amazonaws.com"]]}, "allowed"),
        (THROUGH_GLUE, "aws:CalledVia", {"at_least": ["glue.amazonaws.com"]}, "allowed"),
        (THROUGH_GLUE, "aws:CalledVia", {"at_least": ["athena.amazonaws.com"]}, "conditional"),
        (ENDPOINT, "aws:SourceVpce", {"present": True}, "allowed"),
    ],
)
def test_a_key_that_is_known_in_part_decides_what_it_can(
    condition: dict[str, Any], key: str, known: Any, outcome: str
) -> None:
    """From a line, which the quick way leaves alone, and from a mapping alike."""
    question = asked(condition, key, known)
    found = answer_line(json.dumps(question))

    assert found["outcome"] == outcome
    assert found == answer(question)


PLACE = "/context/kms:ViaService"


@pytest.mark.parametrize(
    ("known", "code", "pointer"),
    [
        ({}, "invalid-value", PLACE),
        ({"likes": "a"}, "invalid-value", PLACE),
        ({"like": "a", "present": True}, "invalid-value", PLACE),
        ({"like": []}, "invalid-value", PLACE),
        ({"like": 1}, "invalid-value", PLACE),
        ({"like": [1]}, "invalid-value", PLACE),
        ({"like": None}, "invalid-value", PLACE),
        ({"like": [{}]}, "wrong-type", f"{PLACE}/like/0"),
        ({"any_of": []}, "invalid-value", PLACE),
        ({"any_of": "a"}, "invalid-value", PLACE),
        ({"any_of": ["a", {"like": "b"}]}, "wrong-type", f"{PLACE}/any_of/1"),
        ({"any_of": ["a", ["b", {}]]}, "wrong-type", f"{PLACE}/any_of/1"),
        ({"any_of": [[None]]}, "invalid-value", PLACE),
        ({"any_of": [10**500]}, "number-too-large", f"{PLACE}/any_of/0"),
        ({"any_of": [Decimal("1E+999999")]}, "number-too-large", f"{PLACE}/any_of/0"),
        ({"at_least": []}, "invalid-value", PLACE),
        ({"at_least": "a"}, "invalid-value", PLACE),
        ({"at_least": [None]}, "invalid-value", PLACE),
        ({"at_least": [["a"]]}, "invalid-value", PLACE),
        ({"at_least": ["a", {}]}, "wrong-type", f"{PLACE}/at_least/1"),
        ({"present": False}, "invalid-value", PLACE),
        ({"present": "true"}, "invalid-value", PLACE),
        ({"present": [True]}, "invalid-value", PLACE),
    ],
)
def test_a_wrong_form_is_refused_at_its_place(known: Any, code: str, pointer: str) -> None:
    """The pointer leads to the key, or to the value within that no condition key can have."""
    found = answer(asked(EC2, "kms:ViaService", known))

    assert found["id"] == 1
    assert (found["error"]["code"], found["error"]["pointer"]) == (code, pointer)
    assert found["error"]["message"]


def test_a_key_is_stated_in_one_way() -> None:
    """In two spellings, or with a value and as absent, it is a contradiction."""
    question = asked(EC2, "kms:ViaService", {"like": "a*"})
    twice = {**question, "context": {"kms:ViaService": {"like": "a*"}, "KMS:ViaService": "a"}}
    absent = {**question, "absent": ["kms:ViaService"]}

    for contradiction in (twice, absent):
        error = answer(contradiction)["error"]
        assert (error["code"], error["pointer"]) == ("key-stated-twice", "/context")
