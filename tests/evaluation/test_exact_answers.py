"""What the exact search makes of keys that it cannot split into all of their classes, and of rare requests."""

from __future__ import annotations

from typing import Any

import pytest

from keypolicy import KeyMetadata, Outcome, Principal, RequestContext, access, loads
from keypolicy.batch import answer
from keypolicy.evaluation.together import Asked, outcome_together
from keypolicy.evaluation.worlds import NOTHING_EXPLORED
from keypolicy.matching.conditions import Condition
from keypolicy.matching.key_states import Present
from keypolicy.matching.partial_values import PRESENT, AtLeast, Like
from keypolicy.matching.truth import SAFEST, missing
from tests.evaluation.key_policies import KEY, ROLE, D, policy, statement

ROLE_ID = "AROAEXAMPLEEXAMPLE123"
SESSION = f"arn:aws:sts::{D}:assumed-role/Reader/other"
LONG = "100000000000000000000000000000.1"
EVERYTHING = statement(D, "kms:*")
Block = dict[str, dict[str, Any]]


def outcome(*blocks: Block, caller: Principal | str = D, context: dict[str, Any] | None = None) -> Outcome:
    """Of Decrypt, where each block is the condition of one statement that allows it."""
    document = loads(policy(*(statement(D, "kms:Decrypt", Condition=block) for block in blocks)))
    return access(document, caller, key=KeyMetadata.parse(KEY), context=RequestContext(context or {}))[
        "kms:Decrypt"
    ].outcome


@pytest.mark.parametrize(
    ("when", "unless", "expected"),
    [
        (
            {"NumericLessThan": {"aws:MultiFactorAuthAge": [LONG]}},
            {"Null": {"aws:MultiFactorAuthAge": "true"}},
            "conditional",
        ),
        (
            {"DateLessThan": {"aws:CurrentTime": "9" * 40}},
            {"DateGreaterThanEquals": {"aws:CurrentTime": "9" * 40}},
            "conditional",
        ),
        (
            {"DateLessThan": {"aws:CurrentTime": "9999999999999"}},
            {"DateGreaterThanEquals": {"aws:CurrentTime": "9999999999999"}},
            "allowed",
        ),
        ({"StringEquals": {"aws:username": "${bad"}}, {"StringNotEquals": {"aws:username": "a"}}, "conditional"),
        (
            {"StringLike": {"aws:SourceIdentity": "${aws:PrincipalTag/v}"}},
            {"StringNotLike": {"aws:SourceIdentity": "${aws:PrincipalTag/v}"}},
            "conditional",
        ),
        (
            {"StringEqualsIgnoreCase": {"aws:SourceIdentity": "\u00e9"}},
            {"StringNotEqualsIgnoreCase": {"aws:SourceIdentity": "\u00e9"}},
            "conditional",
        ),
        (
            {"ArnLike": {"example:unheard": "arn:aws:*"}},
            {"ArnNotLike": {"example:unheard": "arn:aws:*"}},
            "conditional",
        ),
        (
            {"ForAllValues:StringEquals": {"example:unheard": "a"}},
            {"ForAnyValue:StringNotEquals": {"example:unheard": "a"}},
            "allowed",
        ),
        ({"Null": {"aws:PrincipalTag/t": "true"}}, {"Null": {"aws:PrincipalTag/t": "false"}}, "conditional"),
        ({"StringEquals": {"aws:SourceIdentity": []}}, {"StringNotEquals": {"aws:SourceIdentity": "a"}}, "conditional"),
    ],
)
def test_two_statements_are_settled_where_every_class_is_known(when: Block, unless: Block, expected: str) -> None:
    """Where a class may be missing, or AWS is silent about one, the answer stays open (S-363)."""
    assert outcome(when, unless).value == expected


def test_a_tag_that_is_there_may_be_empty() -> None:
    """Of a tag of which only presence is stated, Null may say either (S-160)."""
    assert (
        outcome({"Null": {"aws:PrincipalTag/t": "false"}}, context={"aws:PrincipalTag/t": PRESENT})
        is Outcome.CONDITIONAL
    )


def test_a_variable_with_wildcards_in_its_text_is_read_both_ways() -> None:
    """What a star in the text of a variable matches is in doubt, also to the search (S-184)."""
    blocks: tuple[Block, ...] = tuple(
        {operator: {"aws:SourceIdentity": "${aws:PrincipalTag/v}"}} for operator in ("StringLike", "StringNotLike")
    )

    assert outcome(*blocks, context={"aws:PrincipalTag/v": "a*"}) is Outcome.CONDITIONAL
    assert outcome(*blocks, context={"aws:PrincipalTag/v": "a"}) is Outcome.ALLOWED


@pytest.mark.parametrize("variable", ["StringEquals", "Resource"])
def test_userid_that_others_are_compared_with_leaves_sessions_open(variable: str) -> None:
    """A session name on which a comparison with aws:userid depends is not tried (S-363)."""
    compared = statement(D, "kms:*", effect="Deny")
    if variable == "Resource":
        compared["Resource"] = KEY.rpartition("/")[0] + "/${aws:userid}"
    else:
        compared["Condition"] = {variable: {"aws:SourceIdentity": "${aws:userid}"}}
    document = loads(policy(EVERYTHING, compared, statement(SESSION, "kms:*", effect="Deny")))
    caller = Principal.parse(ROLE).evolve(unique_id=ROLE_ID)
    answered = access(document, caller, key=KeyMetadata.parse(KEY))

    assert answered["kms:Decrypt"].outcome is Outcome.CONDITIONAL


def test_a_session_of_another_name_has_a_name_that_no_statement_has() -> None:
    """A role may have a session that is named like none that a statement denies (S-051)."""
    document = loads(policy(EVERYTHING, statement(SESSION, "kms:*", effect="Deny")))
    decision = access(document, Principal.parse(ROLE), key=KeyMetadata.parse(KEY))["kms:Decrypt"]

    assert decision.witnesses is not None
    assert decision.witnesses.allowed is not None
    assert str(decision.witnesses.allowed.principal.arn).endswith("/other-other")


def test_actions_together_try_the_sessions_of_a_world() -> None:
    """Inside a shared world a role stands for each of its sessions, too (S-365, S-051)."""
    from keypolicy.evaluation.together import combined_outcome

    tagged = {"StringEquals": {"aws:PrincipalTag/t": "a"}}
    document = loads(
        policy(
            statement(D, "kms:Decrypt", Condition=tagged),
            statement(D, "kms:Encrypt"),
            statement(SESSION, "kms:*", effect="Deny"),
        )
    )
    answered = access(document, Principal.parse(ROLE), key=KeyMetadata.parse(KEY))

    assert combined_outcome([answered["kms:Decrypt"], answered["kms:Encrypt"]]) is Outcome.CONDITIONAL


def test_partly_known_values_print_in_words() -> None:
    """A context shows patterns and held values as they were stated (S-358, S-359)."""
    context = RequestContext({"aws:username": Like("a*"), "aws:CalledVia": AtLeast("b")})

    assert repr(context) == "RequestContext(aws:username=like a*; aws:CalledVia=at least b)"


@pytest.mark.parametrize("item", [["a"], "a", None])
def test_a_line_of_a_batch_states_partly_known_values(item: Any) -> None:
    """A list in any_of states the values of a key of several, null its absence (S-350)."""
    asked = {
        "id": 1,
        "key_arn": KEY,
        "key_policy": policy(statement(D, "kms:*")),
        "principal": D,
        "actions": ["kms:Decrypt"],
        "context": {"aws:CalledVia": {"any_of": [item, ["b", "c"]]}},
    }

    assert answer(asked)["outcome"] == "allowed"
    wrong = {**asked, "context": {"aws:CalledVia": {"any_of": "a"}}}
    assert answer(wrong)["error"]["pointer"] == "/context/aws:CalledVia"


def test_a_variable_may_be_the_arn_that_a_service_calls_for() -> None:
    """A key that can only be an ARN may equal a variable that can be any text (S-363)."""
    condition = {"StringEquals": {"aws:SourceArn": "${aws:RequestTag/v}"}}
    document = loads(policy(statement({"Service": "logs.amazonaws.com"}, "kms:*", Condition=condition)))
    answered = access(document, Principal.service("logs.amazonaws.com"), key=KeyMetadata.parse(KEY))

    assert answered["kms:CreateGrant"].outcome is not Outcome.ALLOWED
    assert answered["kms:TagResource"].outcome is Outcome.CONDITIONAL


def test_presence_alone_does_not_tell_null_of_a_key_that_may_be_empty() -> None:
    """An empty value counts as absent to Null, so a condition by itself stays open (S-160)."""
    condition = Condition("Null", "aws:PrincipalTag/t", ("false",))

    assert condition.truth(lambda _: PRESENT, SAFEST) == missing("aws:PrincipalTag/t")


def test_a_key_that_two_contexts_state_differently_is_not_shared() -> None:
    """Classes of what one context leaves open may lack a request that the other leaves open (S-365)."""
    document = loads(
        policy(
            statement(D, "kms:Decrypt", Condition={"StringEquals": {"aws:SourceIdentity": "ab"}}),
            statement(D, "kms:Encrypt", Condition={"StringEquals": {"aws:SourceIdentity": "ac"}}),
        )
    )
    limited, other = (
        access(document, D, key=KEY, context=RequestContext({"aws:SourceIdentity": pattern}))
        for pattern in (Like("a?"), Like("a*"))
    )
    decrypt, encrypt = limited["kms:Decrypt"].bit, limited["kms:Encrypt"].bit

    assert outcome_together([Asked(limited, decrypt), Asked(limited, encrypt)]) is Outcome.IMPLICIT_DENY
    assert outcome_together([Asked(limited, decrypt), Asked(other, encrypt)]) is Outcome.CONDITIONAL


def test_a_plainly_open_answer_costs_no_search() -> None:
    """Neither its outcome nor its reasons try any request; its witnesses do."""
    document = loads(policy(statement(D, "kms:Decrypt", Condition={"StringEquals": {"kms:ViaService": "a"}})))
    answered = access(document, D, key=KEY)
    decision = answered["kms:Decrypt"]

    assert (decision.outcome, decision.missing_context) == (Outcome.CONDITIONAL, ("kms:ViaService",))
    assert (decision.undocumented, decision.notes) == ((), ())
    assert answered.found is NOTHING_EXPLORED
    assert decision.witnesses is not None
    assert None not in decision.witnesses
    assert answered.found is not NOTHING_EXPLORED


def test_values_outside_a_stated_pattern_are_no_witnesses() -> None:
    """A number, date or address that the pattern does not stand for is no request (S-358)."""
    below = {"NumericLessThan": {"aws:MultiFactorAuthAge": "500"}}
    document = loads(policy(statement(D, "kms:Decrypt", Condition=below)))
    decision = access(document, D, key=KEY, context=RequestContext({"aws:MultiFactorAuthAge": Like("4?0", "501")}))[
        "kms:Decrypt"
    ]

    assert decision.outcome is Outcome.CONDITIONAL
    assert decision.witnesses is not None
    shown = [witness.context.states["aws:multifactorauthage"] for witness in decision.witnesses if witness is not None]
    assert shown == [Present(("501",))]


def test_a_date_is_no_number_of_seconds() -> None:
    """Two numeric conditions that meet do not cover the date that aws:CurrentTime may be (S-189)."""
    below = {"NumericLessThan": {"aws:CurrentTime": "5"}}
    above = {"NumericGreaterThanEquals": {"aws:CurrentTime": "5"}}

    assert outcome(below, above) is not Outcome.ALLOWED


def test_a_pattern_without_wildcards_is_a_value() -> None:
    """It stands for one text alone (S-358)."""
    equals = {"StringEquals": {"aws:SourceIdentity": "a"}}

    assert outcome(equals, context={"aws:SourceIdentity": Like("a")}) is Outcome.ALLOWED
    assert outcome(equals, context={"aws:SourceIdentity": Like("b")}) is Outcome.IMPLICIT_DENY


def test_a_text_is_no_number() -> None:
    """Two numeric conditions that meet do not cover a key of texts (S-176)."""
    below = {"NumericLessThan": {"aws:SourceIdentity": "5"}}
    above = {"NumericGreaterThanEquals": {"aws:SourceIdentity": "5"}}

    assert outcome(below, above) is not Outcome.ALLOWED


def test_a_doubtful_action_is_not_plainly_open() -> None:
    """Its rule is told, which two requests that differ would hide (S-104)."""
    denied = statement(D, "k*:Decrypt", effect="Deny", Condition={"StringEquals": {"kms:ViaService": "a"}})
    decision = access(loads(policy(EVERYTHING, denied)), D, key=KEY)["kms:Decrypt"]

    assert (decision.outcome, decision.undocumented) == (Outcome.CONDITIONAL, ("S-104",))
