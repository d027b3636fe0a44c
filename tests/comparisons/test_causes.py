"""Every cause of a difference explains its own example, and leaves a question alone that only looks like it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from comparisons.answers import OPEN, answer
from comparisons.causes import causes_of, explained, question_of, silent_rules
from comparisons.peer_readings import READINGS
from comparisons.peers import PEERS

TABLE: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "comparisons" / "data" / "causes.json").read_text(encoding="utf-8")
)
RULES = (Path(__file__).parents[2] / "docs" / "semantics.md").read_text(encoding="utf-8")
PAGE = (Path(__file__).parents[2] / "docs" / "against-others.md").read_text(encoding="utf-8")

WITH_PEER = [pytest.param(cause, peer, id=f"{cause['name']}-{peer}") for cause in TABLE for peer in cause["peers"]]


def settled(cause: dict[str, Any]) -> bool:
    """Whether what is left of the question, as the peer reads it, has one answer."""
    return str(cause["name"]) != "text_taken_for_a_date"


def test_the_table_has_one_row_for_each_reading() -> None:
    """A reading without a row would have no rule, a row without a reading no effect."""
    assert sorted(cause["name"] for cause in TABLE) == sorted(READINGS)
    assert all(set(cause["peers"]) <= set(PEERS) for cause in TABLE)


@pytest.mark.parametrize("cause", TABLE, ids=lambda cause: cause["name"])
def test_a_cause_cites_a_rule_and_is_on_the_page(cause: dict[str, Any]) -> None:
    """The rule is one of the semantics, and docs/against-others.md tells of the cause."""
    assert f"\n{cause['rule']} " in RULES
    assert f"`{cause['name']}`" in PAGE
    assert cause["verdict"] in ("they are wrong", "we are wrong", "AWS is silent", "not the same question")


@pytest.mark.parametrize(("cause", "peer"), WITH_PEER)
def test_a_cause_explains_its_example(cause: dict[str, Any], peer: str) -> None:
    """We answer the example as the table says, and the peer's answer is put down to this cause alone."""
    question, theirs = question_of(cause["example"]), cause["example"]["theirs"]
    found = explained(peer, question, theirs)
    assert answer(question).word == cause["example"]["ours"] != theirs
    assert found is not None
    assert [each.name for each in found.causes] == [cause["name"]]
    assert found.silent is not settled(cause)


@pytest.mark.parametrize(("cause", "peer"), WITH_PEER)
def test_a_cause_leaves_its_near_miss_alone(cause: dict[str, Any], peer: str) -> None:
    """A question without the cause is not read otherwise, and no other answer to it is explained."""
    question = question_of(cause["near_miss"])
    ours = answer(question)
    assert READINGS[cause["name"]](question) is question
    assert ours.word != OPEN
    for other in {"allowed", "implicitDeny"} - {ours.word}:
        assert explained(peer, question, other) is None


def test_a_cause_masks_only_the_answer_that_it_predicts() -> None:
    """The example of a cause with any other answer stays unexplained."""
    (cause,) = (each for each in causes_of("iam-simulate") if each.name == "resource_wildcard_within_one_part")
    assert explained("iam-simulate", question_of(cause.example), "explicitDeny") is None


def test_causes_that_work_together_are_both_named() -> None:
    """A difference that needs two causes is put down to both."""
    (first,) = (each for each in TABLE if each["name"] == "partition_of_an_account_principal")
    example = json.loads(json.dumps(first["example"]))
    example["policy"]["Statement"][0]["Condition"] = {"Null": {"kms:EncryptionContext:app": "true"}}
    example["context"] = {"kms:EncryptionContext:app": "Billing"}
    found = explained("iam-simulate", question_of(example), "allowed")
    assert str(found) == "partition_of_an_account_principal + encryption_context_left_out"


def test_where_aws_is_silent_the_rules_are_named() -> None:
    """An open answer names its rules; so does a Deny in doubt that does not show in the outcome."""
    statement = {"Principal": "*", "Action": "kms:*", "Resource": "*"}
    doubtful = {**statement, "Effect": "Deny", "Condition": {"StringNotEquals": {"aws:RequestedRegion": []}}}
    caller = {"kind": "user", "account": "111111111111", "arn": "arn:aws:iam::111111111111:user/alice"}

    def asked(*statements: dict[str, Any]) -> dict[str, Any]:
        policy = {"Version": "2012-10-17", "Statement": list(statements)}
        return {"caller": caller, "action": "kms:Decrypt", "policy": policy}

    both = answer(question_of(asked({**statement, "Effect": "Allow"}, doubtful)))
    alone = answer(question_of(asked(doubtful)))
    assert (both.word, silent_rules(both, "allowed")) == (OPEN, ("S-028",))
    assert (alone.word, silent_rules(alone, "explicitDeny")) == ("implicitDeny", ("S-028",))
    assert silent_rules(alone, "allowed") == ()
