"""NotPrincipal: whom a statement concerns that names those whom it does not (S-086 to S-091)."""

from __future__ import annotations

from dataclasses import dataclass

from keypolicy.matching.principal_elements import (
    EVERYONE,
    Effect,
    PrincipalElement,
    doubtful_match,
    element_values,
    value_probes,
)
from keypolicy.matching.principals import MatchKind, Principal, PrincipalKind
from keypolicy.matching.truth import Reading, Truth, any_of, missing, undocumented

__all__ = ["not_principal_truth"]

_WHOLE_CHAIN = {
    PrincipalKind.ROOT_USER: frozenset((MatchKind.ACCOUNT,)),
    PrincipalKind.SERVICE: frozenset((MatchKind.SERVICE,)),
    PrincipalKind.USER: frozenset((MatchKind.USER, MatchKind.ACCOUNT)),
    PrincipalKind.ROLE_SESSION: frozenset((MatchKind.SESSION, MatchKind.ROLE, MatchKind.ACCOUNT)),
    PrincipalKind.FEDERATED_USER: frozenset((MatchKind.SESSION, MatchKind.PARENT, MatchKind.ACCOUNT)),
}
_CAN_HAVE_BOUNDARY = (
    PrincipalKind.USER,
    PrincipalKind.ROLE,
    PrincipalKind.ROLE_SESSION,
    PrincipalKind.FEDERATED_USER,
)


@dataclass(frozen=True, slots=True)
class _Exception:
    """How far the list excepts a caller.

    `levels` are those of the caller's chain that it lists, `doubts` the values that may be of the
    chain; `names_others` says that it lists other principals of the caller's account, and
    `names_other_session` a session of the caller's role.
    """

    levels: frozenset[MatchKind]
    doubts: tuple[Truth, ...]
    names_others: bool
    names_other_session: bool


def not_principal_truth(
    element: PrincipalElement, principal: Principal, effect: Effect, partition: str, reading: Reading
) -> Truth:
    """Whether a statement with this NotPrincipal element concerns the caller of a key in `partition`."""
    listed: dict[str, list[str]] = {}
    for kind, value in element_values(element):
        for probe, holds_in in value_probes(kind, value):
            if holds_in in (None, partition):
                listed.setdefault(probe, []).append(value)
    if EVERYONE in listed:
        return False
    excepted = _exception(listed, principal, reading)
    if effect == "Deny":
        return _denied_by_boundary(principal, _denied(principal, excepted, reading))
    if excepted.levels:
        return False
    return any_of(excepted.doubts) if excepted.doubts else reading.doubt("S-089", likely=True)


def _exception(listed: dict[str, list[str]], principal: Principal, reading: Reading) -> _Exception:
    levels = {kind for probe, kind in principal.certain_probes if probe in listed}
    doubts: list[Truth] = []
    for probe in principal.doubtful_probes:
        for value in listed.get(probe, ()):
            truth, match_kind = doubtful_match(probe, value, principal, None, reading)
            if truth is True:
                levels.add(match_kind)
            elif truth is not False:
                doubts.append(truth)
    account = f":{principal.account_id}:"
    return _Exception(
        frozenset(levels),
        tuple(doubts),
        names_others=any(
            account in value and not value.endswith(":root") for each in listed.values() for value in each
        ),
        names_other_session=f"session-of:{principal.account_id}:{str(principal.name).lower()}" in listed,
    )


def _denied(principal: Principal, excepted: _Exception, reading: Reading) -> Truth:
    """The table of S-087: excepted for certain only where every level of the caller's chain is listed."""
    levels = excepted.levels
    if levels == _WHOLE_CHAIN.get(principal.kind):
        return False
    if excepted.doubts:
        return any_of((*excepted.doubts, undocumented("S-087")))
    if principal.kind is PrincipalKind.ACCOUNT:
        return reading.doubt("S-087", likely=True) if levels or excepted.names_others else True
    if not levels:
        return True
    if levels == {MatchKind.ACCOUNT}:
        return True if excepted.names_others else reading.doubt("S-087", likely=True)
    if levels == {MatchKind.ROLE, MatchKind.ACCOUNT}:
        return reading.doubt("S-087", likely=excepted.names_other_session)
    return undocumented("S-087")


def _denied_by_boundary(principal: Principal, denied: Truth) -> Truth:
    """A user or role that has a permissions boundary is denied whatever the list says (S-088)."""
    if principal.kind not in _CAN_HAVE_BOUNDARY or principal.is_service_linked or denied is True:
        return denied
    if principal.permissions_boundary is None:
        boundary = missing("permissions boundary")
        return boundary if denied is False else any_of((denied, boundary))
    return True if principal.permissions_boundary else denied
