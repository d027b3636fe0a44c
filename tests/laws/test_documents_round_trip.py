"""Law: documents round-trip. What was read is written back: to the element, the order of values and the digit."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from keypolicy import KeyPolicy, Statement, loads
from tests.document.documents import nearly_valid_documents, same_json, text_of, valid_documents


def statements_of(document: dict[str, Any]) -> list[Any]:
    statement = document.get("Statement", [])
    return statement if isinstance(statement, list) else [statement] if isinstance(statement, dict) else []


def texts_of(policy: KeyPolicy) -> tuple[str, ...]:
    return policy.dumps(), policy.dumps(indent=2), policy.dumps(indent=0)


@given(valid_documents())
def test_what_was_read_is_written_back(document: dict[str, Any]) -> None:
    """As value and as text: single or list, absent or empty, and every digit; read from text, bytes or mapping."""
    for policy in (loads(document), loads(text_of(document)), loads(text_of(document).encode())):
        assert same_json(policy.to_json_value(), document)
        for text in (*texts_of(policy), policy.model_dump_json(by_alias=True)):
            assert loads(text) == policy
            assert same_json(loads(text).to_json_value(), document)
        for statement, written in zip(policy.statements, statements_of(document), strict=True):
            assert isinstance(statement, Statement)
            assert same_json(statement.to_json_value(), written)
            assert statement.dumps() == statement.model_dump_json()


@settings(max_examples=300)
@given(nearly_valid_documents())
def test_every_json_object_is_kept_whole(document: Any) -> None:
    """Lenient loading never fails, every statement is there, and writing gives the object again."""
    assert isinstance(document, dict)
    for policy in (loads(document, lenient=True), loads(text_of(document), lenient=True)):
        assert same_json(policy.to_json_value(), document)
        assert same_json(policy.model_dump(), document) or policy.problems == ()
        assert [statement.to_json_value() for statement in policy.statements] == statements_of(document)
        for text in texts_of(policy):
            again = loads(text, lenient=True)
            assert again == policy
            assert same_json(again.to_json_value(), document)
            assert {problem.code for problem in again.problems} == {problem.code for problem in policy.problems}
