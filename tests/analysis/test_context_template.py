"""Placeholders in the contexts of profiles, and profiles asked about principals that they are not for."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from keypolicy import KeyMetadata, Principal, RequestContext, Requirement, RequirementProfile, check, loads
from keypolicy.analysis.context_template import ContextTemplate
from keypolicy.analysis.principal_kinds import covers
from keypolicy.batch import answer
from keypolicy.errors import ContextError, InputShapeError

KEY = KeyMetadata.parse("arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
ROLE = Principal.role("arn:aws:iam::444455556666:role/Reader")
SESSION = Principal.parse("arn:aws:sts::444455556666:assumed-role/Reader/me")
SERVICE = Principal.service("logs.eu-west-1.amazonaws.com")
BACKUP = Principal.service_linked_role("444455556666", "backup.amazonaws.com")


def profile(context: dict[str, Any], *kinds: str) -> RequirementProfile:
    requirement = {"actions": ["kms:Decrypt"], "context": context}
    return RequirementProfile.from_mapping(
        {"name": "own", "title": "own", "principal_kinds": list(kinds), "requirements": [requirement]}
    )


def policy(principal: Any, condition: dict[str, Any]) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "kms:Decrypt", "Resource": "*"}
    return {"Statement": [{**statement, "Condition": condition}]}


@pytest.mark.parametrize(
    ("written", "stated"),
    [
        ("{key_arn}", KEY.arn),
        ("s3.{key_region}.amazonaws.com", "s3.eu-west-1.amazonaws.com"),
        ("{key_account}", "111122223333"),
        ("arn:{partition}:iam::{principal_account}:role/{{x}}", "arn:aws:iam::444455556666:role/{x}"),
        (["{key_region}", "b"], ["eu-west-1", "b"]),
    ],
)
def test_placeholders_stand_for_the_facts_of_the_question(written: Any, stated: Any) -> None:
    """And a brace written twice for a brace."""
    (asked,) = (
        profile({"kms:EncryptionContext:x": written, "kms:ViaService": "{partition}"}).resolved(ROLE, KEY).requirements
    )

    assert asked.context == RequestContext({"kms:EncryptionContext:x": stated, "kms:ViaService": "aws"})


def test_a_profile_without_placeholders_is_resolved_once_for_all_questions() -> None:
    """Its contexts are request contexts from the start, with braces written once."""
    fixed = profile({"kms:EncryptionContext:x": "{{x}}", "kms:GrantIsForAWSResource": True})

    assert fixed.requirements[0].context == RequestContext(
        {"kms:EncryptionContext:x": "{x}", "kms:GrantIsForAWSResource": True}
    )
    assert fixed.resolved(ROLE, KEY) is fixed.resolved(SERVICE, KEY)


def test_a_placeholder_without_value_leaves_its_key_unstated_and_says_so() -> None:
    """A service has no account; the other keys are stated."""
    asked = profile({"kms:EncryptionContext:by": "{principal_account}", "kms:ViaService": "x"})
    condition = {"StringEquals": {"kms:EncryptionContext:by": "444455556666"}}

    of_service = check(loads(policy({"Service": SERVICE.name}, condition)), SERVICE, asked, key=KEY)
    of_role = check(loads(policy({"AWS": str(ROLE)}, condition)), ROLE, asked, key=KEY)

    assert (of_role.status, of_role.notes) == ("PASS", ())
    assert of_service.status == "CONDITIONAL"
    assert of_service.actions[0].context == RequestContext({"kms:ViaService": "x"})
    assert [tuple(note) for note in of_service.notes] == [
        (
            "context-not-stated",
            (
                "the profile states kms:EncryptionContext:by, but {principal_account} has no value for"
                " logs.eu-west-1.amazonaws.com; it was not stated"
            ),
        )
    ]


@pytest.mark.parametrize(
    ("name", "value", "principal", "known"),
    [
        ("aws:SourceArn", {"like": "arn:aws:logs:*"}, ROLE, "absent"),
        ("aws:PrincipalAccount", "{key_account}", ROLE, "444455556666"),
    ],
)
def test_what_a_principal_cannot_have_is_not_stated_for_it(
    name: str, value: Any, principal: Principal, known: str
) -> None:
    """A profile for services answers for a role too, with a note and no error (S-351)."""
    asked = profile({name: value}, "logs.{key_region}.amazonaws.com")

    result = check(loads(policy("*", {"Null": {name: "true"}})), principal, asked, key=KEY)

    assert [note.code for note in result.notes] == ["other-principal-kind", "context-not-stated"]
    assert f"for {principal} it is {known}" in result.notes[1].message
    assert result.status == ("PASS" if known == "absent" else "FAIL")
    with pytest.raises(ContextError):
        check(loads(policy("*", {})), principal, asked, key=KEY, context=RequestContext({name: "x"}))


def test_the_callers_context_overrides_a_partly_known_value() -> None:
    """The profile knows the form of an ARN, the caller the ARN."""
    asked = profile({"aws:SourceArn": {"like": "arn:{partition}:logs:{key_region}:{key_account}:*"}})
    named = loads(
        policy({"Service": SERVICE.name}, {"ArnEquals": {"aws:SourceArn": "arn:aws:logs:eu-west-1:111122223333:a"}})
    )
    any_of_account = loads(
        policy({"Service": SERVICE.name}, {"ArnLike": {"aws:SourceArn": "arn:aws:logs:eu-west-1:111122223333:*"}})
    )
    stated = RequestContext({"aws:SourceArn": "arn:aws:logs:eu-west-1:111122223333:a"})

    assert check(named, SERVICE, asked, key=KEY).status == "CONDITIONAL"
    assert check(named, SERVICE, asked, key=KEY, context=stated).status == "PASS"
    assert check(any_of_account, SERVICE, asked, key=KEY).status == "PASS"


@pytest.mark.parametrize(
    ("kinds", "principal", "expected"),
    [
        ((), ROLE, True),
        (("role",), ROLE, True),
        (("role",), SESSION, True),
        (("role session",), SESSION, True),
        (("role session",), ROLE, False),
        (("role",), BACKUP, False),
        (("service-linked role",), BACKUP, True),
        (("account",), ROLE, False),
        (("account",), Principal.account("444455556666"), True),
        (("service",), SERVICE, True),
        (("logs.{key_region}.amazonaws.com",), SERVICE, True),
        (("logs.{key_region}.amazonaws.com",), Principal.service("logs.us-east-1.amazonaws.com"), False),
        (("logs.{key_region}.amazonaws.com",), Principal.service("logs.eu-west-1.amazonaws.com.cn"), True),
        (("logs.{principal_account}.amazonaws.com",), SERVICE, False),
        (("logs.amazonaws.com", "user"), ROLE, False),
    ],
)
def test_a_kind_covers_its_principals(kinds: tuple[str, ...], principal: Principal, expected: bool) -> None:
    """A session is one of its role, a service-linked role is a kind of its own, a service has its name."""
    assert covers(kinds, principal, KEY) is expected


def test_a_batch_answer_has_the_members_of_the_contract_alone() -> None:
    """Also where the profile is for another kind of principal, which `check` would remark."""
    question = {
        "key_arn": KEY.arn,
        "key_policy": policy({"Service": SERVICE.name}, {}),
        "profile": "cloudwatch-logs-service",
    }

    for principal in (SERVICE, ROLE):
        answered = answer({**question, "principal": str(principal)})
        assert answered.keys() == {"id", "question", "outcome", "actions"}


def test_contexts_are_kept_for_short_principals_only() -> None:
    """So that principals without end do not fill the memory."""
    asked = profile({"kms:ViaService": "s3.{key_region}.amazonaws.com"})
    long = Principal.role(f"arn:aws:iam::444455556666:role/{'a' * 5000}")

    assert asked.resolved(ROLE, KEY) is asked.resolved(ROLE, KEY)
    assert asked.resolved(long, KEY) is not asked.resolved(long, KEY)
    assert asked.resolved(long, KEY) == asked.resolved(ROLE, KEY)


def test_a_template_is_a_value() -> None:
    """It compares and hashes by what is written."""
    first, second = ContextTemplate({"a": "{key_arn}"}), ContextTemplate({"a": "{key_arn}"})

    assert (first, hash(first)) == (second, hash(second))
    assert first != ContextTemplate({"a": "x"})
    assert first != RequestContext()
    assert repr(first) == "ContextTemplate({'a': '{key_arn}'})"


def test_a_profile_and_a_result_can_be_pickled() -> None:
    """Also after a question was asked, for work in several processes."""
    asked = profile({"kms:ViaService": "s3.{key_region}.amazonaws.com"})
    result = check(loads(policy({"AWS": str(ROLE)}, {"Null": {"kms:ViaService": "false"}})), ROLE, asked, key=KEY)

    again = pickle.loads(pickle.dumps(asked))

    assert again == asked
    assert again.resolved(ROLE, KEY) == result.profile.resolved(ROLE, KEY)


def test_a_profile_asks_about_an_action_once() -> None:
    """An answer has one outcome for each action."""
    with pytest.raises(InputShapeError, match="no requirements"):
        RequirementProfile("own", "own", ())

    twice = (Requirement(("kms:Decrypt",)), Requirement(("kms:Encrypt", "kms:Decrypt")))

    with pytest.raises(InputShapeError) as caught:
        RequirementProfile("own", "own", twice)

    assert caught.value.code == "invalid-profile"
