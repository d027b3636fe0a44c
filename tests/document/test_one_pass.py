"""What is read in one pass is what the slower way reads; a text in any doubt is left to the slower way."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keypolicy.document.model import KeyPolicy
from keypolicy.document.one_pass import policy_at_once, quotation_marks
from keypolicy.document.parsing import parse
from tests.document.documents import nearly_valid_documents, text_of, valid_documents

STATEMENT = '"Effect":"Allow","Principal":{"AWS":"111111111111"}'
CONDITION = '"Condition":{"StringEquals":{"kms:ViaService":"a"}}'

DOUBTFUL = {
    "a member twice at the top": f'{{"Version":"2012-10-17","Version":"2012-10-17","Statement":{{{STATEMENT}}}}}',
    "a member twice, both times the same": f'{{"Statement":{{{STATEMENT},"Effect":"Allow"}}}}',
    "a member twice, spelt with an escape": f'{{"Statement":{{{STATEMENT},"Eff\\u0065ct":"Allow"}}}}',
    "a member twice, first what is no statement": f'{{"Statement":1,"Statement":{{{STATEMENT}}}}}',
    "a member twice, first null": f'{{"Statement":{{"Sid":null,{STATEMENT},"Sid":"a"}}}}',
    "a statement list twice": f'{{"Statement":[{{{STATEMENT}}}],"Statement":[{{{STATEMENT}}}]}}',
    "a principal type twice": '{"Statement":{"Effect":"Allow","Principal":{"AWS":"1","AWS":"2"}}}',
    "an operator twice": f'{{"Statement":{{{STATEMENT},"Condition":{{"Bool":{{}},"Bool":{{}}}}}}}}',
    "a condition key twice": f'{{"Statement":{{{STATEMENT},"Condition":{{"Bool":{{"a":true,"a":true}}}}}}}}',
    "a member twice beside a name with a quotation mark": (
        f'{{"Statement":{{{STATEMENT},"Sid":"\\u0022\\u0022","Sid":"\\u0022\\u0022"}}}}'
    ),
    "a quotation mark in a string": f'{{"Statement":{{{STATEMENT},"Sid":"\\""}}}}',
    "an integer": f'{{"Statement":{{{STATEMENT},"Condition":{{"NumericEquals":{{"a":-0}}}}}}}}',
    "a fraction": f'{{"Statement":{{{STATEMENT},"Condition":{{"NumericEquals":{{"a":["b",1.50]}}}}}}}}',
    "a wildcard in a principal": '{"Statement":{"Effect":"Allow","Principal":{"AWS":["111111111111","a*"]}}}',
    "a wildcard in an excepted principal": '{"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":"a?"}}}',
    "a condition that is too permissive": (
        f'{{"Statement":{{{STATEMENT},"Condition":{{"ForAllValues:StringLike":{{"kms:EncryptionContext:a":"b"}}}}}}}}'
    ),
    "a byte order mark": f'\ufeff{{"Statement":{{{STATEMENT}}}}}',
    "half a surrogate pair": f'{{"Statement":{{{STATEMENT},"Sid":"\ud800"}}}}',
    "the same as an escape": f'{{"Statement":{{{STATEMENT},"Sid":"\\ud800"}}}}',
    "a control character": f'{{"Statement":{{{STATEMENT},"Sid":"\x01"}}}}',
    "a comma too many": f'{{"Statement":{{{STATEMENT},}}}}',
    "names of fields": '{"Statement":{"effect":"Allow","Principal":"*"}}',
    "much nesting": "[" * 100_000,
}


@pytest.mark.parametrize("text", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_a_text_in_doubt_is_not_read_at_once(text: str) -> None:
    """What may be wrong (S-008, S-032), or could be lost (S-012), is for the slower way to judge."""
    assert policy_at_once(text) is None


CERTAIN = {
    "one statement": f'{{"Statement":{{{STATEMENT},{CONDITION}}}}}',
    "white space anywhere": f' {{\n"Statement" :\t[ {{{STATEMENT} , {CONDITION}}}\r\n] }} ',
    "booleans": f'{{"Statement":{{{STATEMENT},"Condition":{{"Bool":{{"a":[true,"b",false],"c":true}}}}}}}}',
    "set operators": (
        f'{{"Statement":{{{STATEMENT},"Condition":{{"ForAllValues:StringLike":{{"aws:TagKeys":"b"}},'
        '"ForAnyValue:StringLike":{"kms:EncryptionContext:a":"b"}}}}'
    ),
    "colons and braces in a string": f'{{"Statement":{{{STATEMENT},"Sid":":{{,a : b"}}}}',
    "every element": (
        '{"Version":"2012-10-17","Id":"","Statement":[{"Sid":"a","Effect":"Deny","NotPrincipal":{"AWS":["*"],'
        '"Service":[]},"NotAction":[],"NotResource":["a","b"]},{"Effect":"Allow","Principal":"*"}]}'
    ),
}


@pytest.mark.parametrize("text", CERTAIN.values(), ids=CERTAIN.keys())
def test_a_text_without_doubt_is_read_at_once(text: str) -> None:
    """The quick way is taken: a count that is one off would only make everything slow."""
    assert policy_at_once(text) == KeyPolicy.model_validate(parse(text))


@given(nearly_valid_documents())
def test_what_is_read_at_once_is_what_the_slower_way_reads(document: Any) -> None:
    """The same policy, to the type of each value."""
    text = text_of(document)
    policy = policy_at_once(text)
    if policy is not None:
        slowly = KeyPolicy.model_validate(parse(text), by_alias=True, by_name=False)
        assert policy == slowly
        assert repr(policy) == repr(slowly)


@given(valid_documents(), st.data())
def test_a_member_written_twice_is_always_noticed(document: Any, data: st.DataObject) -> None:
    """Whatever member of whatever object is repeated, with the same value or another (S-008)."""
    text = text_of(document)
    marks = [place for place, character in enumerate(text) if character == "{" and text[place + 1] != "}"]
    place = data.draw(st.sampled_from(marks)) + 1
    try:
        name, end = json.JSONDecoder().raw_decode(text, place)
    except json.JSONDecodeError:  # a brace inside a string
        return
    if text[end:].startswith(" : "):
        value = data.draw(st.sampled_from(['"a"', "null", "[]", "{}", "true", '"\\u0022"', "7"]))
        assert policy_at_once(f"{text[:place]}{json.dumps(name)}:{value},{text[place:]}") is None


@given(valid_documents())
def test_quotation_marks_are_counted_as_written(document: Any) -> None:
    """As many as there are in the text, except those inside strings; not told where there are numbers."""
    text = text_of(document)
    policy = KeyPolicy.model_validate_json(text)
    assert quotation_marks(policy) in (None, text.replace("\\\\", "").replace('\\"', "").count('"'))
