"""Condition keys: types, cardinality and which actions carry them."""

from __future__ import annotations

from typing import get_args

import pytest

from keypolicy.catalogue.actions import Action, actions
from keypolicy.catalogue.context_keys import (
    EVERY_ACTION,
    ContextKey,
    KeyType,
    context_key,
    context_keys,
    near_context_keys,
    via_services,
)

# S-250, one line for each row: actions | keys besides those of KEY_PROPERTIES. `$x` stands for a list below.
LISTS = {
    "$encrypt": (
        "kms:EncryptionAlgorithm kms:EncryptionContext:${EncryptionContextKey} kms:EncryptionContextKeys "
        "kms:RequestAlias"
    ),
    "$attestation": "kms:RecipientAttestation:${Measurement}",
    "$requesttag": "aws:RequestTag/${TagKey}",
}
S_250 = """
CreateGrant | kms:EncryptionContext:${EncryptionContextKey} kms:EncryptionContextKeys kms:GrantConstraintSourceArn
CreateGrant | kms:GrantConstraintType kms:GrantIsForAWSResource kms:GrantOperations kms:GranteePrincipal
CreateGrant | kms:GranteeServicePrincipal kms:RetiringPrincipal kms:RetiringServicePrincipal
ListGrants RevokeGrant | kms:GrantIsForAWSResource
RetireGrant | kms:EncryptionContext:${EncryptionContextKey} kms:EncryptionContextKeys kms:GrantConstraintType
Encrypt GenerateDataKeyWithoutPlaintext | $encrypt
Decrypt GenerateDataKey | $encrypt $attestation
GenerateDataKeyPair | $encrypt $attestation kms:DataKeyPairSpec
GenerateDataKeyPairWithoutPlaintext | $encrypt kms:DataKeyPairSpec
ReEncryptFrom ReEncryptTo | $encrypt kms:ReEncryptOnSameKey
DescribeKey GetPublicKey | kms:RequestAlias
Sign Verify | kms:MessageType kms:SigningAlgorithm kms:RequestAlias
GenerateMac VerifyMac | kms:MacAlgorithm kms:RequestAlias
DeriveSharedSecret | kms:KeyAgreementAlgorithm kms:RequestAlias $attestation
GetKeyPolicy | kms:PolicyName
PutKeyPolicy | kms:BypassPolicyLockoutSafetyCheck kms:PolicyName
CreateKey | kms:BypassPolicyLockoutSafetyCheck $requesttag aws:TagKeys kms:CallerAccount kms:ViaService
CreateKey | kms:KeyOrigin kms:KeySpec kms:KeyUsage kms:MultiRegion kms:MultiRegionKeyType
EnableKeyRotation | kms:RotationPeriodInDays
ScheduleKeyDeletion | kms:ScheduleKeyDeletionPendingWindowInDays kms:TrailingDaysWithoutKeyUsage
DisableKey | kms:TrailingDaysWithoutKeyUsage
ImportKeyMaterial | kms:ExpirationModel kms:ValidTo
GetParametersForImport | kms:WrappingAlgorithm kms:WrappingKeySpec
ReplicateKey | kms:ReplicaRegion
UpdatePrimaryRegion | kms:PrimaryRegion
TagResource | $requesttag aws:TagKeys
UntagResource | aws:TagKeys
GenerateRandom | $attestation
ConnectCustomKeyStore CreateCustomKeyStore DeleteCustomKeyStore | kms:CallerAccount
DescribeCustomKeyStores DisconnectCustomKeyStore UpdateCustomKeyStore | kms:CallerAccount
"""
KEY_PROPERTIES = {
    "aws:ResourceTag/${TagKey}",
    "kms:CallerAccount",
    "kms:KeyOrigin",
    "kms:KeySpec",
    "kms:KeyUsage",
    "kms:MultiRegion",
    "kms:MultiRegionKeyType",
    "kms:ResourceAliases",
    "kms:ViaService",
}
# Carried by the catalogue beyond S-250: deprecated names, points that S-201 leaves open, and what only the facts have.
BEYOND = {
    "CreateKey": {"aws:ResourceTag/${TagKey}"},
    "Decapsulate": {"kms:EncapsulationAlgorithm", "kms:RequestAlias"},
    "Encapsulate": {"kms:EncapsulationAlgorithm", "kms:RequestAlias"},
    "GenerateRandom": {"kms:CallerAccount"},
    "ListAliases": {"kms:CallerAccount", "kms:ViaService"},
    "ListKeys": {"kms:CallerAccount", "kms:ViaService"},
    "ReplicateKey": {"aws:RequestTag/${TagKey}", "aws:TagKeys", "kms:BypassPolicyLockoutSafetyCheck"},
    "UntagResource": {"aws:RequestTag/${TagKey}"},
}
DEPRECATED = {"kms:CustomerMasterKeySpec": "kms:KeySpec", "kms:CustomerMasterKeyUsage": "kms:KeyUsage"}

MULTIVALUED = {
    "aws:CalledVia",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceNamesList",
    "aws:ResourceOrgPaths",
    "aws:SourceOrgPaths",
    "aws:TagKeys",
    "aws:VpceOrgPaths",
    "kms:EncryptionContextKeys",
    "kms:GrantOperations",
    "kms:ResourceAliases",
}


def row_of(action: str) -> set[str]:
    """The keys of S-250 for one action."""
    keys: set[str] = set()
    for line in S_250.strip().splitlines():
        names, _, carried = line.partition("|")
        if action in names.split():
            for word in carried.split():
                keys.update(LISTS.get(word, word).split())
    return keys


def known(name: str) -> ContextKey:
    """The key of a name that the catalogue must have."""
    key = context_key(name)
    assert key is not None
    return key


def listed(name: str) -> ContextKey:
    """The record of a key or family by its own spelling."""
    return next(key for key in context_keys() if key.name == name)


@pytest.mark.parametrize("action", actions(), ids=lambda action: action.name)
def test_keys_that_an_action_carries(action: Action) -> None:
    """An action carries what S-250 says, the deprecated names, and what the sources say beyond it; nothing else."""
    name = action.name.removeprefix("kms:")
    carried = {
        key.name for key in context_keys() if key.carried_by != EVERY_ACTION and key.carried_by & action.mask
    } - set(DEPRECATED)
    properties = KEY_PROPERTIES if "key" in action.resource_types else set()

    assert carried == row_of(name) | properties | BEYOND.get(name, set())


def test_doubtful_carriers() -> None:
    """Who carries a key is in doubt for tags on two actions and for one parameter; elsewhere it is settled (S-201)."""
    doubtful = {
        key.name: {action.name for action in actions() if key.doubtfully_carried_by & action.mask}
        for key in context_keys()
        if key.doubtfully_carried_by
    }

    assert doubtful == {
        "aws:RequestTag/${TagKey}": {"kms:ReplicateKey", "kms:UntagResource"},
        "aws:TagKeys": {"kms:ReplicateKey"},
        "kms:BypassPolicyLockoutSafetyCheck": {"kms:ReplicateKey"},
    }
    assert not any(key.doubtfully_carried_by & ~key.carried_by for key in context_keys())


def test_how_many_keys_there_are() -> None:
    """53 global keys, 9 session keys of other services and 41 kms: keys, the attestation keys counted as one family."""
    names = [key.name for key in context_keys()]

    assert len(names) == len({name.lower() for name in names}) == 103
    assert sum(name.startswith("aws:") for name in names) == 53
    assert sum(name.startswith("kms:") for name in names) == 41
    assert names == sorted(names, key=str.lower)


def test_multivalued_keys() -> None:
    """Exactly the keys of S-173 hold sets of values."""
    assert {key.name for key in context_keys() if key.multivalued} == MULTIVALUED


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("kms:BypassPolicyLockoutSafetyCheck", "Bool"),
        ("kms:GrantIsForAWSResource", "Bool"),
        ("kms:MultiRegion", "Bool"),
        ("kms:ReEncryptOnSameKey", "Bool"),
        ("kms:RotationPeriodInDays", "Numeric"),
        ("kms:ScheduleKeyDeletionPendingWindowInDays", "Numeric"),
        ("kms:TrailingDaysWithoutKeyUsage", "Numeric"),
        ("kms:ValidTo", "Date"),
        ("kms:GrantConstraintSourceArn", "ARN"),
        ("kms:GrantOperations", "String"),
        ("aws:PrincipalArn", "ARN"),
        ("aws:SourceArn", "ARN"),
        ("aws:SourceIp", "IPAddress"),
        ("aws:MultiFactorAuthAge", "Numeric"),
        ("aws:SecureTransport", "Bool"),
        ("aws:CurrentTime", "Date"),
        ("aws:EpochTime", "Date"),
        ("aws:PrincipalOrgPaths", "String"),
    ],
)
def test_type_of_a_key(name: str, kind: str) -> None:
    """Types are those of S-200 for kms: keys and of the IAM page for global keys."""
    assert known(name).type == kind


def test_every_other_kms_key_is_a_string() -> None:
    """Only the kms: keys that S-200 lists have another type."""
    others = {key.name for key in context_keys() if key.name.startswith("kms:") and key.type != "String"}

    assert len(others) == 9
    assert {key.type for key in context_keys()} == set(get_args(KeyType))


def test_dates_that_are_numbers_too() -> None:
    """The expiry of key material and the epoch time are compared as dates and as numbers (S-189)."""
    assert {key.name for key in context_keys() if key.also_numeric} == {"aws:EpochTime", "kms:ValidTo"}


@pytest.mark.parametrize(("old", "new"), DEPRECATED.items())
def test_deprecated_names_are_carried_like_the_new_ones(old: str, new: str) -> None:
    """The old names of KeySpec and KeyUsage are still evaluated (S-201)."""
    assert known(old).carried_by == known(new).carried_by


@pytest.mark.parametrize(
    "name", ["aws:PrincipalArn", "aws:SourceArn", "lambda:SourceFunctionArn", "aws:PrincipalTag/x"]
)
def test_global_keys_are_carried_by_every_action(name: str) -> None:
    """Whether a global key is there depends on the caller, not on the action."""
    assert known(name).carried_by == EVERY_ACTION


def test_domains() -> None:
    """Two values are all that a Bool key and the kind of a multi-Region key can have; other lists may grow."""
    closed = {key.name: key.values for key in context_keys() if key.closed}

    assert closed.pop("kms:MultiRegionKeyType") == ("PRIMARY", "REPLICA")
    assert set(closed) == {key.name for key in context_keys() if key.type == "Bool"}
    assert set(closed.values()) == {("true", "false")}
    assert known("kms:MessageType").values == ("RAW", "DIGEST", "EXTERNAL_MU")
    assert known("kms:CallerAccount").values == ()
    assert known("kms:RotationPeriodInDays").values == ()


def test_the_documented_grant_operations_are_the_actions_that_grants_can_hold() -> None:
    """kms:GrantOperations lists names without prefix, those of S-285."""
    assert set(known("kms:GrantOperations").values) == {
        action.name.removeprefix("kms:") for action in actions() if action.grant_operation
    }


@pytest.mark.parametrize("spelling", ["kms:ViaService", "KMS:viaservice", "kms:VIASERVICE"])
def test_names_are_found_in_any_case(spelling: str) -> None:
    """Condition key names compare without regard to case; the catalogue's spelling comes back."""
    assert known(spelling) is listed("kms:ViaService")


@pytest.mark.parametrize(
    ("spelling", "name", "family"),
    [
        ("kms:encryptioncontext:App", "kms:EncryptionContext:App", "kms:EncryptionContext:${EncryptionContextKey}"),
        ("kms:EncryptionContext:a:b", "kms:EncryptionContext:a:b", "kms:EncryptionContext:${EncryptionContextKey}"),
        ("AWS:principaltag/Team", "aws:PrincipalTag/Team", "aws:PrincipalTag/${TagKey}"),
        ("aws:PrincipalTag/Größe", "aws:PrincipalTag/Größe", "aws:PrincipalTag/${TagKey}"),
        ("aws:requesttag/Cost/Center", "aws:RequestTag/Cost/Center", "aws:RequestTag/${TagKey}"),
        ("aws:ResourceTag/ ", "aws:ResourceTag/ ", "aws:ResourceTag/${TagKey}"),
        ("kms:recipientattestation:PCR0", "kms:RecipientAttestation:PCR0", "kms:RecipientAttestation:${Measurement}"),
    ],
)
def test_members_of_families(spelling: str, name: str, family: str) -> None:
    """A member is named by the family's spelling and its own part as written, and is otherwise like the family."""
    member, whole = known(spelling), listed(family)

    assert member.name == name
    assert whole.family
    assert member.family
    assert (member.type, member.multivalued, member.carried_by) == (whole.type, whole.multivalued, whole.carried_by)


def test_the_families() -> None:
    """Five families of keys have a variable part."""
    assert [key.name for key in context_keys() if key.family] == [
        "aws:PrincipalTag/${TagKey}",
        "aws:RequestTag/${TagKey}",
        "aws:ResourceTag/${TagKey}",
        "kms:EncryptionContext:${EncryptionContextKey}",
        "kms:RecipientAttestation:${Measurement}",
    ]


def test_documented_attestation_measurements() -> None:
    """57 measurements of enclaves and of NitroTPM are documented."""
    members = listed("kms:RecipientAttestation:${Measurement}").members

    assert len(members) == 57
    assert {"ImageSha384", "PCR0", "PCR31", "NitroTPMPCR0", "NitroTPMPCR23"} <= set(members)


@pytest.mark.parametrize(
    "name",
    [
        "kms:NeverHeardOf",
        "aws:PrincipalTag/",
        "aws:PrincipalTag",
        "kms:EncryptionContext:",
        "kms:EncryptionContext",
        "kms:RecipientAttestation",
        "ViaService",
        "",
        "\N{KELVIN SIGN}ms:ViaService",
        "\N{KELVIN SIGN}ms:EncryptionContext:a",
        "kms:ViaService ",
    ],
)
def test_keys_never_heard_of(name: str) -> None:
    """A name outside the catalogue, or a family without its variable part, is no known key (S-149)."""
    assert context_key(name) is None


def test_a_very_long_name_is_looked_up_all_the_same() -> None:
    """Names too long to remember mean the same as short ones."""
    assert known("aws:principaltag/" + "x" * 1000).name == "aws:PrincipalTag/" + "x" * 1000


def test_services_of_the_via_service_key() -> None:
    """The documented services include those that AWS Backup copies through (S-206)."""
    assert len(via_services()) == 96
    assert list(via_services()) == sorted(via_services())
    assert {"backup", "ec2", "rds", "fsx", "dynamodb", "elasticfilesystem", "s3", "logs"} <= set(via_services())


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("kms:ViaServise", ("kms:ViaService",)),
        ("KMS:VIASERVISE", ("kms:ViaService",)),
        ("kms:EncryptionContxt:Project", ("kms:EncryptionContext:Project",)),
        ("aws:PrincipalTg/Team", ("aws:PrincipalTag/Team", "aws:PrincipalType")),
        ("kms:EncryptionContxt:", ("kms:EncryptionContextKeys",)),
        ("other", ()),
        ("", ()),
        ("kms:ViaServise" * 100, ()),
    ],
)
def test_a_misspelt_name_is_near_to_the_one_that_was_meant(name: str, near: tuple[str, ...]) -> None:
    """The variable part of a family's member is kept as given; a name that is far too long is near to none."""
    assert near_context_keys(name) == near
