"""What one value of an Action element matches."""

from __future__ import annotations

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keypolicy.catalogue.actions import (
    ActionSet,
    actions,
    all_bits,
    doubtful_bits,
    is_doubtful,
    pattern_bits,
    pattern_matches,
)

# The expansions that the facts list, names without prefix.
EXPANSIONS = {
    "kms:Describe*": "DescribeCustomKeyStores DescribeKey",
    "kms:Get*": "GetKeyLastUsage GetKeyPolicy GetKeyRotationStatus GetParametersForImport GetPublicKey",
    "kms:List*": (
        "ListAliases ListGrants ListKeyPolicies ListKeyRotations ListKeys ListResourceTags ListRetirableGrants"
    ),
    "kms:Create*": "CreateAlias CreateCustomKeyStore CreateGrant CreateKey",
    "kms:Enable*": "EnableKey EnableKeyRotation",
    "kms:Disable*": "DisableKey DisableKeyRotation",
    "kms:Put*": "PutKeyPolicy",
    "kms:Update*": "UpdateAlias UpdateCustomKeyStore UpdateKeyDescription UpdatePrimaryRegion",
    "kms:Revoke*": "RevokeGrant",
    "kms:Delete*": "DeleteAlias DeleteCustomKeyStore DeleteImportedKeyMaterial",
    "kms:ReEncrypt*": "ReEncryptFrom ReEncryptTo",
    "kms:GenerateDataKey*": (
        "GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext"
    ),
    "kms:GenerateDataKeyPair*": "GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext",
    "kms:Generate*": (
        "GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext "
        "GenerateMac GenerateRandom"
    ),
    "kms:Encrypt*": "Encrypt",
    "kms:Decrypt*": "Decrypt",
    "kms:*Grant*": "CreateGrant ListGrants ListRetirableGrants RetireGrant RevokeGrant",
    "kms:Tag*": "TagResource",
    "kms:Untag*": "UntagResource",
    "kms:Verify*": "Verify VerifyMac",
    "kms:ReEncrypt": "",
    "kms:De*": (
        "Decapsulate Decrypt DeleteAlias DeleteCustomKeyStore DeleteImportedKeyMaterial DeriveSharedSecret "
        "DescribeCustomKeyStores DescribeKey"
    ),
    "kms:En*": "EnableKey EnableKeyRotation Encapsulate Encrypt",
    # The vectors and examples of the semantics.
    "KMS:DECRYPT": "Decrypt",
    "kMS:*CRYPT": "Decrypt Encrypt",
    "kms:*crypt": "Decrypt Encrypt",
    "kms:?ncrypt": "Encrypt",
    "kms:ListGrant": "",
    "kms:ListGrant*": "ListGrants",
    "kms:GenerateDataKeys": "",
    "kms:Decrypt ": "",
    " kms:Decrypt": "",
    "kms:Decrypt:": "",
    "kms:*:*": "",
    "kms:": "",
    "": "",
    "Decrypt": "",
    "kms:.*": "",
    "kms:[DE]*": "",
    "kms:${aws:username}*": "",
    "s3:*": "",
    "s3:Decrypt": "",
    "kmsx:*": "",
    # The Kelvin sign folds to k outside ASCII, and no action name has it.
    "\N{KELVIN SIGN}ms:Decrypt": "",
    "\N{KELVIN SIGN}ms:*": "",
    "kms:*\N{KELVIN SIGN}ey": "",
}


def names_of(bits: int) -> set[str]:
    return {action.name.removeprefix("kms:") for action in actions() if bits & action.mask}


@pytest.mark.parametrize("pattern", EXPANSIONS)
def test_a_value_matches_these_actions(pattern: str) -> None:
    """The value of an Action element stands for exactly the actions listed (S-100 to S-103, S-108, S-109)."""
    assert names_of(pattern_bits(pattern)) == set(EXPANSIONS[pattern].split())


@pytest.mark.parametrize("pattern", ["*", "kms:*", "KMS:*", "kms:**"])
def test_a_value_matches_every_action(pattern: str) -> None:
    """The lone star and a star for the name stand for every action of KMS (S-102, S-104)."""
    assert pattern_bits(pattern) == all_bits()


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("k*:Decrypt", "Decrypt"),
        ("?ms:Decrypt", "Decrypt"),
        ("*:Decrypt", "Decrypt"),
        ("*:*crypt", "Decrypt Encrypt"),
        ("*Decrypt", "Decrypt"),
        ("kms?Sign", "Sign"),
        ("s*:Sign", ""),
        ("*\N{KELVIN SIGN}ms:Sign", ""),
    ],
)
def test_a_wildcard_in_the_prefix_is_doubtful(pattern: str, meant: str) -> None:
    """Such a value matches nothing for certain; what it could match is told apart (S-104)."""
    assert is_doubtful(pattern)
    assert pattern_bits(pattern) == 0
    assert names_of(doubtful_bits(pattern)) == set(meant.split())


@pytest.mark.parametrize("pattern", ["*:*", "**", "k*", "???:*"])
def test_a_doubtful_value_for_everything(pattern: str) -> None:
    """Values that would be every action, if AWS took them, are doubtful for every action (S-104)."""
    assert pattern_bits(pattern) == 0
    assert doubtful_bits(pattern) == all_bits()


@pytest.mark.parametrize("pattern", ["*", "kms:*", "kms:De*", "kms:Decrypt", "s3:Get*", "Decrypt", ""])
def test_a_clear_value_is_not_doubtful(pattern: str) -> None:
    """A value without a wildcard in its prefix, and the lone star, mean what they mean (S-104)."""
    assert not is_doubtful(pattern)
    assert doubtful_bits(pattern) == 0


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("*", True),
        ("kms:*", True),
        ("kms:Imagine*", True),
        ("KMS:imagineKEY", True),
        ("kms:ImagineKeys", False),
        ("s3:*", False),
        ("*:*", False),
        ("kms:Imagine\N{KELVIN SIGN}ey", False),
    ],
)
def test_a_value_against_an_action_newer_than_the_catalogue(pattern: str, matches: bool) -> None:
    """A name that the catalogue lacks is matched by the same rules."""
    assert pattern_matches(pattern, "kms:ImagineKey") is matches


def test_a_value_longer_than_is_remembered() -> None:
    """A long value means the same as a short one."""
    assert names_of(pattern_bits("kms:" + "*" * 5000 + "Random")) == {"GenerateRandom"}


fragments = st.sampled_from(["*", "?", "e", "Key", "Data", "List", "Generate", "crypt", "With", "x"])


@given(st.lists(fragments, max_size=6).map("".join))
def test_values_match_as_shell_patterns_do(name: str) -> None:
    """Over names without brackets the wildcard language is that of the shell, and both ways of matching agree."""
    pattern = f"kms:{name}"
    expected = {action.name for action in actions() if fnmatch.fnmatchcase(action.name.lower(), pattern.lower())}

    assert set(ActionSet.from_bits(pattern_bits(pattern))) == expected
    assert {action.name for action in actions() if pattern_matches(pattern, action.name)} == expected
