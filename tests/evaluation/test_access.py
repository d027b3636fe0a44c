"""The answer for all actions at once, and the decision on one."""

from __future__ import annotations

import pytest

from keypolicy import ActionSet, KeyMetadata, Outcome, Principal, RequestContext, access, evaluate, loads
from keypolicy.errors import ArnError, ContextError, PrincipalError, UnknownNameError
from keypolicy.evaluation.rules import StatementRef
from tests.evaluation.key_policies import KEY, ROLE, D, K, policy, statement


def test_the_sets_split_every_action() -> None:
    """Allowed, explicitly denied, implicitly denied and conditional are disjoint and together all there are."""
    document = policy(
        statement(D, ["kms:Decrypt", "kms:Encrypt", "kms:Sign"]),
        statement("*", "kms:Encrypt", effect="Deny"),
        statement("*", "kms:Sign", effect="Deny", Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}}),
    )
    answer = access(loads(document), D, key=KEY)

    assert answer.allowed == ActionSet.of("kms:Decrypt")
    assert answer.explicitly_denied == ActionSet.of("kms:Encrypt")
    assert answer.conditional == ActionSet.of("kms:Sign")
    assert answer.denied == answer.explicitly_denied | answer.implicitly_denied
    assert (answer.allowed | answer.denied | answer.conditional) == ActionSet.from_bits(-1)
    assert not answer.explicitly_denied & answer.implicitly_denied
    assert repr(answer).startswith(f"<Access of {D}: allowed ")


def test_statements_are_named_by_index_and_sid() -> None:
    """In the order of the document; those that possibly apply are kept apart from those that do."""
    document = policy(
        statement(D, "kms:*", Sid="first"),
        statement(D, "kms:Decrypt"),
        statement("*", "kms:Decrypt", effect="Deny", Condition={"StringEquals": {"aws:SourceVpce": "v"}}),
    )
    answer = access(loads(document), D, key=KEY)

    assert answer["kms:Encrypt"].determining == (StatementRef(0, "first"),)
    assert [str(ref) for ref in answer["kms:Decrypt"].may_determine] == [
        "statement 0 'first'",
        "statement 1",
        "statement 2",
    ]
    assert answer["kms:Decrypt"].determining == ()
    assert str(answer["kms:Decrypt"].residual) == 'not (StringEquals aws:SourceVpce "v")'
    assert repr(answer["kms:Decrypt"]) == "<Decision kms:Decrypt: conditional>"


def test_neither_answer_is_a_boolean() -> None:
    """They refuse to be used as one."""
    answer = access(loads(policy(statement(D, "kms:*"))), D, key=KEY)

    with pytest.raises(TypeError):
        bool(answer)
    with pytest.raises(TypeError):
        bool(answer["kms:Decrypt"])


def test_action_names_compare_without_case_and_unknown_ones_are_refused() -> None:
    """With the nearest names (S-101, S-114)."""
    document = loads(policy(statement(D, "kms:*")))

    assert evaluate(document, D, "KMS:DECRYPT", key=KEY).action == "kms:Decrypt"
    with pytest.raises(UnknownNameError):
        evaluate(document, D, "kms:Decript", key=KEY)


@pytest.mark.parametrize(
    ("element", "caller", "outcome"),
    [
        ("kms:*", K, "allowed"),
        ("kms:Brand*", K, "allowed"),
        ("kms:Decrypt", K, "implicitDeny"),
        ("kms:BrandNew", D, "conditional"),
        ("k*:BrandNew", K, "implicitDeny"),
        ("*:*", K, "conditional"),
    ],
)
def test_names_newer_than_the_catalogue_extend_the_question(element: str, caller: str, outcome: str) -> None:
    """A wildcard matches them; whether KMS takes them across accounts is not known."""
    document = loads(policy(statement([K, D], element)))

    answer = access(document, caller, key=KEY, newer_actions=["kms:BrandNew"])

    assert str(answer["kms:brandnew"].outcome) == outcome
    assert ("kms:BrandNew" in answer.allowed) is (outcome == "allowed")
    assert str(answer["kms:Decrypt"].outcome) == str(access(document, caller, key=KEY)["kms:Decrypt"].outcome)
    if outcome == "conditional" and caller == D:
        assert answer["kms:BrandNew"].undocumented == ("S-281",)


@pytest.mark.parametrize(
    ("caller", "action", "code"),
    [
        ("arn:aws-cn:iam::222222222222:role/R", "kms:Decrypt", "other-partition"),
        ("anonymous", "kms:Decrypt", "anonymous"),
        (D, "kms:PutKeyPolicy", "not-usable-across-accounts"),
        ("333333333333", "kms:Decrypt", "ram-policy-not-supplied"),
        (f"arn:aws:sts::{D}:assumed-role/Reader/x", "kms:Decrypt", "path-not-verified"),
        (D, "kms:Decrypt", "deny-names-principal-of-account"),
    ],
)
def test_notes_tell_what_the_outcome_does_not(caller: str, action: str, code: str) -> None:
    """Each has a stable code and the rule that it follows from."""
    document = policy(
        statement([D, ROLE], ["kms:Decrypt", "kms:PutKeyPolicy"]),
        statement(f"arn:aws:iam::{D}:role/Foo", "kms:Decrypt", effect="Deny"),
        statement(f"arn:aws:iam::{K}:role/Foo", "kms:Decrypt", effect="Deny"),
        statement(f"arn:aws:iam::{D}:role/Foo", "kms:Encrypt", effect="Deny"),
    )
    notes = access(loads(document), caller, key=KEY)[action].notes

    assert code in [note.code for note in notes]
    assert all(note.rule.startswith("S-") and note.message for note in notes)


def test_no_needless_notes() -> None:
    """A plain answer carries none."""
    answer = access(loads(policy(statement([D, ROLE], "kms:Decrypt"))), D, key=KEY)

    assert answer["kms:Decrypt"].notes == ()
    session = access(loads(policy(statement(D, "kms:*"))), f"arn:aws:sts::{D}:assumed-role/Reader/x", key=KEY)
    assert session["kms:Decrypt"].notes == ()


def test_a_policy_is_bound_once_for_a_question_repeated() -> None:
    """And anew where the key, the reading or the universe is another."""
    document = loads(policy(statement(D, "kms:*")))
    first = access(document, D, key=KEY)

    assert access(document, D, key=KeyMetadata.parse(KEY)).bound is first.bound
    assert access(document, D, key=KeyMetadata(arn=KEY)).bound is first.bound
    assert access(document, D, key=KEY, reading="likely").bound is not first.bound
    assert access(document, D, key=KEY, newer_actions=["kms:X"]).bound is not first.bound
    assert access(document, D, key=KEY.replace("us-east-1", "eu-west-1")).bound is not first.bound


def test_questions_that_cannot_be_asked_raise() -> None:
    """A context that the principal cannot have, a key that is none, a principal that is none."""
    document = loads(policy(statement(D, "kms:*")))

    with pytest.raises(ContextError) as caught:
        access(document, ROLE, key=KEY, context=RequestContext({"aws:username": "bob"}))
    assert caught.value.code == "contradictory-context"
    with pytest.raises(ContextError, match=f"is {D}"):
        access(document, ROLE, key=KEY, context=RequestContext({"aws:PrincipalAccount": K}))
    with pytest.raises(ArnError):
        access(document, D, key="alias/app")
    with pytest.raises(PrincipalError):
        access(document, "Bob", key=KEY)
    agreeing = RequestContext({"aws:PrincipalAccount": D, "aws:PrincipalArn": ROLE})
    assert access(document, ROLE, key=KEY, context=agreeing)["kms:Decrypt"].outcome is Outcome.ALLOWED


@pytest.mark.parametrize(
    ("caller", "expected"),
    [(f"arn:aws:iam::{K}:role/R", True), (Principal.root_user(K), False), (D, True), ("333333333333", False)],
)
def test_delegation_to_iam(caller: Principal | str, expected: bool) -> None:
    """An account statement needs IAM policies in the key's account, any statement does in another (S-070)."""
    decision = evaluate(loads(policy(statement([K, D], "kms:*"))), caller, "kms:Decrypt", key=KEY)

    assert decision.delegates_to_iam is expected


def test_a_direct_statement_needs_no_iam_policy() -> None:
    """In the key's account the most favourable match decides (S-075); services have no IAM policies."""
    role = f"arn:aws:iam::{K}:role/R"
    document = loads(
        policy(statement(K, "kms:*"), statement(role, "kms:*"), statement({"Service": "logs.amazonaws.com"}, "kms:*"))
    )

    assert not evaluate(document, role, "kms:Decrypt", key=KEY).delegates_to_iam
    assert not evaluate(document, "logs.amazonaws.com", "kms:Decrypt", key=KEY).delegates_to_iam
    conditional = loads(policy(statement(K, "kms:*", Condition={"Bool": {"aws:SecureTransport": "true"}})))
    assert evaluate(conditional, role, "kms:Decrypt", key=KEY).delegates_to_iam


def test_the_likely_reading_says_what_it_leaned_on() -> None:
    """Its outcome is settled, its rules are named (S-001)."""
    document = loads(policy(statement(D, "*:*")))

    safest = evaluate(document, D, "kms:Decrypt", key=KEY)
    likely = evaluate(document, D, "kms:Decrypt", key=KEY, reading="likely")

    assert (safest.reading, safest.outcome, safest.undocumented) == ("safest", Outcome.CONDITIONAL, ("S-104",))
    assert (likely.reading, likely.outcome, likely.undocumented) == ("likely", Outcome.ALLOWED, ("S-104",))
    assert str(safest.residual) == "statement 0 names the action"


def test_many_contexts_do_not_fill_the_memory() -> None:
    """Answers of a condition are remembered for some states of its key, and forgotten after many."""
    document = loads(policy(statement(D, "kms:*", Condition={"StringEquals": {"kms:ViaService": "s99"}})))
    outcomes = [
        str(
            evaluate(
                document, D, "kms:Decrypt", key=KEY, context=RequestContext({"kms:ViaService": f"s{number}"})
            ).outcome
        )
        for number in range(200)
    ]

    assert outcomes.count("allowed") == 1
    assert outcomes[99] == "allowed"


def test_long_values_are_evaluated_but_not_remembered() -> None:
    """A condition value or an action list of thousands of letters behaves like any other."""
    value = "v" * 5000
    actions = ["kms:Decrypt", *(f"kms:{'x' * 100}{number}" for number in range(50))]
    document = loads(policy(statement(D, actions, Condition={"StringEquals": {"kms:ViaService": value}})))

    decision = evaluate(document, D, "kms:Decrypt", key=KEY, context=RequestContext({"kms:ViaService": value}))

    assert decision.outcome is Outcome.ALLOWED


@pytest.mark.parametrize(
    ("caller", "value", "outcome"),
    [
        (Principal.root_user(K), K, "allowed"),
        (
            Principal.parse(f"arn:aws:iam::{K}:user/Bob").evolve(unique_id="AIDAEXAMPLEEXAMPLE123"),
            "AIDAEXAMPLEEXAMPLE123",
            "allowed",
        ),
        (Principal.parse(f"arn:aws:iam::{K}:user/Bob"), "AIDAEXAMPLEEXAMPLE123", "conditional"),
        (Principal.parse(f"arn:aws:iam::{K}:role/R"), "AROAEXAMPLEEXAMPLE123:x", "conditional"),
    ],
)
def test_userid_is_derived_where_it_is_known(caller: Principal, value: str, outcome: str) -> None:
    """The root user's is the account id, a user's the unique id (S-220)."""
    document = loads(policy(statement("*", "kms:*", Condition={"StringEquals": {"aws:userid": value}})))

    assert str(evaluate(document, caller, "kms:Decrypt", key=KEY).outcome) == outcome


def test_a_listed_role_of_a_session_without_path_is_excepted_by_name() -> None:
    """Role names are unique in an account, so the name suffices (S-060, S-087)."""
    session = Principal.parse(f"arn:aws:sts::{D}:assumed-role/Reader/alice").evolve(permissions_boundary=False)
    listed = [f"arn:aws:sts::{D}:assumed-role/Reader/alice", ROLE, f"arn:aws:iam::{D}:root"]
    document = policy(
        statement(D, "kms:*"),
        {"Effect": "Deny", "NotPrincipal": {"AWS": listed}, "Action": "kms:*", "Resource": "*"},
    )

    assert evaluate(loads(document), session, "kms:Decrypt", key=KEY).outcome is Outcome.ALLOWED


def test_newer_names_must_be_names_of_kms_actions() -> None:
    """Names that the catalogue has are not newer; what cannot be a name is refused (S-114)."""
    document = loads(policy(statement(D, "kms:*")))

    answer = access(document, D, key=KEY, newer_actions=["KMS:decrypt"])
    assert answer["kms:Decrypt"].outcome is Outcome.ALLOWED
    assert answer.bound.universe.newer == ()
    for name in ("Decrypt", "s3:GetObject", "kms:*"):
        with pytest.raises(UnknownNameError):
            access(document, D, key=KEY, newer_actions=[name])


def test_a_federated_session_may_be_of_any_user_of_its_account() -> None:
    """Where its user is not known, a statement for a user concerns it or not (S-063)."""
    session = Principal.federated_user(f"arn:aws:sts::{K}:federated-user/F")
    decision = evaluate(
        loads(policy(statement(f"arn:aws:iam::{K}:user/Bob", "kms:*"))), session, "kms:Decrypt", key=KEY
    )

    assert (decision.outcome, decision.missing_context) == (Outcome.CONDITIONAL, ("federating user",))


def test_a_deny_of_the_account_itself_is_no_deny_of_a_member() -> None:
    """Where its condition does not hold there is nothing to tell (S-052)."""
    document = policy(
        statement(D, "kms:*"),
        statement(f"arn:aws:iam::{D}:root", "kms:*", effect="Deny", Condition={"StringEquals": {"aws:SourceVpc": "v"}}),
    )
    context = RequestContext(absent=["aws:SourceVpc"])

    assert evaluate(loads(document), D, "kms:Decrypt", key=KEY, context=context).notes == ()


def test_an_aws_managed_key_is_of_no_use_to_another_account() -> None:
    """Whatever its policy says; the answer says why (S-346)."""
    managed = KeyMetadata(KEY, manager="AWS")
    decision = evaluate(loads(policy(statement("*", "kms:*"))), D, "kms:Decrypt", key=managed)

    assert decision.outcome is Outcome.IMPLICIT_DENY
    assert [note.code for note in decision.notes] == ["aws-managed-key"]
    assert evaluate(loads(policy(statement("*", "kms:*"))), K, "kms:Decrypt", key=managed).outcome is Outcome.ALLOWED


def test_the_userid_of_a_federated_session_is_its_account_and_name() -> None:
    """As the table of S-220 has it."""
    session = Principal.federated_user("arn:aws:sts::222222222222:federated-user/F")
    document = policy(statement("*", "kms:Decrypt", Condition={"StringEquals": {"aws:userid": "222222222222:F"}}))

    assert evaluate(loads(document), session, "kms:Decrypt", key=KEY).outcome is Outcome.ALLOWED
