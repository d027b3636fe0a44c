"""What a key policy can give a caller at all, and what the caller needs besides (S-070, S-281)."""

from __future__ import annotations

from collections.abc import Iterable

from keypolicy.catalogue.actions import cross_account_bits
from keypolicy.document.key import KeyMetadata
from keypolicy.evaluation.action_elements import Universe
from keypolicy.matching.principals import MatchKind, Principal, PrincipalKind

__all__ = ["is_foreign", "needs_identity_policy", "usable_bits"]

_EVERY_ACTION = -1


def is_foreign(principal: Principal, key: KeyMetadata) -> bool:
    """Whether the caller belongs to another account than the key; services and anonymous callers belong to none."""
    return principal.account_id is not None and principal.account_id != key.account


def usable_bits(principal: Principal, key: KeyMetadata, universe: Universe) -> tuple[int, int]:
    """The actions that the caller can certainly and possibly use on the key, whatever any policy says.

    None across partitions (S-068) and none without credentials, since KMS takes signed requests
    only (S-320); across accounts none on an AWS managed key (S-346), and on others those that KMS
    accepts there (S-281), which for names newer than the catalogue is not known.
    """
    if principal.partition not in (None, key.partition) or principal.kind is PrincipalKind.ANONYMOUS:
        return 0, 0
    if not is_foreign(principal, key):
        return _EVERY_ACTION, _EVERY_ACTION
    if key.manager == "AWS":
        return 0, 0
    across = cross_account_bits()
    return across, across | universe.newer_bits if universe.newer else across


def needs_identity_policy(kinds: Iterable[MatchKind], principal: Principal, key: KeyMetadata) -> bool:
    """Whether a caller so covered by an Allow must be allowed by its own account's IAM policies too (S-070)."""
    if principal.kind is PrincipalKind.SERVICE:
        return False
    if is_foreign(principal, key):
        return True
    return set(kinds) == {MatchKind.ACCOUNT} and principal.kind is not PrincipalKind.ROOT_USER
