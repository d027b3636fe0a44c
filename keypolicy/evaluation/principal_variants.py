"""The callers whom a policy can tell apart among those who agree with what was stated of one (S-051, S-088, S-362)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from keypolicy.evaluation.bound_policy import BoundPolicy
from keypolicy.evaluation.key_facts import key_facts
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.rules import Rule
from keypolicy.matching.conditions import Condition
from keypolicy.matching.key_states import Present
from keypolicy.matching.principal_elements import element_values
from keypolicy.matching.principals import Principal
from keypolicy.matching.truth import Unknown
from keypolicy.matching.value_classes import Texts, classes_of
from keypolicy.matching.variables import variable_keys

__all__ = ["Variants", "principal_variants"]

_USERID = "aws:userid"


class Variants(NamedTuple):
    """Callers who agree with what was stated of one; `are_all` where a policy can tell no further ones apart."""

    principals: tuple[Principal, ...]
    are_all: bool


def principal_variants(bound: BoundPolicy, request: Request) -> Variants:
    """The caller, or in its place callers of whom all is known on which some statement's principal element depends."""
    missing: set[str] = set()
    for _, truth, _ in bound.concerned(request.principal):
        if isinstance(truth, Unknown):
            missing |= truth.missing
    variants, are_all = Variants((request.principal,), are_all=True)
    if "role session name" in missing:
        names = _session_names(bound, request)
        variants = tuple(_session(request.principal, name) for name in names.texts) or variants
        are_all = names.are_all
    elif "federating user" in missing:
        variants = tuple(_federated(bound, request.principal))
    if "permissions boundary" in missing:
        variants = tuple(
            variant.evolve(permissions_boundary=attached) for variant in variants for attached in (False, True)
        )
    return Variants(variants, are_all)


def _session(role: Principal, name: str) -> Principal:
    session = Principal.role_session(str(role.role_arn), name)
    return replace(
        session,
        unique_id=role.unique_id,
        permissions_boundary=role.permissions_boundary,
        certain_probes=(),
        doubtful_probes=(),
    )


def _session_names(bound: BoundPolicy, request: Request) -> Texts:
    """Each name of the role's sessions that the policy has, and one of another name.

    aws:userid ends with the name (S-220): where something is known of it, its classes tell which names there are.
    """
    role = request.principal
    start = f":assumed-role/{role.name}/"
    named = (value.partition(start)[2] for value in _named(bound) if start in value)
    names = {name for name in named if _is_name(name) and "/" not in name}
    state = request.state_of(_USERID)
    if role.unique_id is None and not isinstance(state, Present):
        return Texts((*sorted(names), _other(names)), are_all=True)
    tests = [test for rule in bound.rules for test in rule.tests]
    conditions = [test.condition for test in tests if test.condition.folded_key == _USERID]
    conditions.append(Condition("StringLike", _USERID, (f"{role.unique_id}:?*",)))
    conditions += (Condition("StringEquals", _USERID, (f"{role.unique_id}:{name}",)) for name in sorted(names))
    classes = classes_of(state, key_facts(_USERID), conditions, request.state_of, request.reading)
    texts = [each.values[0].partition(":") for each in classes.states if isinstance(each, Present)]
    found = dict.fromkeys(name for unique_id, _, name in texts if name and role.unique_id in (None, unique_id))
    taken = tuple(name for name in found if _is_name(name) and "/" not in name)
    is_compared = any(_USERID in test.condition.variable_keys for test in tests)
    are_all = classes.are_all and len(taken) == len(found) and not is_compared
    return Texts(taken, are_all and not any(_names_userid(rule) for rule in bound.rules))


def _names_userid(rule: Rule) -> bool:
    resource = rule.resource
    return resource is not None and rule.reads_resource and _USERID in variable_keys(resource.values)


def _federated(bound: BoundPolicy, session: Principal) -> Iterator[Principal]:
    """The session as one of each user that the policy names in its account, and of another user."""
    start = f"arn:{session.partition}:iam::{session.account_id}:user/"
    named = (value.removeprefix(start) for value in _named(bound) if value.startswith(start))
    names = {name for name in named if _is_name(name)}
    for name in [*sorted(names), _other(names)]:
        federated = Principal.federated_user(str(session.arn), user=start + name)
        yield federated.evolve(permissions_boundary=session.permissions_boundary)


def _is_name(text: str) -> bool:
    """Whether a caller may have the name, with its path if it has one; no value of a statement names all of them."""
    return bool(text) and "*" not in text


def _named(bound: BoundPolicy) -> Iterator[str]:
    for rule in bound.rules:
        for element in (rule.principal, rule.not_principal or ""):
            yield from (value for _, value in element_values(element))


def _other(names: set[str]) -> str:
    name = "other"
    while name in names:
        name += "-other"
    return name
