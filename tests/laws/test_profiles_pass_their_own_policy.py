"""A key policy that is written from a profile passes it, and without one statement fails that requirement alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keypolicy import KeyMetadata, Principal, Requirement, RequirementProfile, check, loads, profiles
from keypolicy.analysis.principal_kinds import covers
from keypolicy.matching.context import RequestContext
from keypolicy.matching.key_states import AnyOf, KeyState, Like, Presence, Present

KEY = KeyMetadata.parse("arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
CALLERS = {
    "account": Principal.account("444455556666"),
    "role": Principal.role("arn:aws:iam::444455556666:role/Reader"),
    "user": Principal.user("arn:aws:iam::444455556666:user/reader"),
    "service-linked role": Principal.service_linked_role("111122223333", "autoscaling.amazonaws.com"),
}


def caller(kind: str) -> Principal:
    return CALLERS.get(kind) or Principal.service(kind.replace("{key_region}", KEY.region))


def condition_on(name: str, state: KeyState) -> tuple[str, Any]:
    """The operator and the values by which a policy asks for what is known of a key."""
    if isinstance(state, Present):
        return "StringEquals", list(state.values)
    if isinstance(state, Like):
        return "StringLike", list(state.patterns)
    if isinstance(state, AnyOf):
        texts = [value for each in state.states if isinstance(each, Present) for value in each.values]
        return "StringEqualsIfExists", texts
    assert state is Presence.PRESENT
    return "Null", "false"


def conditions(context: RequestContext) -> dict[str, dict[str, Any]]:
    block: dict[str, dict[str, Any]] = {}
    for name, state in context.stated.items():
        operator, values = condition_on(name, state)
        block.setdefault(operator, {})[name] = values
    return block


def statements(profile: RequirementProfile, principal: Principal) -> list[dict[str, Any]]:
    """One for each requirement, under the conditions that it states and that its actions carry."""
    written = str(principal)
    element = {"Service": written} if written.endswith(".com") else {"AWS": written}
    return [
        {
            "Effect": "Allow",
            "Principal": element,
            "Action": list(asked.requirement.actions),
            "Resource": "*",
            **({"Condition": conditions(asked.context)} if asked.context.stated else {}),
        }
        for asked in profile.resolved(principal, KEY).requirements
    ]


def assert_the_law(profile: RequirementProfile, principal: Principal) -> None:
    written = statements(profile, principal)
    result = check(loads({"Statement": written}), principal, profile, key=KEY)
    assert (result.status, result.notes) == ("PASS", ())
    for place, requirement in enumerate(profile.requirements):
        others: list[Mapping[str, Any]] = [each for index, each in enumerate(written) if index != place]
        unrelated = {"Effect": "Allow", "Principal": "*", "Action": "kms:GetPublicKey", "Resource": "*"}
        failed = check(loads({"Statement": [*others, unrelated]}), principal, profile, key=KEY)
        assert failed.status == "FAIL"
        assert [reason.action for reason in failed.reasons] == list(requirement.actions)


@pytest.mark.parametrize(
    ("name", "kind"),
    [(name, kind) for name, profile in profiles.items() for kind in profile.principal_kinds or ("account", "role")],
)
def test_a_policy_written_from_a_shipped_profile_passes_it(name: str, kind: str) -> None:
    """For every kind of principal that the profile is for."""
    assert covers(profiles[name].principal_kinds, caller(kind), KEY)
    assert_the_law(profiles[name], caller(kind))


ACTIONS = st.lists(
    st.lists(
        st.sampled_from(["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]),
        min_size=1,
        max_size=2,
    ),
    min_size=1,
    max_size=3,
)
CONTEXTS = st.dictionaries(
    st.sampled_from(["kms:ViaService", "kms:EncryptionContext:a", "kms:EncryptionContext:b", "aws:UserAgent"]),
    st.sampled_from(
        [
            "s3.{key_region}.amazonaws.com",
            "{{{key_account}}}",
            "{principal_account}",
            {"like": "arn:{partition}:s3:::*"},
            {"like": ["a*", "*{key_region}?b"]},
            {"any_of": ["{key_arn}", "x"]},
            {"any_of": ["x", None]},
            {"like": "?*"},
        ]
    ),
)


@given(ACTIONS, st.lists(CONTEXTS, min_size=3, max_size=3), st.sampled_from(["account", "role", "user"]))
def test_a_policy_written_from_any_profile_passes_it(
    actions: list[list[str]], contexts: list[dict[str, Any]], kind: str
) -> None:
    """Whatever it states, with placeholders and partly known values."""
    seen: set[str] = set()
    requirements = []
    for listed, context in zip(actions, contexts, strict=False):
        fresh = [action for action in dict.fromkeys(listed) if action not in seen]
        seen.update(fresh)
        if fresh:
            requirements.append({"actions": fresh, "context": context})
    profile = RequirementProfile.from_mapping({"name": "own", "title": "own", "requirements": requirements})

    assert isinstance(profile.requirements[0], Requirement)
    assert_the_law(profile, caller(kind))
