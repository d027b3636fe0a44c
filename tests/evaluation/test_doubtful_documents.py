"""What a statement or document leaves open that cannot be read in full, or that AWS does not describe."""

from __future__ import annotations

import json
from typing import Any

import pytest

from keypolicy import Outcome, RequestContext, access, evaluate, loads
from keypolicy.matching.truth import Unknown
from tests.evaluation.key_policies import KEY, ROLE, TAGGED, D, K, policy, statement


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        ({"StringEquals": {"kms:ViaService": "x"}}, "conditional"),
        ({"StringEqualsIfExists": {"kms:ViaService": "x"}}, "allowed"),
        ({"StringEquals": {"aws:SourceVpc": "v"}}, "allowed"),
    ],
)
def test_newer_actions_may_carry_a_key_or_not(condition: dict[str, Any], outcome: str) -> None:
    """So an answer is settled only where both come to the same."""
    document = loads(policy(statement(K, "kms:*", Condition=condition)))
    context = RequestContext({"kms:ViaService": "x", "aws:SourceVpc": "v"})

    answer = access(document, K, key=KEY, context=context, newer_actions=["kms:BrandNew"])

    assert str(answer["kms:BrandNew"].outcome) == outcome
    assert answer["kms:Decrypt"].outcome is Outcome.ALLOWED


BROKEN = [
    ({"Effect": "allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}, "S-019"),
    ({"Effect": "Deny", "Principal": "*", "Action": "kms:*", "NotAction": "kms:Sign", "Resource": "*"}, "S-020"),
    ({"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*", "NotResource": "x"}, "S-020"),
    ({"Effect": "Deny", "Principal": "*", "NotPrincipal": "*", "Action": "kms:*", "Resource": "*"}, "S-020"),
    ({"Effect": "Deny", "Action": "kms:*", "Resource": "*"}, "S-022"),
    ({"Effect": "Deny", "Principal": D, "Action": "kms:*", "Resource": "*"}, "S-011"),
    ({"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*", "Foo": 1}, "S-007"),
    ("not an object", "S-012"),
]


@pytest.mark.parametrize(("broken", "rule"), BROKEN)
def test_a_broken_statement_leaves_everything_open(broken: Any, rule: str) -> None:
    """What a Deny that cannot be read forbids is unknown, so nothing beside it is allowed for certain (S-367)."""
    document = loads(policy(statement(D, "kms:*"), broken), lenient=True)
    decision = evaluate(document, D, "kms:Decrypt", key=KEY)

    assert decision.outcome is Outcome.CONDITIONAL
    assert rule in decision.undocumented
    assert access(document, D, key=KEY).statements[1].effect in ("Deny", None)


def test_what_is_readable_of_a_broken_statement_narrows_it() -> None:
    """A broken Deny of other principals, other actions or another key changes nothing."""
    for narrowed in (
        {"Effect": "Deny", "Principal": {"AWS": "333333333333"}, "Action": "kms:*", "Resource": "*", "Foo": 1},
        {"Effect": "Deny", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*", "Foo": 1},
        {"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": KEY[:-1] + "c", "Foo": 1},
        {"Effect": "Allow", "Action": "kms:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*", "Foo": 1},
    ):
        document = loads(policy(statement(D, "kms:*"), narrowed), lenient=True)

        assert evaluate(document, D, "kms:Decrypt", key=KEY).outcome is Outcome.ALLOWED


def test_a_single_broken_statement_object_is_in_doubt_too() -> None:
    """Written without a list around it."""
    broken = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*", "Foo": 1}
    document = loads({"Version": "2012-10-17", "Statement": broken}, lenient=True)
    decision = evaluate(document, D, "kms:Decrypt", key=KEY)

    assert (decision.outcome, decision.undocumented) == (Outcome.CONDITIONAL, ("S-007",))


def test_a_document_that_cannot_be_trusted_may_say_anything() -> None:
    """Two Statement members: neither is certain, nor is that there is no third opinion (S-008)."""
    one = json.dumps([statement(D, "kms:*")])
    document = loads(f'{{"Version": "2012-10-17", "Statement": {one}, "Statement": {one}}}', lenient=True)
    answer = access(document, "333333333333", key=KEY)

    assert answer["kms:Decrypt"].outcome is Outcome.CONDITIONAL
    assert answer["kms:Decrypt"].undocumented == ("S-008",)
    assert all(ref.index >= 0 for ref in answer["kms:Decrypt"].may_determine)


@pytest.mark.parametrize(
    ("resource", "version", "context", "truth"),
    [
        (TAGGED, "2012-10-17", {}, "conditional"),
        (f"arn:aws:kms:us-east-1:{K}:alias/${{aws:PrincipalTag/k}}", "2012-10-17", {}, "implicitDeny"),
        (TAGGED, "2012-10-17", {"aws:PrincipalTag/k": KEY[-36:]}, "allowed"),
        (TAGGED, "2012-10-17", {"aws:PrincipalTag/k": "x"}, "implicitDeny"),
        (TAGGED, "2012-10-17", {"aws:PrincipalTag/k": "*"}, "conditional"),
        (TAGGED, "2008-10-17", {"aws:PrincipalTag/k": KEY[-36:]}, "implicitDeny"),
        (f"arn:aws:kms:us-east-1:{K}:key/${{", "2012-10-17", {}, "conditional"),
        ([f"arn:aws:kms:us-east-1:{K}:key/${{*}}", KEY], "2012-10-17", {}, "allowed"),
        (f"arn:aws:kms:us-east-1:{K}:key/${{*}}", "2012-10-17", {}, "implicitDeny"),
    ],
)
def test_policy_variables_in_resource(resource: Any, version: str, context: dict[str, Any], truth: str) -> None:
    """They are replaced under the newer language only; wildcards in a replaced text are in doubt (S-129, S-184)."""
    document = policy(statement(D, "kms:*"), version=version)
    document["Statement"][0]["Resource"] = resource

    answer = access(loads(document), ROLE, key=KEY, context=RequestContext(context))

    assert str(answer["kms:Decrypt"].outcome) == truth
    assert ("kms:Decrypt" in answer.statements[0].certain) is (truth == "allowed")
    assert (answer.statements[0].unknown("kms:Decrypt") != Unknown()) is (truth == "conditional")


def test_a_variable_without_value_matches_no_resource() -> None:
    """For NotResource the page can be read two ways (S-129)."""
    document = policy(statement(D, "kms:*"))
    value = TAGGED
    document["Statement"][0]["Resource"] = value
    absent = RequestContext(absent=["aws:PrincipalTag/k"])

    assert evaluate(loads(document), ROLE, "kms:Decrypt", key=KEY, context=absent).outcome is Outcome.IMPLICIT_DENY
    document["Statement"][0]["NotResource"] = document["Statement"][0].pop("Resource")
    assert evaluate(loads(document), ROLE, "kms:Decrypt", key=KEY, context=absent).undocumented == ("S-129",)


def test_a_condition_with_a_variable_reads_what_each_action_carries() -> None:
    """The same text is replaced for one action and has no value for another (S-149, S-182)."""
    condition = {"StringNotEquals": {"aws:SourceVpc": "${kms:EncryptionContext:vpc}"}}
    document = loads(policy(statement(D, "kms:*", Condition=condition)))
    context = RequestContext({"aws:SourceVpc": "v", "kms:EncryptionContext:vpc": "v"})

    answer = access(document, D, key=KEY, context=context)

    assert answer["kms:Decrypt"].outcome is Outcome.IMPLICIT_DENY
    assert answer["kms:DescribeKey"].outcome is Outcome.ALLOWED


@pytest.mark.parametrize("resource", ["*key/*", "arn*:key/*", "?rn:aws:kms:us-east-1:*"])
def test_a_resource_that_does_not_begin_as_an_arn_is_in_doubt(resource: str) -> None:
    """Where its pattern would cover the key (S-126)."""
    document = policy(statement(D, "kms:*"))
    document["Statement"][0]["Resource"] = resource

    assert evaluate(loads(document), D, "kms:Decrypt", key=KEY).undocumented == ("S-126",)


def test_a_misspelt_version_leaves_everything_open() -> None:
    """Whether policy variables are replaced then is not known (S-006, S-016)."""
    document = loads({"version": "2012-10-17", "Statement": [statement(D, "kms:*")]}, lenient=True)

    assert evaluate(document, D, "kms:Decrypt", key=KEY).outcome is Outcome.CONDITIONAL
