"""Who has access as text: sets of actions in few words, and what decides where no statement does."""

from __future__ import annotations

from typing import Any

from keypolicy import loads, who_can
from keypolicy.outputs.who_can_text import who_can_text

KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def text_of(statement: dict[str, Any], version: str = "2012-10-17") -> list[str]:
    policy = loads({"Version": version, "Statement": statement}, lenient=True)
    return who_can_text(who_can(policy, key=KEY_ARN), policy).splitlines()


def test_nearly_every_action_is_told_by_what_is_left_out() -> None:
    """With the number of those that are not."""
    lines = text_of(
        {
            "Effect": "Allow",
            "Principal": {"AWS": "111122223333"},
            "NotAction": ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"],
            "Resource": "*",
        }
    )

    assert (
        "  allowed  every action that a key policy can give but kms:PutKeyPolicy, kms:ScheduleKeyDeletion (43)" in lines
    )


def test_a_document_that_cannot_be_trusted_is_told_as_what_decides() -> None:
    """Where it might allow anything to anyone, no statement is named."""
    lines = text_of({"Effect": "Deny", "Principal": {"AWS": []}, "Action": "kms:*", "Resource": "*"}, "2012")
    reasons = [line for line in lines if "the document as a whole" in line]

    assert reasons
    assert all("depends on" in line and "S-008" in line for line in reasons)


def test_a_policy_variable_in_a_residual_is_printed_as_it_is_written() -> None:
    """Braces have no meaning in the text."""
    condition = {"StringEquals": {"kms:EncryptionContext:user": "${aws:username}"}}
    lines = text_of(
        {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*", "Condition": condition}
    )

    assert any('depends on StringEquals kms:EncryptionContext:user "${aws:username}"' in line for line in lines)


def test_how_a_principal_is_named_is_told() -> None:
    """In an element, by a condition, or both."""
    condition = {"StringEquals": {"aws:PrincipalAccount": ["222222222222", "333333333333"]}}
    anyone = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*", "Condition": condition}
    named = {**anyone, "Principal": {"AWS": ["222222222222", "444444444444"]}, "Condition": {}}
    policy = loads({"Version": "2012-10-17", "Statement": [named, anyone]})
    lines = who_can_text(who_can(policy, ["kms:Decrypt"], key=KEY_ARN), policy).splitlines()

    assert [line for line in lines if line.startswith("  named in")] == [
        "  named in statement 0, statement 1, and by condition",
        "  named in statement 0",
        "  named in statement 1 by condition",
    ]
