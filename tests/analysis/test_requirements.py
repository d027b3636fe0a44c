"""Requirement profiles as data."""

from __future__ import annotations

from typing import Any

import pytest

from keypolicy import Requirement, RequirementProfile, profiles
from keypolicy.errors import InputShapeError, UnknownNameError

REPOST = {
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:GenerateDataKeyPair",
    "kms:GenerateDataKeyPairWithoutPlaintext",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:CreateGrant",
    "kms:ListGrants",
    "kms:RevokeGrant",
}


def test_the_profiles_of_aws_backup_are_those_of_the_semantics() -> None:
    """Four lists, under the names of S-391."""
    assert {"union", "repost-copy", "backup-guide-min", "slr-effective"} <= set(profiles)
    assert set(profiles["repost-copy"].actions) == REPOST
    assert set(profiles["backup-guide-min"].actions) == {"kms:CreateGrant", "kms:GenerateDataKey", "kms:Decrypt"}
    assert set(profiles["union"].actions) == REPOST | {"kms:GenerateDataKey"}
    assert set(profiles["slr-effective"].actions) == {
        "kms:DescribeKey",
        "kms:ListGrants",
        "kms:ReEncryptFrom",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:CreateGrant",
    }


@pytest.mark.parametrize("name", list(profiles))
def test_every_profile_is_cited_and_named_as_its_file(name: str) -> None:
    """Sources, rules, a title, and words on the key and the principal."""
    profile = profiles[name]

    assert profile.name == name
    assert profile.sources
    assert all(rule.startswith("S-") for rule in profile.rules)
    assert profile.title
    assert profile.key
    assert profile.principal
    assert profiles[name] is profile


def test_actions_are_spelt_as_in_the_catalogue() -> None:
    """Whatever case the profile has; an unknown one is refused (S-114)."""
    assert Requirement(("KMS:decrypt",)).actions == ("kms:Decrypt",)
    with pytest.raises(UnknownNameError):
        Requirement(("kms:ListGrant",))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"name": "x", "title": "x"},
        {"name": "x", "title": "x", "requirements": []},
        {"name": "x", "title": "x", "requirements": [{"context": {}}]},
        {"name": "x", "title": "x", "requirements": [{"actions": ["kms:Decrypt"], "context": 3}]},
        {"name": "x", "title": "x", "requirements": 3},
    ],
)
def test_what_is_no_profile_is_refused(data: dict[str, Any]) -> None:
    """With a stable code, never a bare KeyError or TypeError."""
    with pytest.raises(InputShapeError) as caught:
        RequirementProfile.from_mapping(data)

    assert caught.value.code == "invalid-profile"


def test_an_unknown_action_in_a_profile_keeps_its_own_error() -> None:
    """So that the nearest names are told."""
    with pytest.raises(UnknownNameError):
        RequirementProfile.from_mapping({"name": "x", "title": "x", "requirements": [{"actions": ["kms:ReEncrypt"]}]})
