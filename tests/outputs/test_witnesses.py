"""The witnesses of a conditional answer, as JSON that asks again and as text."""

from __future__ import annotations

from typing import Any

import pytest

from keypolicy import AnyOf, Principal, RequestContext, evaluate, loads
from keypolicy.analysis.check import RequiredAction
from keypolicy.batch import answer
from keypolicy.evaluation.worlds import Witness
from keypolicy.matching.principals import PrincipalKind
from keypolicy.outputs.json import context_members, witness_objects
from keypolicy.outputs.witness_text import state_text, witness_lines
from tests import case_runner
from tests.case_runner import Question, questions

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROLE = "arn:aws:iam::444455556666:role/app/Restore"
SESSION = "arn:aws:sts::444455556666:assumed-role/Restore"
PROMISED = {"allowed": {"allowed"}, "denied": {"explicitDeny", "implicitDeny"}}
# What the text of a principal does not tell, and a question in JSON Lines cannot state.
NOT_STATED = {"has_permissions_boundary", "federated_by"}


def required(policy: Any, principal: Any, action: str = "kms:Decrypt", **more: Any) -> RequiredAction:
    decision = evaluate(loads(policy), principal, action, key=KEY, **more)
    return RequiredAction(decision, more.get("context", RequestContext()))


def allowing(principal: Any = "*", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Principal": principal, "Action": "kms:*", "Resource": "*", **more}


def members_of(written: Any) -> dict[str, Any]:
    assert written is not None
    members: dict[str, Any] = written
    return members


def is_asked_in_text(question: Question) -> bool:
    """Whether JSON Lines can put the question: the key and the principal as text alone."""
    asked = question.asked
    if asked["ask"] != "key-policy" or not isinstance(asked.get("key", ""), str):
        return False
    principal = case_runner._principal(asked.get("principal", case_runner.DEFAULT_PRINCIPAL))
    return principal.kind is not PrincipalKind.ROOT_USER and principal.unique_id is None


ASKED_IN_TEXT = [question for question in questions() if is_asked_in_text(question)]


def test_every_json_witness_gets_what_it_promises_from_the_batch() -> None:
    """Whatever the cases leave open: asked again with the members of the witness, the outcome is the one it shows."""
    replayed = 0
    for question in ASKED_IN_TEXT:
        asked = question.asked
        answers, context = case_runner._access(asked), case_runner._context(asked)
        for action in case_runner._actions(asked):
            witnesses = witness_objects(RequiredAction(answers[action], context))
            for name, members in (witnesses or {}).items():
                if members is None or NOT_STATED & members.keys():
                    continue
                again = {
                    "key_arn": answers.request.key.arn,
                    "key_policy": case_runner._written(asked),
                    "actions": [action],
                    "reading": asked.get("reading"),
                    "lenient": asked.get("lenient"),
                    **members,
                }
                assert answer(again).get("outcome") in PROMISED[name], (str(question), name, members)
                replayed += 1
    assert replayed > 300


def test_a_settled_answer_has_no_witnesses() -> None:
    """Neither in JSON nor as text."""
    settled = required({"Statement": allowing()}, "444455556666")

    assert witness_objects(settled) is None
    assert witness_lines(settled.decision) == ()


def test_a_witness_that_was_not_found_is_null() -> None:
    """Where the answer rests on what AWS does not document, no request shows it."""
    policy = {"Statement": allowing(Condition={"StringEquals": {"kms:ResourceAliases": "alias/a"}})}
    silent = required(policy, "111122223333", context=RequestContext({"kms:ResourceAliases": "alias/a"}))

    assert witness_objects(silent) == {"allowed": None, "denied": None}
    assert witness_lines(silent.decision) == ()


def test_a_witness_keeps_what_was_stated() -> None:
    """The keys that were stated come along; only the others are shown in the text."""
    policy = {
        "Statement": [
            allowing(Condition={"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}),
            allowing(effect="Deny", Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}),
        ]
    }
    stated: dict[str, Any] = {"kms:ViaService": "s3.eu-west-1.amazonaws.com", "AWS:SOURCEVPCE": AnyOf("vpce-1", None)}
    open_in_part = required(
        policy, "444455556666", context=RequestContext(stated, absent=["aws:CalledVia"], closed=True)
    )

    assert witness_objects(open_in_part) == {
        "allowed": {
            "principal": "444455556666",
            "context": {
                "kms:ViaService": "s3.eu-west-1.amazonaws.com",
                "aws:SourceVpce": "vpce-1",
            },
            "absent": ["aws:CalledVia"],
            "closed": True,
        },
        "denied": {
            "principal": "444455556666",
            "context": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"},
            "absent": ["aws:CalledVia", "aws:SourceVpce"],
            "closed": True,
        },
    }
    assert witness_lines(open_in_part.decision) == (
        "allowed with aws:SourceVpce=vpce-1",
        "denied with aws:SourceVpce absent",
    )


def test_the_witness_of_a_role_is_a_session_whose_role_is_told() -> None:
    """Its ARN lacks the path of the role, so the key aws:PrincipalArn has it (S-060)."""
    policy = {
        "Statement": [
            allowing(
                {"AWS": f"{SESSION}/nightly"}, Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/app/*"}}
            ),
        ]
    }
    of_a_role = required(policy, ROLE)
    witnesses = witness_objects(of_a_role)

    assert witnesses is not None
    assert members_of(witnesses["allowed"]) == {
        "principal": f"{SESSION}/nightly",
        "context": {"aws:PrincipalArn": ROLE},
        "absent": [],
        "closed": False,
    }
    assert witness_lines(of_a_role.decision) == (f"allowed as {SESSION}/nightly", f"denied as {SESSION}/other")


def test_what_the_text_of_a_principal_does_not_tell_is_told_beside_it() -> None:
    """Whether it has a permissions boundary (S-088), and which user federated it."""
    user, federated = "arn:aws:iam::444455556666:user/Bob", "arn:aws:sts::444455556666:federated-user/Bo"
    boundary = required(
        {
            "Statement": [
                allowing(),
                {"Effect": "Deny", "NotPrincipal": {"AWS": [user, "444455556666"]}, "Action": "*", "Resource": "*"},
            ]
        },
        user,
    )
    by_a_user = required({"Statement": allowing({"AWS": user})}, federated)
    of_boundary, of_user = witness_objects(boundary), witness_objects(by_a_user)

    assert of_boundary is not None
    assert of_user is not None
    assert members_of(of_boundary["allowed"])["has_permissions_boundary"] is False
    assert members_of(of_boundary["denied"])["has_permissions_boundary"] is True
    assert members_of(of_user["allowed"])["federated_by"] == user
    assert witness_lines(boundary.decision) == (
        f"allowed as {user} without a permissions boundary",
        f"denied as {user} with a permissions boundary",
    )
    assert witness_lines(by_a_user.decision)[0] == f"allowed as {federated}, federated by {user}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "k=a"),
        (["a", "b"], "k=a,b"),
        ("", 'k=""'),
        ([], "k=(no value)"),
        (AnyOf("a", None), "k any of a or absent"),
    ],
)
def test_a_state_reads_as_what_it_is(value: Any, text: str) -> None:
    """An empty text and an empty list can be told from each other."""
    ((name, state),) = RequestContext({"k": value}).stated.items()

    assert state_text(name, state) == text


def test_the_keys_beyond_a_question_are_those_that_it_does_not_state_so() -> None:
    """Letter case makes no other key."""
    witness = Witness(Principal.parse("444455556666"), RequestContext({"a": "1", "B": "2", "c": "3"}))

    assert list(witness.beyond(RequestContext({"A": "1", "b": "3"}))) == ["B", "c"]
    assert context_members(witness.context)["context"] == {"a": "1", "B": "2", "c": "3"}
