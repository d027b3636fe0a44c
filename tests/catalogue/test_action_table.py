"""The actions one by one: the table of S-280, and what a name finds."""

from __future__ import annotations

import pytest

from keypolicy.catalogue.actions import Action, action_named, actions, all_bits, cross_account_bits, key_policy_bits
from keypolicy.errors import UnknownNameError

# S-280, one line for each row: actions | resource | usable across accounts | which policy can grant it.
# K is the key policy, I an identity policy only, G a grant too, R decided by the grant.
S_280 = """
CancelKeyDeletion | key | no | K
ConnectCustomKeyStore CreateCustomKeyStore DeleteCustomKeyStore DescribeCustomKeyStores | none | no | I
DisconnectCustomKeyStore UpdateCustomKeyStore | none | no | I
CreateAlias | key alias | no | K
CreateGrant | key | yes | K G
CreateKey | none | no | I
Decapsulate Encapsulate | key | yes | K G
Decrypt | key | yes | K G
DeleteAlias | key alias | no | K
DeleteImportedKeyMaterial | key | no | K
DeriveSharedSecret | key | yes | K G
DescribeKey | key | yes | K G
DisableKey EnableKey | key | no | K
DisableKeyRotation EnableKeyRotation | key | no | K
Encrypt | key | yes | K G
GenerateDataKey GenerateDataKeyWithoutPlaintext | key | yes | K G
GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext | key | yes | K G
GenerateMac VerifyMac | key | yes | K G
GenerateRandom | none | n/a | I
GetKeyLastUsage | key | no | K
GetKeyPolicy | key | no | K
GetKeyRotationStatus | key | yes | K
GetParametersForImport | key | no | K
GetPublicKey | key | yes | K G
ImportKeyMaterial | key | no | K
ListAliases | none | no | I
ListGrants | key | yes | K
ListKeyPolicies ListKeyRotations ListResourceTags | key | no | K
ListKeys | none | no | I
ListRetirableGrants | none | n/a | I
PutKeyPolicy | key | no | K
ReEncryptFrom ReEncryptTo | key | yes | K G
ReplicateKey | key | no | K
RetireGrant | key | yes | R G
RevokeGrant | key | yes | K
RotateKeyOnDemand | key | no | K
ScheduleKeyDeletion | key | no | K
Sign Verify | key | yes | K G
SynchronizeMultiRegionKey | key | n/a | -
TagResource UntagResource | key | no | K
UpdateAlias | key alias | no | K
UpdateKeyDescription UpdatePrimaryRegion | key | no | K
"""

ROWS = {
    name: tuple(cell.strip() for cell in cells)
    for names, *cells in (line.split("|") for line in S_280.strip().splitlines())
    for name in names.split()
}
CROSS_ACCOUNT = {"yes": True, "no": False, "n/a": None}
IN_KEY_POLICY = {"K": True, "I": False, "R": False, "-": None}


def test_kms_has_58_actions_sorted_by_name_with_their_position_as_bit() -> None:
    """The catalogue holds 58 actions; the bit of each is its place in the order of names."""
    assert len(actions()) == 58
    assert [action.name for action in actions()] == sorted(action.name for action in actions())
    assert [action.bit for action in actions()] == list(range(58))
    assert [action.mask for action in actions()] == [1 << bit for bit in range(58)]
    assert all_bits() == sum(action.mask for action in actions())


def test_the_catalogue_and_the_table_of_the_semantics_name_the_same_actions() -> None:
    """No action of S-280 is missing, and none is there besides."""
    assert {action.name for action in actions()} == {f"kms:{name}" for name in ROWS}


@pytest.mark.parametrize("name", ROWS)
def test_row_of_the_action_table(name: str) -> None:
    """Resource types, use across accounts, key policy and grants are as S-280 has them."""
    resource, cross_account, where = ROWS[name]
    action = action_named(f"kms:{name}")

    assert set(action.resource_types) == set(resource.split()) - {"none"}
    assert action.cross_account is CROSS_ACCOUNT[cross_account]
    assert action.grantable_in_key_policy is IN_KEY_POLICY[where[0]]
    assert action.grant_operation == ("G" in where)


def test_grant_operations() -> None:
    """The 19 operations of S-285 can be in a grant, ListGrants and RevokeGrant cannot."""
    operations = {action.name.removeprefix("kms:") for action in actions() if action.grant_operation}

    assert len(operations) == 19
    assert operations == {
        "Decrypt",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "ReEncryptFrom",
        "ReEncryptTo",
        "Sign",
        "Verify",
        "GenerateMac",
        "VerifyMac",
        "GetPublicKey",
        "CreateGrant",
        "RetireGrant",
        "DescribeKey",
        "DeriveSharedSecret",
        "Encapsulate",
        "Decapsulate",
    }


def test_cross_account_mask() -> None:
    """The mask holds the 22 actions that work on a key of another account, and no undecided one."""
    names = {action.name for action in actions() if cross_account_bits() & action.mask}

    assert names == {f"kms:{name}" for name, (_, cross_account, _) in ROWS.items() if cross_account == "yes"}
    assert len(names) == 22


def test_key_policy_mask() -> None:
    """The mask leaves out what S-110 lists, RetireGrant, and the permission that no policy is known to grant."""
    left_out = {action.name for action in actions() if not key_policy_bits() & action.mask}

    assert left_out == {
        "kms:ConnectCustomKeyStore",
        "kms:CreateCustomKeyStore",
        "kms:CreateKey",
        "kms:DeleteCustomKeyStore",
        "kms:DescribeCustomKeyStores",
        "kms:DisconnectCustomKeyStore",
        "kms:GenerateRandom",
        "kms:ListAliases",
        "kms:ListKeys",
        "kms:ListRetirableGrants",
        "kms:RetireGrant",
        "kms:SynchronizeMultiRegionKey",
        "kms:UpdateCustomKeyStore",
    }


def test_everything_known_of_one_action() -> None:
    """All fields of an action, for one whose API operation has another name."""
    action = action_named("kms:ReEncryptFrom")

    assert action == Action(
        name="kms:ReEncryptFrom",
        bit=action.bit,
        access_level="Write",
        resource_types=("key",),
        cross_account=True,
        grantable_in_key_policy=True,
        grant_operation=True,
        cryptographic=True,
        key_usages=("ENCRYPT_DECRYPT(asymmetric)", "ENCRYPT_DECRYPT(symmetric)"),
        api_operation="ReEncrypt",
    )


def test_only_two_actions_have_an_operation_of_another_name() -> None:
    """Apart from ReEncrypt, permission and API operation have one name; one permission has no operation (S-112)."""
    others = {action.name: action.api_operation for action in actions() if action.name != f"kms:{action.api_operation}"}

    assert others == {
        "kms:ReEncryptFrom": "ReEncrypt",
        "kms:ReEncryptTo": "ReEncrypt",
        "kms:SynchronizeMultiRegionKey": None,
    }


def test_cryptographic_actions() -> None:
    """The cryptographic operations are those of the fact files."""
    names = {action.name.removeprefix("kms:") for action in actions() if action.cryptographic}

    assert names == {
        "Decapsulate",
        "Decrypt",
        "DeriveSharedSecret",
        "Encapsulate",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateMac",
        "GenerateRandom",
        "ReEncryptFrom",
        "ReEncryptTo",
        "Sign",
        "Verify",
        "VerifyMac",
    }


def test_access_levels() -> None:
    """Actions that change who may do what are told apart from those that write."""
    levels = {action.access_level for action in actions()}
    permissions = {action.name for action in actions() if action.access_level == "Permissions management"}

    assert levels == {"List", "Permissions management", "Read", "Tagging", "Write"}
    assert permissions == {"kms:CreateGrant", "kms:PutKeyPolicy", "kms:RetireGrant", "kms:RevokeGrant"}


@pytest.mark.parametrize("text", ["kms:Decrypt", "KMS:decrypt", "kMs:DECRYPT"])
def test_names_are_found_in_any_case(text: str) -> None:
    """Prefix and name compare without regard to ASCII case (S-101)."""
    assert action_named(text).name == "kms:Decrypt"


@pytest.mark.parametrize(
    ("text", "said", "suggestions"),
    [
        (
            "kms:ReEncrypt",
            "needs kms:ReEncryptFrom on the source key and kms:ReEncryptTo on the destination key",
            ("kms:ReEncryptFrom", "kms:ReEncryptTo"),
        ),
        ("KMS:reencrypt", "no permission", ("kms:ReEncryptFrom", "kms:ReEncryptTo")),
        ("kms:ListGrant", "no action kms:ListGrant", ("kms:ListGrants",)),
        ("kms:GenerateDataKeys", "the action is kms:GenerateDataKey", ("kms:GenerateDataKey",)),
        ("kms:GetKeyRotation", "the action is kms:GetKeyRotationStatus", ("kms:GetKeyRotationStatus",)),
        ("kms:DescribeKeys", "KMS has no action 'kms:DescribeKeys'; near it: kms:DescribeKey", ("kms:DescribeKey",)),
        ("PutKeyPolicy", "no service prefix", ("kms:PutKeyPolicy", "kms:GetKeyPolicy")),
        ("kmss:PutKeyPolicy", "no action of any known service", ("kms:PutKeyPolicy", "kms:GetKeyPolicy")),
        ("s3:GetObject", "another service", ()),
        ("backup", "no service prefix", ()),
        ("kms:De*", "pattern", ()),
        ("*", "pattern", ()),
        ("kms:?ncrypt", "pattern", ()),
        ("kms:", "no action 'kms:'", ()),
        ("", "no service prefix", ()),
        ("kms:Decrypt ", "no action 'kms:Decrypt '", None),
        ("\N{KELVIN SIGN}ms:Decrypt", "no action", None),
    ],
)
def test_a_text_that_names_no_action_is_explained(text: str, said: str, suggestions: tuple[str, ...] | None) -> None:
    """The error says what is wrong with the text and which names are near (S-108, S-112, S-114)."""
    with pytest.raises(UnknownNameError) as caught:
        action_named(text)

    assert caught.value.code == "unknown-action"
    assert caught.value.name == text
    assert said in str(caught.value)
    if suggestions is None:
        assert "kms:Decrypt" in caught.value.suggestions
    else:
        assert caught.value.suggestions == suggestions


def test_a_very_long_text_is_cut_and_compared_with_nothing() -> None:
    """A hostile text costs no comparison and does not fill the message."""
    with pytest.raises(UnknownNameError) as caught:
        action_named("kms:Decrypt" + "t" * 100_000)

    assert caught.value.suggestions == ()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("s3:getobject", "an action of another service"),
        ("kmss:Decrypt", "no action of any known service"),
    ],
)
def test_a_misspelt_prefix_is_told_from_another_service(name: str, message: str) -> None:
    """What policyuniverse knows belongs elsewhere; the rest is nobody's (S-109)."""
    with pytest.raises(UnknownNameError, match=message):
        action_named(name)


def test_nearest_names_are_told_for_a_misspelt_prefix() -> None:
    """The name behind the prefix is looked up all the same."""
    with pytest.raises(UnknownNameError) as caught:
        action_named("kmss:Decrypt")

    assert "kms:Decrypt" in caught.value.suggestions
