"""The callers whom a policy can tell apart among those who agree with what was stated of one (S-051, S-088, S-362)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from keypolicy.evaluation.bound_policy import BoundPolicy
from keypolicy.evaluation.request import Request
from keypolicy.matching.principal_elements import element_values
from keypolicy.matching.principals import Principal
from keypolicy.matching.truth import Unknown

__all__ = ["principal_variants"]


def principal_variants(bound: BoundPolicy, request: Request) -> tuple[Principal, ...]:
    """The caller, or in its place callers of whom all is known on which some statement's principal element depends."""
    missing: set[str] = set()
    for _, truth, _ in bound.concerned(request.principal):
        if isinstance(truth, Unknown):
            missing |= truth.missing
    variants: tuple[Principal, ...] = (request.principal,)
    if "role session name" in missing:
        variants = tuple(_sessions(bound, request.principal))
    elif "federating user" in missing:
        variants = tuple(_federated(bound, request.principal))
    if "permissions boundary" in missing:
        variants = tuple(
            variant.evolve(permissions_boundary=attached) for variant in variants for attached in (False, True)
        )
    return variants


def _sessions(bound: BoundPolicy, role: Principal) -> Iterator[Principal]:
    """A session of the role for each session name that the policy has, and one of another name."""
    start = f":assumed-role/{role.name}/"
    names = {value.partition(start)[2] for value in _named(bound) if start in value}
    for name in [*sorted(names), _other(names)]:
        session = Principal.role_session(str(role.role_arn), name)
        yield replace(
            session,
            unique_id=role.unique_id,
            permissions_boundary=role.permissions_boundary,
            certain_probes=(),
            doubtful_probes=(),
        )


def _federated(bound: BoundPolicy, session: Principal) -> Iterator[Principal]:
    """The session as one of each user that the policy names in its account, and of another user."""
    start = f"arn:{session.partition}:iam::{session.account_id}:user/"
    names = {value.removeprefix(start) for value in _named(bound) if value.startswith(start)}
    for name in [*sorted(names), _other(names)]:
        federated = Principal.federated_user(str(session.arn), user=start + name)
        yield federated.evolve(permissions_boundary=session.permissions_boundary)


def _named(bound: BoundPolicy) -> Iterator[str]:
    for rule in bound.rules:
        for element in (rule.rule.principal, rule.rule.not_principal or ""):
            yield from (value for _, value in element_values(element))


def _other(names: set[str]) -> str:
    name = "other"
    while name in names:
        name += "-other"
    return name
