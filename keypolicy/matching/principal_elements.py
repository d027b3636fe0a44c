"""How a Principal or NotPrincipal element of a statement covers a caller (S-053 to S-093).

A value of an element and a caller meet through probes: short texts that both can compute. A
caller's certain probes say that the value covers it; its doubtful ones that the value may.
That makes an index of all statements by principal a plain dictionary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from keypolicy.matching.arn import split_arn
from keypolicy.matching.memory import remembered
from keypolicy.matching.principals import ACCOUNT_ID, UNIQUE_ID, MatchKind, Principal, PrincipalKind
from keypolicy.matching.truth import Reading, Truth, missing

__all__ = [
    "EVERYONE",
    "certain_probes",
    "doubtful_match",
    "doubtful_probes",
    "element_values",
    "value_probes",
]

EVERYONE = "*"
Effect = Literal["Allow", "Deny"]
PrincipalElement = str | Mapping[str, str | tuple[str, ...]]


def element_values(element: PrincipalElement) -> Iterator[tuple[str, str]]:
    """Every (type, value) of an element; the bare `"*"` is the same as the AWS type's (S-054)."""
    if isinstance(element, str):
        yield "AWS", element
        return
    for kind, values in element.items():
        for value in (values,) if isinstance(values, str) else values:
            yield kind, value


def value_probes(kind: str, value: str) -> tuple[tuple[str, str | None], ...]:
    """The probes by which one value can be met, each with the partition that it holds in, None for any.

    Federated and CanonicalUser values meet nobody in a key policy (S-064, S-065), nor does a text
    that is no principal, wildcards in an ARN included (S-056).
    """
    if kind == "AWS":
        return _probes(value)
    return ((f"service:{value}", None),) if kind == "Service" else ()


@remembered(8192)
def _probes(value: str) -> tuple[tuple[str, str | None], ...]:
    if value == EVERYONE or ACCOUNT_ID.fullmatch(value) or UNIQUE_ID.fullmatch(value):
        return ((value, None),)
    parts = split_arn(value)
    if parts is None or parts[0] != "arn" or parts[3] or not ACCOUNT_ID.fullmatch(parts[4]):
        return ()
    if "*" in value or "?" in value:
        return ()
    partition, service, account, resource = parts[1], parts[2], parts[4], parts[5]
    if (service, resource) == ("iam", "root"):
        return ((account, partition),)
    resource_kind, _, path = resource.partition("/")
    exact = (value, partition)
    folded = (f"case:{value.lower()}", partition)
    if (service, resource_kind) == ("iam", "user"):
        return exact, folded, (f"users-of:{account}", partition)
    if (service, resource_kind) == ("iam", "role"):
        return exact, folded, (f"role-name:{account}:{path.rpartition('/')[2].lower()}", partition)
    if (service, resource_kind) == ("sts", "assumed-role"):
        return exact, folded, (f"session-of:{account}:{path.partition('/')[0].lower()}", partition)
    return (exact,)


def certain_probes(principal: Principal) -> tuple[tuple[str, MatchKind], ...]:
    """The probes of the values that cover the caller for certain, each with the kind of the match (S-053 to S-063)."""
    probes: list[tuple[str, MatchKind]] = []
    if principal.kind is PrincipalKind.SERVICE:
        return ((f"service:{principal.name}", MatchKind.SERVICE),)
    probes.append((EVERYONE, MatchKind.EVERYONE))
    if principal.account_id is not None:
        probes.append((principal.account_id, MatchKind.ACCOUNT))
    if principal.arn is not None and principal.kind in _OWN_ARN_KIND:
        probes.append((principal.arn, _OWN_ARN_KIND[principal.kind]))
    if principal.kind is PrincipalKind.ROLE_SESSION and principal.role_arn is not None:
        probes.append((principal.role_arn, MatchKind.ROLE))
    if principal.user_arn is not None:
        probes.append((principal.user_arn, MatchKind.PARENT))
    if principal.unique_id is not None:
        kind = MatchKind.USER if principal.kind is PrincipalKind.USER else MatchKind.ROLE
        probes.append((principal.unique_id, kind))
    return tuple(probes)


_OWN_ARN_KIND = {
    PrincipalKind.USER: MatchKind.USER,
    PrincipalKind.ROLE: MatchKind.ROLE,
    PrincipalKind.ROLE_SESSION: MatchKind.SESSION,
    PrincipalKind.FEDERATED_USER: MatchKind.SESSION,
}


def doubtful_probes(principal: Principal) -> tuple[str, ...]:
    """The probes of the values that may cover the caller; `doubtful_match` then judges the value itself."""
    if principal.kind is PrincipalKind.SERVICE:
        return (EVERYONE,)
    if principal.kind in (PrincipalKind.ACCOUNT, PrincipalKind.ROOT_USER, PrincipalKind.ANONYMOUS):
        return ()
    probes = [
        f"case:{arn.lower()}" for arn in (principal.arn, principal.role_arn, principal.user_arn) if arn is not None
    ]
    if principal.kind is PrincipalKind.ROLE:
        probes.append(f"session-of:{principal.account_id}:{str(principal.name).lower()}")
    elif principal.kind is PrincipalKind.ROLE_SESSION and principal.role_arn is None:
        probes.append(f"role-name:{principal.account_id}:{str(principal.name).lower()}")
    elif principal.kind is PrincipalKind.FEDERATED_USER and principal.user_arn is None:
        probes.append(f"users-of:{principal.account_id}")
    return tuple(dict.fromkeys(probes))


def doubtful_match(
    probe: str, value: str, principal: Principal, effect: Effect | None, reading: Reading
) -> tuple[Truth, MatchKind]:
    """Whether a value that was met by a doubtful probe covers the caller, and as what.

    `effect` is None for an element under a complement, where every doubt stays one (S-369).
    """
    if probe == EVERYONE:
        return (True if effect == "Deny" else reading.doubt("S-055", likely=True)), MatchKind.EVERYONE
    kind, _, _ = probe.partition(":")
    if kind == "session-of":
        named = value.split("/")[1] == principal.name
        return (missing("role session name") if named else _case_only(effect, reading)), MatchKind.SESSION
    if kind == "users-of":
        return missing("federating user"), MatchKind.PARENT
    if kind == "role-name":
        named = value.rpartition("/")[2] == principal.name
        return (True if named else _case_only(effect, reading)), MatchKind.ROLE
    if value in (principal.arn, principal.role_arn, principal.user_arn):
        return False, MatchKind.ROLE
    return _case_only(effect, reading), MatchKind.ROLE


def _case_only(effect: Effect | None, reading: Reading) -> Truth:
    """Names are unique whatever their case, yet Principal is case-sensitive: Allow False, Deny unknown (S-061)."""
    return False if effect == "Allow" else reading.doubt("S-061", likely=False)
