"""Who can: whom a policy names, what is asked about each, and what the list cannot show."""

from __future__ import annotations

from typing import Any

import pytest

from keypolicy import ActionSet, KeyMetadata, Outcome, RequestContext, WhoCan, loads, who_can
from keypolicy.analysis.who_can import Holder
from keypolicy.errors import ArnError, UnknownNameError

KEY = KeyMetadata.parse("arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab")
ROLE = "arn:aws:iam::222222222222:role/app/Reader"
SERVICE_LINKED_ROLE = "arn:aws:iam::222222222222:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"
ROLES = "arn:aws:iam::222222222222:role/A*"
DECRYPT = ("kms:Decrypt",)


def listed(*statements: dict[str, Any], actions: Any = DECRYPT, **more: Any) -> WhoCan:
    whole = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}
    merged = []
    for statement in statements:
        one = {**whole, **statement}
        if "NotPrincipal" in statement:
            del one["Principal"]
        merged.append(one)
    policy = loads({"Version": "2012-10-17", "Statement": merged}, lenient=True)
    return who_can(policy, actions, key=KEY, **more)


def holder(result: WhoCan, name: str) -> Holder:
    (found,) = [each for each in (*result.named, *result.anyone) if each.named.name == name]
    return found


def outcomes(found: Holder) -> list[tuple[str, list[str]]]:
    return [(group.outcome.value, list(group.actions)) for group in found.groups]


def named_by(key: str, value: str, operator: str = "StringEquals", **more: Any) -> WhoCan:
    return listed({"Condition": {operator: {key: value}}}, **more)


@pytest.mark.parametrize(
    ("value", "kind", "title"),
    [
        ("222222222222", "account", "account 222222222222"),
        ("arn:aws:iam::222222222222:root", "account", "account 222222222222"),
        (ROLE, "role", f"role {ROLE}"),
        ("arn:aws:iam::222222222222:user/Bob", "user", "user arn:aws:iam::222222222222:user/Bob"),
        (
            "arn:aws:sts::222222222222:assumed-role/Reader/alice",
            "role session",
            "role session arn:aws:sts::222222222222:assumed-role/Reader/alice",
        ),
        (
            "arn:aws:sts::222222222222:federated-user/F",
            "federated user",
            "federated user arn:aws:sts::222222222222:federated-user/F",
        ),
        (
            SERVICE_LINKED_ROLE,
            "service-linked role",
            f"service-linked role {SERVICE_LINKED_ROLE}",
        ),
    ],
)
def test_a_named_principal_is_listed_with_what_it_holds(value: str, kind: str, title: str) -> None:
    """Under its kind, for every way in which AWS writes it."""
    result = listed({"Principal": {"AWS": value}})
    (found,) = result.named

    assert (found.named.kind, found.named.title, found.named.written) == (kind, title, (value,))
    assert outcomes(found) == [("allowed", ["kms:Decrypt"])]
    assert found.groups[0].delegates_to_iam
    assert not result.nobody


def test_a_service_holds_what_it_is_given_directly() -> None:
    """No IAM policy decides about a service principal (S-066)."""
    (found,) = listed({"Principal": {"Service": "logs.amazonaws.com"}}).named

    assert (found.named.kind, found.named.name) == ("service", "logs.amazonaws.com")
    assert not found.groups[0].delegates_to_iam


def test_two_ways_to_write_an_account_are_one_account() -> None:
    """It is listed once, with both values and every statement (S-057)."""
    result = listed(
        {"Principal": {"AWS": "222222222222"}},
        {"Principal": {"AWS": ["arn:aws:iam::222222222222:root", ROLE]}},
    )
    account = holder(result, "222222222222")

    assert account.named.written == ("222222222222", "arn:aws:iam::222222222222:root")
    assert [ref.index for ref in account.named.statements] == [0, 1]
    assert [each.named.kind for each in result.named] == ["account", "role"]


@pytest.mark.parametrize(
    ("principal", "rule"),
    [
        ({"AWS": "AROAEXAMPLEEXAMPLE123"}, "S-034"),
        ({"Federated": "arn:aws:iam::222222222222:saml-provider/x"}, "S-064"),
        ({"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd"}, "S-065"),
        ({"AWS": "arn:aws:iam::222222222222:role/*"}, "S-056"),
        ({"AWS": "arn:aws:iam::222222222222:group/Readers"}, "S-067"),
        ({"AWS": "arn:aws:iam::222222222222:instance-profile/x"}, "S-067"),
        ({"AWS": "arn:aws:s3:::bucket"}, "S-053"),
        ({"AWS": "arn:aws"}, "S-053"),
        ({"AWS": "Bob"}, "S-053"),
        ({"AWS": "arn:aws-cn:iam::222222222222:root"}, "S-068"),
        ({"Service": "Logs"}, "S-066"),
    ],
)
def test_a_value_that_names_nobody_is_told_with_its_rule(principal: dict[str, str], rule: str) -> None:
    """Not dropped, and not among the holders."""
    result = listed({"Principal": principal})
    (nobody,) = result.nobody

    assert ({nobody.place: nobody.value}, nobody.rule) == (principal, rule)
    assert nobody.reason
    assert [ref.index for ref in nobody.statements] == [0]
    assert not result.named


def test_a_type_of_principal_that_does_not_exist_is_told() -> None:
    """In a leniently loaded document the statement is open to anyone (S-011)."""
    result = listed({"Principal": {"Account": "222222222222"}})

    assert not result.named
    assert outcomes(result.anyone[0]) == [("conditional", ["kms:Decrypt"])]


@pytest.mark.parametrize(
    ("key", "value", "name", "stated"),
    [
        ("aws:PrincipalOrgID", "o-a", "organization o-a", {"aws:PrincipalOrgID": "o-a"}),
        (
            "aws:PrincipalOrgPaths",
            "o-a/r-a/",
            "organization path o-a/r-a/",
            {"aws:PrincipalOrgID": "o-a", "aws:PrincipalOrgPaths": "o-a/r-a/"},
        ),
        ("aws:PrincipalAccount", "222222222222", "222222222222", {}),
        ("kms:CallerAccount", "222222222222", "222222222222", {}),
        ("aws:PrincipalArn", ROLE, ROLE, {}),
        ("aws:PrincipalArn", "arn:aws:iam::222222222222:root", "arn:aws:iam::222222222222:root", {}),
    ],
)
def test_a_condition_for_everyone_names_its_values(key: str, value: str, name: str, stated: dict[str, str]) -> None:
    """Each is asked about with the condition key that makes it one of these callers."""
    operator = "ForAnyValue:StringEquals" if "Paths" in key else "StringEquals"
    result = named_by(key, value, operator)
    (found,) = result.named

    assert (found.named.name, found.named.conditions) == (name, (f"{key} {value}",))
    assert found.context == RequestContext(stated)
    assert outcomes(found) == [("allowed", ["kms:Decrypt"])]
    assert [ref.index for ref in result.for_everyone] == [0]


@pytest.mark.parametrize(
    ("key", "value", "operator", "name"),
    [
        ("aws:PrincipalOrgPaths", "o-a/r-a/*", "ForAnyValue:StringLike", "organization path o-a/r-a/*"),
        ("aws:PrincipalOrgID", "o-*", "StringLike", "organization o-*"),
        ("aws:PrincipalArn", ROLES, "ArnLike", f"callers with aws:PrincipalArn {ROLES}"),
        ("aws:PrincipalArn", "arn:aws:iam::*:user/A", "ArnLike", "callers with aws:PrincipalArn arn:aws:iam::*:user/A"),
        ("aws:SourceAccount", "22222222222?", "StringLike", "services that act for account 22222222222?"),
        ("aws:SourceAccount", "222222222222", "StringEquals", "services that act for account 222222222222"),
    ],
)
def test_a_kind_of_callers_that_is_not_known_in_full_stays_conditional(
    key: str, value: str, operator: str, name: str
) -> None:
    """What was not stated, or AWS does not document (S-055), stays in the residual."""
    (found,) = named_by(key, value, operator).named

    assert found.named.title == name
    assert outcomes(found) == [("conditional", ["kms:Decrypt"])]


@pytest.mark.parametrize(
    ("value", "caller"),
    [("2222*", "222200000000"), ("22222222222?", "222222222220"), ("${aws:ResourceAccount}", "111111111111")],
)
def test_accounts_by_pattern_are_asked_about_by_an_example(value: str, caller: str) -> None:
    """It is told which."""
    (found,) = named_by("aws:PrincipalAccount", value, "StringLike").named

    assert found.named.caller.account_id == caller
    assert outcomes(found) == [("allowed", ["kms:Decrypt"])]


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("aws:PrincipalAccount", "12", "S-220"),
        ("aws:PrincipalArn", "arn:aws:sts::222222222222:assumed-role/Reader/alice", "S-220"),
        ("aws:PrincipalArn", "Reader", "S-220"),
        ("aws:PrincipalArn", ROLE.replace("arn:aws:", "arn:aws-cn:"), "S-068"),
    ],
)
def test_a_condition_value_that_no_caller_has_names_nobody(key: str, value: str, rule: str) -> None:
    """It is told with the condition key."""
    result = named_by(key, value)
    (nobody,) = result.nobody

    assert (nobody.place, nobody.value, nobody.rule) == (key, value, rule)
    assert not result.named


def test_conditions_that_name_nobody_are_left_alone() -> None:
    """Null tells presence, other keys no caller, unknown operators nothing; nor do statements for named principals."""
    condition = {"Null": {"aws:PrincipalOrgID": "false"}, "StringEquals": {"kms:ViaService": "x"}}
    organization = {"StringEquals": {"aws:PrincipalOrgID": "o-a"}}
    named = {"Principal": {"AWS": ROLE}, "Condition": organization}

    assert not listed({"Condition": condition}).named
    assert not named_by("aws:PrincipalOrgID", "o-a", "StringIs").named
    assert [each.named.name for each in listed(named).named] == [ROLE]


def test_anyone_else_is_asked_about_in_three_ways() -> None:
    """Another account, a role of the key's account, a service; each with what it holds and why."""
    another, own, service = listed({}).anyone

    assert another.named.caller.account_id == "999999999999"
    assert outcomes(another) == outcomes(own) == [("allowed", ["kms:Decrypt"])]
    assert (another.groups[0].delegates_to_iam, own.groups[0].delegates_to_iam) == (True, False)
    assert outcomes(service) == [("conditional", ["kms:Decrypt"])]
    assert service.groups[0].undocumented == ("S-055",)


def test_the_account_of_anyone_is_one_that_the_policy_does_not_name() -> None:
    """Nor is it that of the key."""
    result = listed({"Principal": {"AWS": ["999999999999", "999999999998"]}})

    assert result.anyone[0].named.caller.account_id == "999999999997"


def test_a_not_principal_concerns_anyone_but_those_whom_it_lists() -> None:
    """They are listed as principals of their own too; wildcards except everyone."""
    result = listed(
        {"NotPrincipal": {"AWS": [ROLE, "222222222222"]}},
        {"NotPrincipal": {"AWS": "*"}, "Effect": "Deny"},
        reading="likely",
    )

    assert [ref.index for ref in result.for_everyone] == [0, 1]
    assert result.excepted == (ROLE, "222222222222", "*")
    assert outcomes(holder(result, ROLE)) == []
    assert outcomes(result.anyone[0]) == [("allowed", ["kms:Decrypt"])]


def test_a_deny_that_restricts_a_named_principal_shows() -> None:
    """As a group where it takes an action away, and in the residual where it may; else it is not mentioned."""
    actions = ["kms:Decrypt", "kms:Encrypt", "kms:Sign", "kms:ScheduleKeyDeletion", "kms:TagResource"]
    found = holder(
        listed(
            {"Principal": {"AWS": ROLE}, "Action": actions[:4]},
            {"Effect": "Deny", "Action": "kms:Encrypt"},
            {"Effect": "Deny", "Action": "kms:Sign", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
            {"Effect": "Deny", "Action": "kms:TagResource"},
            actions=actions,
        ),
        ROLE,
    )

    assert outcomes(found) == [
        ("allowed", ["kms:Decrypt"]),
        ("conditional", ["kms:Sign"]),
        ("explicitDeny", ["kms:Encrypt"]),
        ("implicitDeny", ["kms:ScheduleKeyDeletion"]),
    ]
    assert str(found.groups[1].residual) == 'not (Bool aws:SecureTransport "false")'
    assert [[ref.index for ref in group.statements] for group in found.groups] == [[0], [0, 2], [1], [0]]
    assert [ref.index for ref in found.restricted_by] == [1, 2]
    assert found.denied == ActionSet.of("kms:Encrypt", "kms:ScheduleKeyDeletion")


def test_a_context_holds_for_callers_who_do_not_tell_another() -> None:
    """What a caller itself tells otherwise is left out of the question about it; nothing is refused for it."""
    context = RequestContext(
        {"aws:PrincipalAccount": "222222222222", "kms:ViaService": "x"}, absent=["aws:PrincipalOrgID", "aws:SourceVpce"]
    )
    result = listed(
        {"Principal": {"AWS": ["222222222222", "333333333333"]}},
        {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a"}}},
        context=context,
    )

    def stated(name: str) -> set[str]:
        return set(holder(result, name).context.stated)

    general = {"kms:ViaService", "aws:SourceVpce", "aws:PrincipalOrgID"}
    assert stated("222222222222") == {*general, "aws:PrincipalAccount"}
    assert stated("333333333333") == general
    assert holder(result, "organization o-a").context == RequestContext(
        {"kms:ViaService": "x", "aws:PrincipalOrgID": "o-a"}, absent=["aws:SourceVpce"]
    )


def test_a_closed_context_leaves_open_what_describes_a_kind_of_callers() -> None:
    """A key such as aws:PrincipalArn is not absent because an unnamed caller does not tell it; others are absent."""
    condition = {"ArnLike": {"aws:PrincipalArn": ROLES}}
    result = listed(
        {"Principal": {"AWS": ["111111111111", "222222222222"]}},
        {"Effect": "Deny", "Condition": {**condition, "Null": {"aws:SourceVpce": "true", "KMS:ViaService": "true"}}},
        context=RequestContext({"kms:ViaService": "x"}, closed=True),
    )
    of_pattern, own = holder(result, f"callers with aws:PrincipalArn {ROLES}"), result.anyone[1]
    general = {"kms:ViaService": "x"}

    assert own.context == of_pattern.context == RequestContext(general, absent=["aws:SourceVpce"])
    assert holder(result, "222222222222").context == RequestContext(general, closed=True)
    assert outcomes(own) == [("allowed", ["kms:Decrypt"])]
    without_service = listed(
        {"Principal": {"AWS": "111111111111"}},
        {"Effect": "Deny", "Condition": {**condition, "Null": {"aws:SourceVpce": "true"}}},
        context=RequestContext.closed(),
    )
    assert outcomes(without_service.anyone[1]) == [("conditional", ["kms:Decrypt"])]


def test_without_actions_every_action_that_a_key_policy_can_give_is_asked_about() -> None:
    """Actions that involve no key are not (S-110)."""
    result = listed({"Principal": {"AWS": "111111111111"}}, actions=None)

    assert "kms:PutKeyPolicy" in result.named[0].allowed
    assert "kms:CreateKey" not in result.actions
    assert result.named[0].allowed == result.actions


def test_what_cannot_be_seen_is_told() -> None:
    """Always grants, the AWS_RAM policy and other policies; IAM policies where something is delegated."""
    delegated = listed(
        {"Principal": {"AWS": "222222222222"}}, {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a"}}}
    )
    to_nobody = listed({"Effect": "Deny", "Principal": {"AWS": ROLE}})
    to_anyone = listed({"Principal": {"AWS": []}}, {})
    deny = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
    doubtful = who_can(loads({"Version": "2012", "Statement": deny}, lenient=True), key=KEY)
    always = ["grants-not-supplied", "ram-policy-not-supplied", "other-policies-not-supplied"]

    assert [note.code for note in delegated.notes] == ["iam-policies-not-supplied", *always]
    assert "account 222222222222 and every account that a condition lets in" in delegated.notes[0].message
    assert "of every account that a condition lets in decide" in to_anyone.notes[0].message
    assert [note.code for note in to_nobody.notes] == always
    assert [note.code for note in doubtful.notes][-1] == "document-doubtful"


def test_what_cannot_be_asked_is_refused() -> None:
    """An alias, an unknown action; and the result is no boolean."""
    policy = loads({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}})

    with pytest.raises(ArnError):
        who_can(policy, key="alias/x")
    with pytest.raises(UnknownNameError):
        who_can(policy, ["kms:Unheard"], key=KEY)
    with pytest.raises(TypeError, match="no boolean"):
        bool(who_can(policy, key=KEY))
    assert who_can(policy, ["kms:ReEncrypt*"], key=KEY.arn).anyone[0].actions(Outcome.ALLOWED) == ActionSet.of(
        "kms:ReEncryptFrom", "kms:ReEncryptTo"
    )
