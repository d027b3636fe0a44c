"""Slips that people make: what a Principal or Resource value names in place of the caller or the key.

Each function tells one slip, or None where the value is not that one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import NamedTuple

from keypolicy.document.key import KeyMetadata
from keypolicy.matching.arn import split_arn
from keypolicy.matching.patterns import compile_pattern
from keypolicy.matching.principals import UNIQUE_ID, Principal, PrincipalKind
from keypolicy.matching.resources import resource_pattern_covers

__all__ = ["NearMiss", "principal_near_miss", "resource_near_miss", "shortened"]

_SHOWN = 3


class NearMiss(NamedTuple):
    """A slip under a stable code, in one line, with the rule that it runs into."""

    code: str
    message: str
    rule: str


class _Named(NamedTuple):
    """One value of a Principal element; `account`, `path` and `partition` as in its ARN, empty where it is none."""

    type: str
    value: str
    partition: str
    account: str
    path: str

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


def _named(kind: str, value: str) -> _Named:
    parts = split_arn(value) if kind == "AWS" else None
    return _Named(kind, value, *(("", "", "") if parts is None else (parts[1], parts[4], parts[5])))


def shortened(texts: Iterable[str]) -> str:
    """The first few of the texts, and how many more there are."""
    listed = list(dict.fromkeys(texts))
    more = len(listed) - _SHOWN
    return ", ".join(listed[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def principal_near_miss(values: Iterable[tuple[str, str]], principal: Principal, partition: str) -> NearMiss | None:
    """The most telling slip among the (type, value) pairs of an element that does not name the caller of a key."""
    named = [_named(kind, value) for kind, value in values]
    for slip in _PRINCIPAL_SLIPS:
        found = next((miss for one in named if (miss := slip(one, principal, partition)) is not None), None)
        if found is not None:
            return found
    return None


def _caller_arns(principal: Principal) -> list[str]:
    return [arn for arn in (principal.arn, principal.role_arn, principal.user_arn) if arn is not None]


def _other_service_name(named: _Named, principal: Principal, partition: str) -> NearMiss | None:
    if named.type != "Service" or principal.kind is not PrincipalKind.SERVICE:
        return None
    if named.value.lower().partition(".")[0] != str(principal.name).partition(".")[0]:
        return None
    message = f"it names {named.value}, not {principal.name}; the names of services compare as they are written"
    return NearMiss("other-service-name", message, "S-066")


def _service_for_its_role(named: _Named, principal: Principal, partition: str) -> NearMiss | None:
    if named.type != "Service" or not principal.is_service_linked or f"/{named.value}/" not in str(principal.role_arn):
        return None
    message = (
        f"it names the service {named.value}, but the caller is its service-linked role in account "
        f"{principal.account_id}"
    )
    return NearMiss("service-for-service-linked-role", message, "S-066")


def _letter_case(named: _Named, principal: Principal, partition: str) -> NearMiss | None:
    for arn in _caller_arns(principal):
        if named.value.lower() == arn.lower():
            return NearMiss("letter-case", f"{named.value} differs from {arn} in letter case", "S-061")
    return None


def _other_path(named: _Named, principal: Principal, partition: str) -> NearMiss | None:
    for arn in _caller_arns(principal):
        own = _named("AWS", arn)
        same_kind = named.path.partition("/")[0] == own.path.partition("/")[0] in ("role", "user")
        if same_kind and named.account == own.account and named.name.lower() == own.name.lower():
            return NearMiss("other-path", f"{named.value} has another path than {arn}", "S-061")
    return None


def _other_session(named: _Named, principal: Principal, partition: str) -> NearMiss | None:
    is_session = named.account == principal.account_id and named.path.startswith(f"assumed-role/{principal.name}/")
    if not is_session or principal.kind is not PrincipalKind.ROLE_SESSION:
        return None
    return NearMiss("other-session", f"it names another session of the role, {named.value}", "S-062")


def _other_partition(named: _Named, principal: Principal, partition: str) -> NearMiss | None:
    if named.account != principal.account_id or named.partition == partition:
        return None
    message = f"{named.value} is in partition {named.partition}, the key in {partition}; none reaches across"
    return NearMiss("other-partition", message, "S-068")


def _principal_of_the_account(named: _Named, principal: Principal, partition: str) -> NearMiss | None:
    if principal.kind is not PrincipalKind.ACCOUNT or named.account != principal.account_id:
        return None
    if named.path.partition("/")[0] not in ("role", "user", "assumed-role", "federated-user"):
        return None
    what = "the service-linked role" if named.path.startswith("role/aws-service-role/") else "a principal"
    message = f"it names {what} {named.value} of the account, and not the account as a whole, which was asked about"
    return NearMiss("principal-of-account", message, "S-399" if "service-linked" in what else "S-052")


def _not_a_principal(named: _Named, principal: Principal, partition: str) -> NearMiss | None:
    kind = named.path.partition("/")[0]
    if named.account != principal.account_id or kind not in ("group", "instance-profile"):
        return None
    return NearMiss("not-a-principal", f"{named.value}: groups and instance profiles are never principals", "S-067")


def _partial_wildcard(named: _Named, principal: Principal, partition: str) -> NearMiss | None:
    if named.type != "AWS" or not any(compile_pattern(named.value).matches(arn) for arn in _caller_arns(principal)):
        return None
    message = f"{named.value} has a wildcard, which Principal does not take; ArnLike aws:PrincipalArn does"
    return NearMiss("partial-wildcard", message, "S-056")


def _deleted_principal(named: _Named, principal: Principal, partition: str) -> NearMiss | None:
    if not UNIQUE_ID.fullmatch(named.value):
        return None
    message = f"{named.value} is the id of a deleted principal; one made again under the same name is another"
    return NearMiss("deleted-principal", message, "S-034")


def _type_without_effect(named: _Named, principal: Principal, partition: str) -> NearMiss | None:
    if named.type == "Federated":
        return NearMiss(
            "type-without-effect", "Federated names nobody in a key policy: such callers are roles", "S-064"
        )
    if named.type == "CanonicalUser":
        return NearMiss("type-without-effect", "CanonicalUser names nobody in a key policy", "S-065")
    return None


def _other_principal_of_the_account(named: _Named, principal: Principal, partition: str) -> NearMiss | None:
    if named.account != principal.account_id or not named.path:
        return None
    return NearMiss(
        "other-principal-of-account", f"it names {named.value} of the same account, not {principal}", "S-053"
    )


_PrincipalSlip = Callable[[_Named, Principal, str], NearMiss | None]
_PRINCIPAL_SLIPS: tuple[_PrincipalSlip, ...] = (
    _other_service_name,
    _service_for_its_role,
    _letter_case,
    _other_partition,
    _other_path,
    _other_session,
    _not_a_principal,
    _principal_of_the_account,
    _partial_wildcard,
    _other_principal_of_the_account,
    _deleted_principal,
    _type_without_effect,
)


def resource_near_miss(values: Iterable[str], key: KeyMetadata) -> NearMiss | None:
    """What the first few values of a Resource element that does not cover the key name in its place."""
    return next((miss for value in islice(values, _SHOWN) if (miss := _resource_slip(value, key)) is not None), None)


def _resource_slip(value: str, key: KeyMetadata) -> NearMiss | None:
    parts = split_arn(value)
    if (value if parts is None else parts[5]).startswith("alias/"):
        message = f"{value} names an alias, and what counts is always the key's own ARN"
        return NearMiss("alias", message, "S-122")
    if value in (key.key_id, f"key/{key.key_id}"):
        return NearMiss("bare-key-id", f"{value} is a key id and no ARN", "S-122")
    if parts is None:
        return None
    if value.lower() == key.arn.lower():
        return NearMiss("letter-case", f"{value} differs from {key.arn} in letter case", "S-127")
    own = (key.partition, key.region, key.account, f"key/{key.key_id}")
    written = (parts[1], parts[3], parts[4], parts[5])
    differing = [
        what
        for what, text, pattern in zip(_WHAT_DIFFERS, own, written, strict=True)
        if not resource_pattern_covers(f"::::::{pattern}", f"::::::{text}")
    ]
    if not differing:
        return None
    code = f"other-{differing[0].lower()}" if len(differing) == 1 else "other-key"
    return NearMiss(code, f"{value} names another {' and another '.join(differing)}", "S-122")


_WHAT_DIFFERS = ("partition", "Region", "account", "key")
