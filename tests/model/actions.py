"""Which actions an Action or NotAction element is about, and what a key policy can do about them (S-100 to S-110)."""

from __future__ import annotations

from typing import Any

from tests.model.principals import listed
from tests.model.silence import Silent
from tests.model.wildcards import matches, pattern

_WITHOUT_A_KEY = """CreateKey ListKeys ListAliases GenerateRandom ListRetirableGrants RetireGrant ConnectCustomKeyStore
    CreateCustomKeyStore DeleteCustomKeyStore DescribeCustomKeyStores DisconnectCustomKeyStore
    UpdateCustomKeyStore"""
WITHOUT_A_KEY = frozenset(_WITHOUT_A_KEY.split())
"""Those about which a key policy says nothing (S-110)."""

_ACROSS_ACCOUNTS = """CreateGrant Decapsulate Encapsulate Decrypt DeriveSharedSecret DescribeKey Encrypt GenerateDataKey
    GenerateDataKeyWithoutPlaintext GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext GenerateMac VerifyMac
    GetKeyRotationStatus GetPublicKey ListGrants ReEncryptFrom ReEncryptTo RevokeGrant Sign Verify"""
ACROSS_ACCOUNTS = frozenset(_ACROSS_ACCOUNTS.split())
"""Those that work on a key of another account (S-280)."""


def action_element_covers(statement: dict[str, Any], action: str, silent: Silent) -> bool:
    """Whether the statement is about the action."""
    if "NotAction" in statement:
        values = listed(statement["NotAction"])
        if not values:
            return silent("S-025")
        return not any(_covers(value, action, "Not", silent) for value in values)  # S-106
    return any(_covers(value, action, statement["Effect"], silent) for value in listed(statement["Action"]))


def _covers(value: str, action: str, where: str, silent: Silent) -> bool:
    """`where` is the effect, or Not in a NotAction, where every doubtful value is silent (S-369)."""
    if value == "*":
        return True
    if value == "*:*":
        return silent("S-104")
    if value.count(":") != 1:
        return False  # S-100
    if not matches(pattern(value.lower()), action.lower()):  # S-101, S-102
        return False
    prefix = value.partition(":")[0]
    return not ("*" in prefix or "?" in prefix) or (where != "Allow" and silent("S-104"))
