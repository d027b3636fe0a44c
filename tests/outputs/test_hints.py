"""Hints: names in a policy that are no actions, where the meant action is denied for want of them; misspelt keys."""

from __future__ import annotations

from typing import Any

from keypolicy import RequestContext, loads
from keypolicy.outputs.hints import hints_on, hints_on_keys


def statement(action: Any, effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Principal": "*", "Action": action, "Resource": "*"}


def hinted(*statements: dict[str, Any], denied: str = "kms:ListGrants") -> list[tuple[int, str]]:
    policy = loads({"Statement": list(statements)}, lenient=True)
    return [(hint.statement.index, hint.name) for hint in hints_on(policy, frozenset({denied})) if hint.statement]


def test_a_name_near_a_denied_action_is_a_hint() -> None:
    """Once in each statement that has it."""
    assert hinted(statement(["kms:ListGrant", "kms:ListGrant"]), statement("kms:ListGrant")) == [
        (0, "kms:ListGrant"),
        (1, "kms:ListGrant"),
    ]


def test_a_hint_reads_as_a_sentence() -> None:
    """With the statement, the name, and what is meant."""
    policy = loads({"Statement": [{**statement("kms:ReEncrypt"), "Sid": "Use"}]})

    (hint,) = hints_on(policy, frozenset({"kms:ReEncryptTo"}))

    assert str(hint) == (
        "statement 0 'Use' names kms:ReEncrypt, which matches nothing: kms:ReEncrypt is an API operation and no "
        "permission: it needs kms:ReEncryptFrom on the source key and kms:ReEncryptTo on the destination key"
    )
    assert hint.suggestions == ("kms:ReEncryptFrom", "kms:ReEncryptTo")


def test_a_name_near_no_denied_action_is_no_hint() -> None:
    """What was meant is held in another way."""
    assert hinted(statement("kms:ListGrant"), denied="kms:Decrypt") == []


def test_names_patterns_and_denies_are_no_hints() -> None:
    """Real names and patterns match what they match; a Deny is no want of an Allow."""
    assert hinted(statement(["kms:ListKeys", "kms:ListGrant*", "kms:ListGrant?"])) == []
    assert hinted(statement("kms:ListGrant", "Deny")) == []


def test_statements_without_readable_actions_are_no_hints() -> None:
    """NotAction names what is not allowed; a broken statement is another problem."""
    without_action = {"Effect": "Allow", "Principal": "*", "NotAction": "kms:ListGrant", "Resource": "*"}

    assert hinted(without_action, {**statement("kms:ListGrant"), "Remark": "?"}) == []


def test_the_search_for_near_names_has_an_end() -> None:
    """A policy has room for thousands of names that are no actions."""
    names = [f"kms:NoAction{number}" for number in range(50)]

    assert hinted(statement([*names[:-1], "kms:ListGrant"])) == [(0, "kms:ListGrant")]
    assert hinted(statement([*names, "kms:ListGrant"])) == []


def test_a_stated_key_that_no_catalogue_has_is_a_hint() -> None:
    """Once, however many contexts state it and in whatever case; near names are its suggestions."""
    contexts = [
        RequestContext({"kms:ViaServise": "x", "aws:PrincipalTag/Team": "a"}),
        RequestContext(absent=["kms:VIASERVISE"]),
    ]

    (hint,) = hints_on_keys(contexts)

    assert (hint.statement, hint.suggestions) == (None, ("kms:ViaService",))
    assert str(hint) == hint.message


def test_the_search_for_near_keys_has_an_end() -> None:
    """A question may state any number of keys."""
    context = RequestContext({f"kms:NoKey{number}": "x" for number in range(1000)})

    assert len(hints_on_keys([context])) == 50
