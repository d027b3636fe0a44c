"""The JSON values of explanations: truths, places, and the states of condition keys."""

from __future__ import annotations

import json
from typing import Any

from keypolicy import RequestContext, explain, loads
from keypolicy.outputs.explanation_json import explanation_object

KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
USER = "arn:aws:iam::111122223333:user/Bob"


def explained(condition: dict[str, Any], context: RequestContext) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*", "Condition": condition}
    policy = loads({"Version": "2012-10-17", "Statement": statement})
    return explanation_object(explain(policy, USER, "kms:Decrypt", key=KEY_ARN, context=context))


def test_the_states_of_condition_keys_are_told_apart() -> None:
    """Present, absent, unknown, and one of several where tags differ by letter case alone."""
    condition = {
        "StringEquals": {
            "kms:ViaService": "x",
            "aws:PrincipalTag/a": "1",
            "kms:GranteePrincipal": "x",
            "aws:SourceVpce": "x",
            "aws:PrincipalAccount": "111122223333",
            "kms:KeySpec": "x",
        }
    }
    context = RequestContext({"kms:ViaService": "x", "aws:PrincipalTag/a": "1", "aws:PrincipalTag/A": "2"})
    elements = explained(condition, context)["statements"][0]["elements"][4:]

    assert [tuple(element["keys"][0].values()) for element in elements] == [
        ("kms:ViaService", "present", ["x"], None, "stated"),
        ("aws:PrincipalTag/a", "one of several", ["1", "2"], None, "stated"),
        ("kms:GranteePrincipal", "absent", [], None, "not-carried"),
        ("aws:SourceVpce", "unknown", [], None, "unknown"),
        ("aws:PrincipalAccount", "present", ["111122223333"], None, "principal"),
        ("kms:KeySpec", "unknown", [], None, "unknown"),
    ]
    assert [element["truth"] for element in elements] == ["true", "unknown", "false", "unknown", "true", "unknown"]


def test_what_failed_first_is_told_with_the_closest_statement() -> None:
    """It is one of the elements of that statement; a policy that is no text gives no places."""
    value = explained({"StringEquals": {"kms:ViaService": "x"}}, RequestContext.closed())

    assert value["closest"] == 0
    assert value["first_failure"] in value["statements"][0]["elements"]
    assert value["first_failure"]["rule"] == "S-150"
    assert (value["first_failure"]["line"], value["first_failure"]["column"]) == (None, None)
    assert json.loads(json.dumps(value)) == value
