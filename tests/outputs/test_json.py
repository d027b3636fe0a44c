"""The JSON values of answers: quick and slow way agree, and a profile reads back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from keypolicy import RequestContext, RequirementProfile, access, load, loads, profiles
from keypolicy.catalogue.actions import actions
from keypolicy.outputs.json import decision_object, decision_objects, profile_object

ROOT = Path(__file__).parent.parent.parent
KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
POLICIES = sorted([*ROOT.glob("examples/*.json"), *ROOT.glob("tests/cli/policies/*.json")])
PRINCIPALS = [
    "444455556666",
    "111122223333",
    "777788889999",
    "arn:aws:iam::111122223333:role/Restore",
    "arn:aws:iam::444455556666:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup",
    "arn:aws-cn:iam::444455556666:root",
    "logs.eu-west-1.amazonaws.com",
    "anonymous",
]


@pytest.mark.parametrize("file", POLICIES, ids=lambda file: file.stem)
@pytest.mark.parametrize("principal", PRINCIPALS)
@pytest.mark.parametrize("reading", ["safest", "likely"])
@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
def test_all_objects_at_once_are_those_of_single_decisions(
    file: Path, principal: str, reading: Any, closed: bool
) -> None:
    """For every action of KMS."""
    answers = access(
        load(file, lenient=True), principal, key=KEY_ARN, context=RequestContext(closed=closed), reading=reading
    )

    together = decision_objects(answers, actions())

    assert together == {action.name: decision_object(answers[action.name]) for action in actions()}


def test_actions_of_different_statements_have_different_objects() -> None:
    """Each names the statements that decide it, in the order of the document, and both where both do."""
    allow = {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Resource": "*"}
    deny = {**allow, "Effect": "Deny"}
    policy = loads(
        {
            "Statement": [
                {**allow, "Action": ["kms:Encrypt", "kms:Decrypt"]},
                {**allow, "Action": ["kms:Decrypt", "kms:Sign"]},
                {**deny, "Action": ["kms:Verify", "kms:Sign"]},
                {**deny, "Action": "kms:Sign"},
            ]
        }
    )

    together = decision_objects(access(policy, "444455556666", key=KEY_ARN), actions())

    named = ("kms:Encrypt", "kms:Decrypt", "kms:Sign", "kms:Verify", "kms:VerifyMac")
    decided = [(together[name]["outcome"], [each["index"] for each in together[name]["statements"]]) for name in named]
    assert decided == [
        ("allowed", [0]),
        ("allowed", [0, 1]),
        ("explicitDeny", [2, 3]),
        ("explicitDeny", [2]),
        ("implicitDeny", []),
    ]


@pytest.mark.parametrize("name", sorted(profiles))
def test_the_object_of_a_profile_reads_back(name: str) -> None:
    """`RequirementProfile.from_mapping` makes the same profile of it."""
    assert RequirementProfile.from_mapping(profile_object(profiles[name])) == profiles[name]
