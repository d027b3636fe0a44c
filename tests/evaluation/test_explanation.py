"""What an explanation says: which element fails and why, in the words for the slips that people make."""

from __future__ import annotations

from typing import Any

import pytest

from keypolicy import Explanation, KeyMetadata, Outcome, Principal, RequestContext, evaluate, explain, loads
from keypolicy.evaluation.explanation import ElementExplanation, KeyOrigin, StatementExplanation
from keypolicy.evaluation.rules import StatementRef
from keypolicy.matching.truth import missing

KEY = KeyMetadata.parse("arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab")
ACCOUNT = "222222222222"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app/Reader"
SERVICE_LINKED = Principal.service_linked_role(ACCOUNT, "backup.amazonaws.com")
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/alice"
DECRYPT = "kms:Decrypt"


def policy(*statements: dict[str, Any], version: str = "2012-10-17") -> Any:
    whole = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}
    pairs = (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource"))
    merged = []
    for statement in statements:
        left_out = {name for pair in pairs if pair[1] in statement for name in pair[:1]}
        one = {name: value for name, value in {**whole, **statement}.items() if name not in left_out}
        merged.append({name: value for name, value in one.items() if value is not None})
    return loads({"Version": version, "Statement": merged}, lenient=True)


def explained(caller: Principal | str, *statements: dict[str, Any], action: str = DECRYPT, **more: Any) -> Explanation:
    return explain(policy(*statements), caller, action, key=KEY, **more)


def failure(caller: Principal | str, statement: dict[str, Any], **more: Any) -> ElementExplanation:
    first = explained(caller, statement, **more).first_failure
    assert first is not None
    return first


def element(explanation: Explanation, name: str) -> ElementExplanation:
    return next(each for each in explanation.statements[0].elements if each.element == name)


@pytest.mark.parametrize(
    ("caller", "principal", "near_miss", "rule"),
    [
        (ROLE, {"AWS": ROLE.lower()}, "letter-case", "S-061"),
        (ROLE, {"AWS": ROLE.replace("app/", "")}, "other-path", "S-061"),
        (ROLE, {"AWS": f"arn:aws:iam::{ACCOUNT}:role/Writer"}, "other-principal-of-account", "S-053"),
        (ROLE, {"AWS": f"arn:aws-cn:iam::{ACCOUNT}:root"}, "other-partition", "S-068"),
        (ROLE, {"AWS": "AROAEXAMPLEEXAMPLE123"}, "deleted-principal", "S-034"),
        (ROLE, {"AWS": "arn:aws:iam::222222222222:role/*"}, "partial-wildcard", "S-056"),
        (ROLE, {"AWS": f"arn:aws:iam::{ACCOUNT}:group/Readers"}, "not-a-principal", "S-067"),
        (ROLE, {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/x"}, "type-without-effect", "S-064"),
        (ROLE, {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd"}, "type-without-effect", "S-065"),
        (ROLE, {"AWS": "333333333333"}, None, "S-053"),
        (ROLE, {"AWS": []}, None, "S-023"),
        (ACCOUNT, {"AWS": ROLE}, "principal-of-account", "S-052"),
        (ACCOUNT, {"AWS": str(SERVICE_LINKED)}, "principal-of-account", "S-399"),
        (ACCOUNT, {"AWS": "333333333333"}, None, "S-053"),
        (SERVICE_LINKED, {"Service": "backup.amazonaws.com"}, "service-for-service-linked-role", "S-066"),
        (SERVICE_LINKED, {"Service": "ec2.amazonaws.com"}, None, "S-053"),
        (SESSION, {"AWS": f"{SESSION}2"}, "other-session", "S-062"),
        (ROLE, {"AWS": f"{SESSION}2".replace("Reader", "Writer")}, "other-principal-of-account", "S-053"),
        (ACCOUNT, {"AWS": f"arn:aws:iam::{ACCOUNT}:oidc-provider/x"}, "other-principal-of-account", "S-053"),
        ("logs.amazonaws.com", {"Service": "logs.us-east-1.amazonaws.com"}, "other-service-name", "S-066"),
        ("logs.amazonaws.com", {"Service": "backup.amazonaws.com"}, None, "S-053"),
    ],
)  # fmt: skip
def test_a_principal_that_is_not_the_caller(
    caller: Principal | str, principal: dict[str, Any], near_miss: str | None, rule: str
) -> None:
    """The element fails first, under the rule, and a recognised slip has its code."""
    first = failure(caller, {"Principal": principal})

    assert (first.element, first.near_miss, first.rule) == ("Principal", near_miss, rule)


@pytest.mark.parametrize(
    ("caller", "principal", "rule"),
    [
        (ROLE, "*", "S-054"),
        (ROLE, {"AWS": ROLE}, "S-060"),
        (ROLE, {"AWS": ACCOUNT}, "S-058"),
        (ROLE, {"AWS": [ACCOUNT, ROLE]}, "S-060"),
        (ACCOUNT, {"AWS": ACCOUNT}, "S-057"),
        (Principal.root_user(ACCOUNT), {"AWS": ACCOUNT}, "S-057"),
        (f"arn:aws:iam::{ACCOUNT}:user/Bob", {"AWS": f"arn:aws:iam::{ACCOUNT}:user/Bob"}, "S-059"),
        (Principal.role_session(ROLE, "a"), {"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/a"}, "S-062"),
        (
            Principal.federated_user(f"arn:aws:sts::{ACCOUNT}:federated-user/F", user=f"arn:aws:iam::{ACCOUNT}:user/B"),
            {"AWS": f"arn:aws:iam::{ACCOUNT}:user/B"},
            "S-063",
        ),
        ("logs.amazonaws.com", {"Service": "logs.amazonaws.com"}, "S-066"),
    ],
)
def test_a_principal_that_covers_the_caller(caller: Principal | str, principal: Any, rule: str) -> None:
    """It says as what; a value that names the caller is told before one that names its account."""
    explanation = explained(caller, {"Principal": principal})

    assert explanation.outcome is Outcome.ALLOWED
    assert (element(explanation, "Principal").truth, element(explanation, "Principal").rule) == (True, rule)


@pytest.mark.parametrize(
    ("caller", "statement", "rule"),
    [
        (ROLE, {"Principal": {"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/alice"}}, "S-062"),
        ("logs.amazonaws.com", {}, "S-055"),
        (ROLE, {"NotPrincipal": {"AWS": ROLE}, "Effect": "Deny"}, "S-087"),
        (
            Principal.service_linked_role(ACCOUNT, "backup.amazonaws.com"),
            {"NotPrincipal": {"AWS": "333333333333"}},
            "S-089",
        ),
    ],
)
def test_a_principal_that_may_cover_the_caller(caller: Principal | str, statement: dict[str, Any], rule: str) -> None:
    """It is not settled, and says by which rule."""
    named = explained(caller, statement).statements[0].elements[1]

    assert not isinstance(named.truth, bool)
    assert named.rule == rule


@pytest.mark.parametrize(
    ("effect", "listed", "reading", "truth", "rule"),
    [
        ("Deny", ROLE, "safest", True, "S-087"),
        ("Deny", "*", "safest", False, "S-086"),
        ("Allow", ROLE, "likely", True, "S-089"),
        ("Allow", ACCOUNT, "safest", False, "S-089"),
    ],
)
def test_a_not_principal(effect: str, listed: str, reading: Any, truth: bool, rule: str) -> None:
    """A Deny strikes whom the list does not except for certain, an Allow gives to whom it does not list."""
    caller = Principal.parse(f"arn:aws:iam::{ACCOUNT if listed == ACCOUNT else '333333333333'}:user/Bob")
    explanation = explained(caller, {"Effect": effect, "NotPrincipal": {"AWS": listed}}, reading=reading)

    assert (element(explanation, "NotPrincipal").truth, element(explanation, "NotPrincipal").rule) == (truth, rule)


@pytest.mark.parametrize(
    ("statement", "action", "near_miss", "rule"),
    [
        ({"Action": "kms:ListGrant"}, "kms:ListGrants", "misspelt-action", "S-108"),
        ({"Action": ["kms:Encrypt", "kms:Decrpyt"]}, DECRYPT, "misspelt-action", "S-108"),
        ({"Action": ["kms:Encrypt*", "kms:Frobnicate"]}, DECRYPT, None, "S-105"),
        ({"Action": []}, DECRYPT, None, "S-023"),
        ({"Action": None}, DECRYPT, None, "S-024"),
        ({"NotAction": "kms:De*"}, DECRYPT, None, "S-106"),
        ({}, "kms:CreateKey", None, "S-110"),
    ],
)
def test_an_action_that_is_not_named(statement: dict[str, Any], action: str, near_miss: str | None, rule: str) -> None:
    """The element fails first, under the rule; a misspelt name of the action is recognised."""
    first = failure("111111111111", statement, action=action)

    assert first.element == ("NotAction" if "NotAction" in statement else "Action")
    assert (first.near_miss, first.rule) == (near_miss, rule)


@pytest.mark.parametrize(
    ("statement", "truth", "rule"),
    [
        ({"Action": "KMS:decrypt"}, True, "S-101"),
        ({"Action": ["kms:Encrypt", "kms:D*"]}, True, "S-102"),
        ({"NotAction": "kms:Encrypt"}, True, "S-106"),
        ({"Action": "k*:Decrypt", "Effect": "Deny"}, None, "S-104"),
    ],
)
def test_an_action_that_is_named(statement: dict[str, Any], truth: bool | None, rule: str) -> None:
    """By a name, a pattern or the complement of a list, for certain or not."""
    action = explained(ACCOUNT, statement).statements[0].elements[2]

    assert action.rule == rule
    assert action.truth is truth or (truth is None and not isinstance(action.truth, bool))


@pytest.mark.parametrize(
    ("resource", "near_miss", "rule"),
    [
        (KEY.arn.replace("us-east-1", "eu-west-1"), "other-region", "S-122"),
        (KEY.arn.replace("111111111111", "333333333333"), "other-account", "S-122"),
        (KEY.arn.replace("arn:aws:", "arn:aws-cn:"), "other-partition", "S-122"),
        (f"{KEY.arn[:-1]}0", "other-key", "S-122"),
        (f"{KEY.arn[:-1]}0".replace("us-east-1", "eu-west-1"), "other-key", "S-122"),
        ("arn:aws:kms:us-east-1:111111111111:alias/app", "alias", "S-122"),
        ("alias/app", "alias", "S-122"),
        (KEY.key_id, "bare-key-id", "S-122"),
        (KEY.arn.upper().replace("ARN:AWS:KMS", "arn:aws:kms"), "letter-case", "S-127"),
        ("arn:aws:s3:us-east-1:111111111111:key/*", None, "S-122"),
        ("anything", None, "S-122"),
        ([], None, "S-023"),
        (None, None, "S-024"),
    ],
)
def test_a_resource_that_is_not_the_key(resource: Any, near_miss: str | None, rule: str) -> None:
    """The element fails first, under the rule, and a recognised slip has its code."""
    first = failure(ACCOUNT, {"Resource": resource})

    assert (first.element, first.near_miss, first.rule) == ("Resource", near_miss, rule)


@pytest.mark.parametrize(
    ("statement", "truth", "rule"),
    [
        ({"Resource": KEY.arn}, True, "S-122"),
        ({"NotResource": "arn:aws:kms:*:333333333333:key/*"}, True, "S-128"),
        ({"NotResource": "*"}, False, "S-128"),
        ({"Resource": "arn:aws:kms:us-east-1:111111111111:k*/*"}, None, "S-125"),
        ({"Resource": "arn:aws:kms:us-east-1:111111111111:key/${aws:username}"}, False, "S-122"),
        ({"Resource": "arn:aws:kms:us-east-1:111111111111:key/${aws:PrincipalTag/key}"}, None, "S-352"),
    ],
)
def test_a_resource_that_may_be_the_key(statement: dict[str, Any], truth: bool | None, rule: str) -> None:
    """By its ARN, a pattern, the complement of a list, or a policy variable."""
    resource = explained(ROLE, statement).statements[0].elements[3]

    assert resource.rule == rule
    assert resource.truth is truth or (truth is None and not isinstance(resource.truth, bool))


@pytest.mark.parametrize(
    ("condition", "context", "truth", "origin", "rule"),
    [
        ({"Bool": {"kms:GrantIsForAWSResource": "true"}}, {}, False, KeyOrigin.NOT_CARRIED, "S-205"),
        ({"StringEquals": {"kms:GranteePrincipal": "x"}}, {}, False, KeyOrigin.NOT_CARRIED, "S-250"),
        ({"StringEquals": {"aws:PrincipalAccount": "333333333333"}}, {}, False, KeyOrigin.PRINCIPAL, "S-141"),
        ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, {}, True, KeyOrigin.KEY, "S-141"),
        ({"StringEquals": {"kms:ViaService": "x"}}, {}, None, KeyOrigin.UNKNOWN, "S-352"),
        ({"StringEquals": {"kms:ViaService": "x"}}, {"kms:ViaService": "x"}, True, KeyOrigin.STATED, "S-141"),
        ({"StringEquals": {"kms:ViaService": "x"}}, None, False, KeyOrigin.CLOSED, "S-150"),
        ({"StringIs": {"kms:ViaService": "x"}}, {}, None, KeyOrigin.UNKNOWN, "S-145"),
        ({"StringEquals": {"example:new": "x"}}, {}, None, KeyOrigin.UNKNOWN, "S-352"),
    ],
)
def test_a_condition(condition: Any, context: Any, truth: bool | None, origin: KeyOrigin, rule: str) -> None:
    """It tells the state of its key, and whence that is known; None states a closed context."""
    stated = RequestContext.closed() if context is None else RequestContext(context)
    document = loads({"Statement": {"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*", "Condition": condition}}, lenient=True)  # noqa: E501  # fmt: skip
    explanation = evaluate(document, ROLE, DECRYPT, key=KEY, context=stated).explain()
    if rule == "S-145":
        assert explanation.statements[0].elements[0].rule == rule
        return
    (found,) = explanation.statements[0].elements[4:]

    assert found.truth is truth or (truth is None and not isinstance(found.truth, bool))
    assert (found.keys[0].origin, found.rule) == (origin, rule)
    assert (found.near_miss == "key-never-carried") == (origin is KeyOrigin.NOT_CARRIED)


def test_a_condition_tells_the_keys_of_its_policy_variables() -> None:
    """Each with its state, after the condition's own key; tags that differ by letter case alone are both told."""
    condition = {"StringEquals": {"aws:PrincipalTag/team": "${aws:username}"}}
    context = RequestContext({"aws:PrincipalTag/team": "a", "aws:PrincipalTag/TEAM": ["b", "c"]})
    user = f"arn:aws:iam::{ACCOUNT}:user/Bob"

    (found,) = explained(user, {"Condition": condition}, context=context).statements[0].elements[4:]

    assert [str(key) for key in found.keys] == [
        'aws:PrincipalTag/team is "a" or ["b", "c"] (stated)',
        'aws:username is "Bob" (derived from the principal)',
    ]


def test_an_action_newer_than_the_catalogue_may_carry_any_key() -> None:
    """Then the state of the key is told with that doubt."""
    condition = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    context = RequestContext({"kms:GrantIsForAWSResource": "true"})

    explanation = explained(
        ACCOUNT, {"Condition": condition}, action="kms:NewName", context=context, newer_actions=["kms:NewName"]
    )

    assert explanation.statements[0].elements[4].keys[0].origin is KeyOrigin.DOUBTFULLY_CARRIED
    assert not isinstance(explanation.usable.truth, bool)
    assert "Usability not settled" in str(explanation)


@pytest.mark.parametrize(
    ("caller", "action", "rule"),
    [
        (ACCOUNT, "kms:ScheduleKeyDeletion", "S-281"),
        (Principal.anonymous(), DECRYPT, "S-320"),
        (Principal.account(ACCOUNT, partition="aws-cn"), DECRYPT, "S-068"),
    ],
)
def test_an_action_that_the_caller_cannot_use_is_no_fault_of_a_statement(
    caller: Principal | str, action: str, rule: str
) -> None:
    """Nothing comes closest, and the text says why."""
    explanation = explained(caller, {}, action=action)

    assert (explanation.usable.truth, explanation.usable.rule) == (False, rule)
    assert explanation.closest is None
    assert explanation.first_failure is None
    assert f"no statement is at fault: {explanation.usable.reason} [{rule}]" in str(explanation)


def test_the_closest_statement_fails_least_and_latest() -> None:
    """Fewer failing elements come first, then later ones, then a recognised slip, then the order of the document."""
    nobody, other = {"AWS": "333333333333"}, {"Action": "kms:Encrypt"}
    slip = {"Principal": {"AWS": ROLE}}

    def closest(*statements: dict[str, Any]) -> int:
        found = explained(ACCOUNT, *statements).closest
        assert found is not None
        return found.ref.index

    assert closest({"Principal": nobody, **other}, {"Principal": nobody}) == 1
    assert closest({"Principal": nobody}, other) == 1
    assert closest({"Principal": nobody}, slip) == 1
    assert closest({"Principal": nobody}, {"Principal": nobody}) == 0
    assert closest({"Principal": nobody, **other}, {"Effect": "Deny", "Action": "kms:Encrypt"}) == 0


def test_a_policy_of_denies_alone_has_nothing_that_comes_close() -> None:
    """And the text says so."""
    explanation = explained(ACCOUNT, {"Effect": "Deny", "Action": "kms:Encrypt"})

    assert explanation.closest is None
    assert str(explanation).endswith("no statement allows it, and the policy has no Allow")


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (Outcome.ALLOWED, "  none of them applies to every request, but together they do"),
        (Outcome.IMPLICIT_DENY, "  its conditions exclude each other, or a Deny applies wherever it does"),
    ],
)
def test_statements_that_decide_only_together(outcome: Outcome, line: str) -> None:
    """The text says so, where an answer is settled and the statement that it names is not (S-362)."""
    part = ElementExplanation("Condition", missing("k"), 'StringEquals k "v"', "", "k is unknown", "S-352", "")
    one = StatementExplanation(StatementRef(0), "Allow", (part,), "")
    determining = (one.ref,) if outcome is Outcome.ALLOWED else ()
    usable, principal = explained(ACCOUNT, {}).usable, Principal.parse(ACCOUNT)

    together = Explanation(DECRYPT, outcome, principal, KEY, usable, None, (one,), determining)

    assert line in str(together).splitlines()


def test_a_broken_document_is_explained_with_its_doubts() -> None:
    """A statement without a readable effect may be either; a document that cannot be trusted might say anything."""
    either = explained(ACCOUNT, {"Effect": "allow"})
    nobody = explained(ACCOUNT, {"Principal": None})
    document = {"Version": "2012", "Statement": {"Effect": "Deny", "Principal": {"AWS": []}, "Action": "kms:*", "Resource": "*"}}  # noqa: E501  # fmt: skip
    doubtful = explain(loads(document, lenient=True), ACCOUNT, DECRYPT, key=KEY)

    assert either.statements[0].effect is None
    assert "  may be allowed or denied by statement 0" in str(either).splitlines()
    assert nobody.first_failure is not None
    assert (nobody.first_failure.element, nobody.first_failure.rule) == ("Principal", "S-022")
    assert doubtful.document is not None
    assert str(doubtful).endswith("the document as a whole cannot be trusted, so it might say anything [S-008]")


def test_statements_have_their_place_in_the_text() -> None:
    """Line and column where the policy was read from text, looked up when asked for; none where it was not."""
    text = (
        '{"Statement": [\n  {"Sid": "One", "Effect": "Allow", "Principal": "*",\n   "Action": "*", "Resource": "*"}]}'
    )
    (from_text,) = explain(loads(text), ACCOUNT, DECRYPT, key=KEY).statements
    (from_mapping,) = explained(ACCOUNT, {}).statements

    assert from_text.position == (2, 3)
    assert from_text.position_of(from_text.elements[2]) == (3, 14)
    assert from_text.place == "statement 0 'One', line 2, column 3"
    assert from_mapping.position is None
    assert from_mapping.position_of(from_mapping.elements[2]) is None
    assert from_mapping.place == "statement 0"


def test_a_decision_is_explained_in_a_few_lines() -> None:
    """A headline, the deciding statements or the closest one, what fails in it, and what holds."""
    explanation = explained(ACCOUNT, {"Sid": "Use", "Principal": {"AWS": [ACCOUNT, ROLE]}, "Action": "kms:Encrypt"})

    assert str(explanation).splitlines() == [
        f"implicitDeny  kms:Decrypt for {ACCOUNT} on {KEY.arn}",
        "  no statement allows it; the closest is statement 0 'Use'",
        "    Action fails: it names kms:Encrypt [S-105]",
        "    holds: Principal, Resource",
    ]
