"""A lenient load keeps a broken document whole and says how much of it can be read."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given

from keypolicy.document.load import loads
from keypolicy.document.model import KeyPolicy, MalformedStatement, Statement
from keypolicy.document.scalars import FrozenObject
from keypolicy.errors import DocumentError
from tests.document.documents import nearly_valid_documents, refusal

GOOD = {"Effect": "Allow", "Principal": "*"}


@given(nearly_valid_documents())
def test_lenience_changes_nothing_about_a_good_document(value: Any) -> None:
    """Strictly refused and problems found leniently are the same thing."""
    lenient = loads(value, lenient=True)
    error = refusal(value)
    assert lenient.problems == (() if error is None else error.problems)
    assert error is not None or lenient == loads(value)


@given(nearly_valid_documents())
def test_only_statements_with_a_problem_inside_are_malformed(value: Any) -> None:
    """A neighbour's mistake makes no statement malformed, and what is readable has the types of a Statement."""
    policy = loads(value, lenient=True)
    for statement in policy.statements:
        raw = statement.to_json_value()
        assert loads({"Statement": [raw]}, lenient=True).statements == (statement,)
        if isinstance(statement, MalformedStatement):
            assert statement.readable <= set(raw if isinstance(raw, dict) else ())
        else:
            assert isinstance(statement, Statement)


def test_readable_elements_are_those_that_are_well_formed() -> None:
    """They have the types that they have in a Statement; every other one is None."""
    policy = loads(
        """{"Statement": [{
            "Sid": "one", "Effect": "Deny", "Principal": {"AWS": ["1"]}, "Action": ["a"], "NotAction": "b",
            "Resource": 1, "NotResource": [], "Condition": {"Bool": {"k": ["x", true]}}, "Colour": "red"
        }]}""",
        lenient=True,
    )
    (statement,) = policy.statements

    assert isinstance(statement, MalformedStatement)
    assert statement.readable == {
        "Sid",
        "Effect",
        "Principal",
        "Action",
        "NotAction",
        "NotResource",
        "Condition",
    }
    assert (statement.sid, statement.effect, statement.principal) == ("one", "Deny", {"AWS": ("1",)})
    assert (statement.action, statement.not_action) == (("a",), "b")
    assert (statement.resource, statement.not_resource, statement.not_principal) == (None, (), None)
    assert statement.condition == {"Bool": {"k": ("x", True)}}
    assert type(statement.condition) is FrozenObject
    assert hash(statement) == hash(pickle.loads(pickle.dumps(statement)))
    assert {problem.code for problem in policy.problems} == {"both-of-a-pair", "invalid-value", "unknown-element"}
    assert not policy.doubtful


UNREADABLE_ELEMENTS = {
    "an element written twice": ('"Action": "a", "Action": "a"', "Action"),
    "a principal type written twice": ('"NotPrincipal": {"AWS": "1", "AWS": "1"}', "NotPrincipal"),
    "a condition key in two letter cases": ('"Condition": {"Bool": {"k": "a", "K": "a"}}', "Condition"),
    "an unknown operator": ('"Condition": {"Boole": {}}', "Condition"),
    "a number in a list": ('"Resource": ["a", 1]', "Resource"),
    "half a surrogate pair": ('"Sid": "\\ud800"', "Sid"),
    "an effect in another letter case": ('"Effect": "deny"', "Effect"),
    "an element in the wrong letter case": ('"action": "a"', "action"),
}


@pytest.mark.parametrize(("element", "name"), UNREADABLE_ELEMENTS.values(), ids=UNREADABLE_ELEMENTS.keys())
def test_an_element_is_not_readable_with(element: str, name: str) -> None:
    """The element named is not read; its statement is malformed, and its neighbour is not."""
    policy = loads(f'{{"Statement": [{{{element}}}, {json.dumps(GOOD)}]}}', lenient=True)
    broken, good = policy.statements

    assert isinstance(broken, MalformedStatement)
    assert name not in broken.readable
    assert isinstance(good, Statement)
    assert not policy.doubtful


def test_a_statement_that_is_no_object_has_nothing_readable() -> None:
    """It stands in its place in the list, as found."""
    policy = loads({"Statement": ["a", None, [GOOD], GOOD]}, lenient=True)
    assert [type(statement) for statement in policy.statements] == [MalformedStatement] * 3 + [Statement]
    assert [statement.to_json_value() for statement in policy.statements] == ["a", None, [GOOD], GOOD]
    assert all(not statement.readable for statement in policy.statements if isinstance(statement, MalformedStatement))


def test_an_intrinsic_is_a_statement_of_which_nothing_is_known() -> None:
    """Alone or in the list."""
    for document in ({"Statement": {"Fn::If": ["a"]}}, {"Statement": [{"Fn::If": ["a"]}]}):
        policy = loads(document, lenient=True)
        assert isinstance(policy.statements[0], MalformedStatement)
        assert policy.statements[0].readable == frozenset()
        assert not policy.doubtful


DOUBTFUL = {
    "an unknown version": {"Version": "2012-10-16", "Statement": [GOOD]},
    "a version that is no string": {"Version": 2012, "Statement": [GOOD]},
    "no statement": {"Version": "2012-10-17"},
    "a statement that is a string": {"Statement": "a"},
    "a statement element in another letter case": {"statement": [GOOD]},
    "an intrinsic in place of the document": {"Fn::If": ["a"]},
    "two statement elements": f'{{"Statement": [], "Statement": [{json.dumps(GOOD)}]}}',
    "two versions": f'{{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": {json.dumps(GOOD)}}}',
}
TRUSTED = {
    "an unknown element": {"Colour": "red", "Statement": [GOOD]},
    "an id that is no string": {"Id": 1, "Statement": [GOOD]},
    "an empty statement list": {"Statement": []},
    "a text that is too large": json.dumps({"Statement": [GOOD]}) + " " * 32_768,
    "a character that KMS refuses": '{"Id": "–", "Statement": [{"Effect": "Allow", "Principal": "*"}]}',
    "a duplicate inside an unknown element": f'{{"a": {{"b": 1, "b": 1}}, "Statement": [{json.dumps(GOOD)}]}}',
}


@pytest.mark.parametrize("document", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_a_document_is_doubtful_with(document: Any) -> None:
    """Nothing that such a document might say is certain."""
    policy = loads(document, lenient=True)
    assert policy.doubtful
    assert policy.problems


@pytest.mark.parametrize("document", TRUSTED.values(), ids=TRUSTED.keys())
def test_a_document_is_not_doubtful_with(document: Any) -> None:
    """Such a problem is attached, and every statement is as good as it was."""
    policy = loads(document, lenient=True)
    assert not policy.doubtful
    assert policy.problems
    assert all(isinstance(statement, Statement) for statement in policy.statements)


def test_a_wildcard_in_a_principal_leaves_the_statement_usable() -> None:
    """KMS refuses to store it, and it matches nobody (S-032, S-056)."""
    policy = loads({"Statement": {**GOOD, "Principal": {"AWS": "arn:aws:iam::111111111111:role/*"}}}, lenient=True)
    assert isinstance(policy.statement, Statement)
    assert [problem.code for problem in policy.problems] == ["wildcard-in-principal"]


def test_an_overly_permissive_condition_leaves_the_statement_usable() -> None:
    """KMS refuses to store it, and it holds where the pair is absent (S-032, S-209)."""
    condition = {"ForAllValues:StringEquals": {"kms:EncryptionContext:a": "x"}}
    policy = loads({"Statement": {**GOOD, "Condition": condition}}, lenient=True)
    assert isinstance(policy.statement, Statement)
    assert [problem.code for problem in policy.problems] == ["overly-permissive-condition"]


def test_what_can_be_read_of_the_top_level_is_in_the_fields() -> None:
    """An unreadable version or id is None there, and stays in the document."""
    policy = loads({"Version": "2013-01-01", "Id": "a", "Statement": [GOOD]}, lenient=True)
    other = loads({"Version": "2012-10-17", "Id": 5, "Statement": [GOOD]}, lenient=True)

    assert (policy.version, policy.id) == (None, "a")
    assert (other.version, other.id) == ("2012-10-17", None)
    assert policy.to_json_value()["Version"] == "2013-01-01"
    assert other.to_json_value()["Id"] == 5
    assert policy != loads({"Id": "a", "Statement": [GOOD]})


def test_two_broken_documents_are_equal_if_they_say_the_same() -> None:
    """Members that no field holds count too."""
    red, blue = ({"Colour": colour, "Statement": [GOOD]} for colour in ("red", "blue"))
    assert loads(red, lenient=True) == loads(red, lenient=True)
    assert loads(red, lenient=True) != loads(blue, lenient=True)
    assert loads(red, lenient=True) != loads({"Statement": [GOOD]})


@pytest.mark.parametrize(
    "document",
    ["", "{", "[]", '"a"', "1", "null", '{"Statement": NaN}', '{"Statement": ' + "1" * 4301 + "}", b"\xff", [GOOD]],
    ids=lambda document: repr(document)[:20],
)
def test_what_is_no_readable_object_is_refused_leniently_too(document: Any) -> None:
    """There is nothing to keep."""
    with pytest.raises(DocumentError):
        loads(document, lenient=True)


def test_a_lenient_policy_dumps_as_found_through_pydantic() -> None:
    """Pydantic's own dumps hold the whole document."""
    document = {"Statement": [{"effect": "Allow"}, GOOD], "Colour": None}
    policy = loads(document, lenient=True)
    assert policy.model_dump(mode="json") == document
    assert json.loads(policy.model_dump_json(exclude_none=True)) == document
    assert isinstance(policy, KeyPolicy)
