"""The check against a requirement profile, on the article's policy and on breakages of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from keypolicy import KeyMetadata, Outcome, Principal, RequestContext, Requirement, RequirementProfile, check, loads
from keypolicy.analysis.check import CheckStatus
from keypolicy.errors import UnknownNameError

SOURCE, DESTINATION, STRANGER = "111122223333", "444455556666", "999999999999"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROLE = Principal.service_linked_role(DESTINATION, "backup.amazonaws.com")
USE = ["kms:DescribeKey", "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"]
GRANTS = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]


def article(
    principal: str = f"arn:aws:iam::{DESTINATION}:root",
    *,
    use: list[str] = USE,
    grants: list[str] = GRANTS,
    more: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """The policy of the re:Post article, with another destination, other actions or more statements where asked."""
    principals = {"AWS": [f"arn:aws:iam::{SOURCE}:root", principal]}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Enable",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{SOURCE}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {"Sid": "Use", "Effect": "Allow", "Principal": principals, "Action": use, "Resource": "*"},
            {
                "Sid": "Grants",
                "Effect": "Allow",
                "Principal": principals,
                "Action": grants,
                "Resource": "*",
                "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
            },
            *(more or []),
        ],
    }


@pytest.mark.parametrize(
    ("document", "principal", "profile", "missing"),
    [
        (article(), DESTINATION, "union", []),
        (article(), ROLE, "union", []),
        (article(), SOURCE, "union", []),
        (article(), DESTINATION, "slr-effective", []),
        (article(str(ROLE)), ROLE, "union", []),
        (
            article(grants=["kms:CreateGrant", "kms:ListGrant", "kms:RevokeGrant"]),
            DESTINATION,
            "union",
            ["kms:ListGrants"],
        ),
        (
            article(use=[*USE[:3], "kms:ReEncrypt", USE[4]]),
            DESTINATION,
            "repost-copy",
            ["kms:ReEncryptFrom", "kms:ReEncryptTo"],
        ),
        (
            article(
                use=[
                    *USE[:4],
                    *(f"kms:GenerateDataKey{x}" for x in ("Pair", "PairWithoutPlaintext", "WithoutPlaintext")),
                ]
            ),
            ROLE,
            "union",
            ["kms:GenerateDataKey"],
        ),
        (article(use=["kms:Decrypt"]), DESTINATION, "backup-guide-min", ["kms:GenerateDataKey"]),
    ],
)
def test_missing_actions_are_named_and_no_others(
    document: dict[str, Any], principal: Principal | str, profile: str, missing: list[str]
) -> None:
    """The reasons list exactly the actions that the policy does not give."""
    result = check(loads(document), principal, profile, key=KEY)

    assert [reason.action for reason in result.reasons] == missing
    assert result.status is (CheckStatus.FAIL if missing else CheckStatus.PASS)
    assert result.passed is not bool(missing)


def test_an_account_and_its_service_linked_role_are_different_questions() -> None:
    """A policy that names only the role gives nothing to the account (S-399), and the result says which was asked."""
    policy = loads(article(str(ROLE)))

    of_account, of_role = check(policy, DESTINATION, key=KEY), check(policy, ROLE, key=KEY)

    assert (of_account.asked, of_account.status) == ("account", CheckStatus.FAIL)
    assert len(of_account.reasons) == len(of_account.profile.actions) == 12
    assert (of_role.asked, of_role.status) == ("service-linked role", CheckStatus.PASS)
    assert (of_role.principal, of_role.key) == (ROLE, KeyMetadata.parse(KEY))
    assert check(policy, Principal.parse("anonymous"), key=KEY).asked == "anonymous"


def test_the_result_says_that_iam_policies_are_needed_too() -> None:
    """Across accounts always; in the key's account where the account is named (S-070)."""
    assert check(loads(article()), DESTINATION, key=KEY).delegates_to_iam
    assert not check(loads(article()), Principal.root_user(SOURCE), key=KEY).delegates_to_iam
    assert not check(loads(article()), STRANGER, key=KEY).delegates_to_iam


def test_the_context_of_each_requirement_is_stated_and_echoed() -> None:
    """Grant actions are asked about as AWS services call them; nothing is stated for the others (S-391)."""
    result = check(loads(article()), DESTINATION, key=KEY)

    contexts = {required.action: required.context for required in result.actions}
    assert contexts["kms:CreateGrant"] == RequestContext({"kms:GrantIsForAWSResource": True})
    assert contexts["kms:Decrypt"] == RequestContext()


def test_the_callers_context_adds_to_the_profiles_and_overrides_it() -> None:
    """Stating that grants are not for a resource makes the check fail, and the echo says so."""
    direct = RequestContext({"kms:grantisforawsresource": False})
    result = check(loads(article()), DESTINATION, key=KEY, context=direct)

    assert [reason.action for reason in result.reasons] == GRANTS
    assert result.reasons[0].context == direct


@pytest.mark.parametrize(
    ("more", "status", "message"),
    [
        (
            [{"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}],
            CheckStatus.FAIL,
            "statement 3 denies it",
        ),
        (
            [
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "kms:Decrypt",
                    "Resource": "*",
                    "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
                }
            ],
            CheckStatus.CONDITIONAL,
            'depends on not (StringNotEquals aws:SourceVpce "vpce-1")',
        ),
    ],
)
def test_denies_are_never_ignored(more: list[dict[str, Any]], status: CheckStatus, message: str) -> None:
    """A certain Deny fails the check, one under an unknown condition makes it conditional (S-367)."""
    result = check(loads(article(more=more)), DESTINATION, key=KEY)

    assert result.status is status
    assert [(reason.action, reason.message) for reason in result.reasons] == [("kms:Decrypt", message)]


def test_reasons_name_the_statement_or_why_none_can_help() -> None:
    """Allowed actions name their statements, others why they are not allowed."""
    policy = loads(article())
    messages: Callable[[Any], set[str]] = lambda result: {required.message for required in result.actions}  # noqa: E731

    assert messages(check(policy, DESTINATION, key=KEY)) == {
        "statement 1 'Use' (and IAM policies there must allow it too)",
        "statement 2 'Grants' (and IAM policies there must allow it too)",
    }
    assert messages(check(policy, Principal.root_user(SOURCE), key=KEY)) == {
        "statement 0 'Enable', statement 1 'Use'",
        "statement 0 'Enable', statement 2 'Grants'",
    }
    assert messages(check(policy, STRANGER, key=KEY)) == {"no statement allows it"}
    assert messages(check(policy, Principal.anonymous(), key=KEY)) == {
        "KMS takes signed requests only, so no anonymous caller uses a key"
    }


def test_actions_that_kms_refuses_across_accounts_say_so() -> None:
    """However generous the policy is (S-281)."""
    profile = RequirementProfile("own", "own", (Requirement(("kms:PutKeyPolicy",)),))
    result = check(loads(article(use=["kms:*"])), DESTINATION, profile, key=KEY)

    assert result.reasons[0].outcome is Outcome.IMPLICIT_DENY
    assert (
        result.reasons[0].message
        == "KMS does not accept kms:PutKeyPolicy from another account, whatever the policies say"
    )


def test_requirements_that_one_context_cannot_serve_are_asked_apart() -> None:
    """And the actions come back in the profile's order."""
    profile = RequirementProfile(
        "own",
        "own",
        (
            Requirement(("kms:Decrypt",), RequestContext({"kms:ViaService": "ec2.eu-west-1.amazonaws.com"})),
            Requirement(("kms:Encrypt",), RequestContext({"kms:ViaService": "rds.eu-west-1.amazonaws.com"})),
            Requirement(("kms:DescribeKey",), RequestContext.closed()),
            Requirement(("kms:CreateGrant",), RequestContext({"example:unheard": "x"})),
            Requirement(("kms:ReEncryptTo",), RequestContext({"kms:ViaService": "ec2.eu-west-1.amazonaws.com"})),
        ),
    )
    document = article()
    document["Statement"][1]["Condition"] = {"StringEquals": {"kms:ViaService": "ec2.eu-west-1.amazonaws.com"}}

    result = check(loads(document), DESTINATION, profile, key=KEY)

    assert [(each.action, str(each.outcome)) for each in result.actions] == [
        ("kms:Decrypt", "allowed"),
        ("kms:Encrypt", "implicitDeny"),
        ("kms:DescribeKey", "implicitDeny"),
        ("kms:CreateGrant", "conditional"),
        ("kms:ReEncryptTo", "allowed"),
    ]
    resolved = profile.resolved(Principal.account(DESTINATION), KeyMetadata.parse(KEY))
    assert len(resolved.contexts) < len(profile.requirements)


def test_a_check_result_is_no_boolean() -> None:
    """A three-valued answer must not fall through an if."""
    result = check(loads(article()), DESTINATION, key=KEY)

    with pytest.raises(TypeError, match="status"):
        bool(result)
    assert repr(result) == "<CheckResult PASS of 444455556666 for union>"


def test_an_unknown_profile_is_refused_with_the_nearest_names() -> None:
    """The error is a KeyError too."""
    with pytest.raises(UnknownNameError) as caught:
        check(loads(article()), DESTINATION, "repost-copie", key=KEY)

    assert caught.value.code == "unknown-profile"
    assert caught.value.suggestions[0] == "repost-copy"
    assert "near it: repost-copy" in str(caught.value)
