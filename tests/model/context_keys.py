"""Which condition keys the request of an action carries, and which hold several values (S-173, S-250)."""

from __future__ import annotations

from tests.model.callers import Context

_MULTIVALUED = """aws:TagKeys aws:CalledVia aws:PrincipalOrgPaths aws:ResourceOrgPaths aws:SourceOrgPaths
    aws:VpceOrgPaths aws:PrincipalServiceNamesList kms:EncryptionContextKeys kms:GrantOperations
    kms:ResourceAliases"""
MULTIVALUED = frozenset(_MULTIVALUED.lower().split())

_GRANT_READERS = "CreateGrant ListGrants RevokeGrant"
_TEXT = "Encrypt Decrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateDataKeyPair"
_CRYPTOGRAPHIC = f"{_TEXT} GenerateDataKeyPairWithoutPlaintext ReEncryptFrom ReEncryptTo"
_ALIASED = f"{_CRYPTOGRAPHIC} DescribeKey GetPublicKey Sign Verify GenerateMac VerifyMac DeriveSharedSecret"
_CARRIED_BY = {
    "kms:EncryptionContext:": f"{_CRYPTOGRAPHIC} CreateGrant RetireGrant",
    "kms:EncryptionContextKeys": f"{_CRYPTOGRAPHIC} CreateGrant RetireGrant",
    "kms:EncryptionAlgorithm": _CRYPTOGRAPHIC,
    "kms:GrantConstraintSourceArn": "CreateGrant",
    "kms:GrantConstraintType": "CreateGrant RetireGrant",
    "kms:GrantIsForAWSResource": _GRANT_READERS,
    "kms:GrantOperations": "CreateGrant",
    "kms:GranteePrincipal": "CreateGrant",
    "kms:GranteeServicePrincipal": "CreateGrant",
    "kms:RetiringPrincipal": "CreateGrant",
    "kms:RetiringServicePrincipal": "CreateGrant",
    "kms:RequestAlias": _ALIASED,
    "kms:RecipientAttestation:": "Decrypt GenerateDataKey GenerateDataKeyPair DeriveSharedSecret GenerateRandom",
    "kms:DataKeyPairSpec": "GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext",
    "kms:ReEncryptOnSameKey": "ReEncryptFrom ReEncryptTo",
    "kms:MessageType": "Sign Verify",
    "kms:SigningAlgorithm": "Sign Verify",
    "kms:MacAlgorithm": "GenerateMac VerifyMac",
    "kms:KeyAgreementAlgorithm": "DeriveSharedSecret",
    "kms:PolicyName": "GetKeyPolicy PutKeyPolicy",
    "kms:BypassPolicyLockoutSafetyCheck": "PutKeyPolicy CreateKey",
    "kms:RotationPeriodInDays": "EnableKeyRotation",
    "kms:ScheduleKeyDeletionPendingWindowInDays": "ScheduleKeyDeletion",
    "kms:TrailingDaysWithoutKeyUsage": "ScheduleKeyDeletion DisableKey",
    "kms:ExpirationModel": "ImportKeyMaterial",
    "kms:ValidTo": "ImportKeyMaterial",
    "kms:WrappingAlgorithm": "GetParametersForImport",
    "kms:WrappingKeySpec": "GetParametersForImport",
    "kms:ReplicaRegion": "ReplicateKey",
    "kms:PrimaryRegion": "UpdatePrimaryRegion",
    "aws:RequestTag/": "CreateKey TagResource",
    "aws:TagKeys": "CreateKey TagResource UntagResource",
}
"""By key, or start of a key: the actions whose request carries it; every other key may be on all of them."""
CARRIED_BY = {start.lower(): frozenset(actions.split()) for start, actions in _CARRIED_BY.items()}


def carried(request: Context, action: str) -> Context:
    """The request as the action sends it: other actions' keys are absent, not unknown (S-149)."""
    name = action.partition(":")[2]
    return {key: values for key, values in request.items() if _is_carried(key.lower(), name)}


def _is_carried(folded: str, name: str) -> bool:
    for start, actions in CARRIED_BY.items():
        if folded == start or (start[-1] in ":/" and folded.startswith(start)):
            return name in actions
    return True


def values_of(key: str, request: Context) -> list[list[str]]:
    """The values of the key; several lists where the request has it in several spellings (S-147, S-148)."""
    return [values for name, values in request.items() if name.lower() == key.lower()]
