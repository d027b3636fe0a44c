"""The models hold what is written, refuse what is not, never change, and write back what they read."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from keypolicy.document.load import loads
from keypolicy.document.model import KeyPolicy, MalformedStatement, Statement
from keypolicy.document.operators import OPERATOR_NAMES
from keypolicy.document.scalars import FrozenObject

TEXT = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "one", "Effect": "Allow", "Principal": {"AWS": ["111111111111"], "Service": "backup.amazonaws.com"},
     "Action": ["kms:Decrypt"], "Resource": "*",
     "Condition": {"Bool": {"k": true}, "NumericEquals": {"n": [1, 1.10, -0, 1e2, "x"]}, "StringEquals": {}}},
    {"Effect": "Deny", "NotPrincipal": {}, "NotAction": "kms:*", "NotResource": [], "Condition": {}}
  ]
}"""


def test_attributes_hold_what_is_written() -> None:
    """A single value is a string, a list a tuple, a map frozen, and an absent element None."""
    policy = loads(TEXT)
    one, two = policy.statements

    assert isinstance(one, Statement)
    assert isinstance(two, Statement)
    assert (policy.version, policy.id) == ("2012-10-17", None)
    assert (one.sid, one.effect, one.action, one.resource) == ("one", "Allow", ("kms:Decrypt",), "*")
    assert (one.not_principal, one.not_action, one.not_resource) == (None, None, None)
    assert one.principal == {"AWS": ("111111111111",), "Service": "backup.amazonaws.com"}
    assert (two.not_principal, two.not_action, two.not_resource, two.condition) == ({}, "kms:*", (), {})
    assert all(type(each) is FrozenObject for each in (one.principal, two.not_principal, two.condition))


def test_condition_scalars_keep_their_kind() -> None:
    """A boolean is no number, and a number keeps its digits (S-012)."""
    statement = loads(TEXT).statements[0]
    assert statement.condition is not None
    assert statement.condition["Bool"]["k"] is True
    numbers = statement.condition["NumericEquals"]["n"]
    assert isinstance(numbers, tuple)
    assert [(type(number), str(number)) for number in numbers] == [
        (int, "1"),
        (Decimal, "1.10"),
        (Decimal, "-0"),
        (Decimal, "1E+2"),
        (str, "x"),
    ]
    assert type(statement.condition["NumericEquals"]) is FrozenObject


def test_one_statement_stays_one_object() -> None:
    """`statement` is as written, `statements` always a tuple (S-010)."""
    single = loads('{"Statement": {"Effect": "Allow", "Principal": "*"}}')
    listed = loads('{"Statement": [{"Effect": "Allow", "Principal": "*"}]}')

    assert isinstance(single.statement, Statement)
    assert isinstance(listed.statement, tuple)
    assert single.statements == listed.statements
    assert single != listed


def test_true_and_one_are_different_policies() -> None:
    """Python calls them equal; a condition does not."""
    text = '{"Statement": {"Effect": "Allow", "Principal": "*", "Condition": {"Bool": {"k": %s}}}}'
    assert loads(text % "true") != loads(text % "1")
    assert loads(text % "1.0") != loads(text % "1.00")
    assert loads(text % "1") != "a policy"


def test_pydantic_dumps_the_document() -> None:
    """Its dumps hold what is written, by the names of JSON, without absent elements."""
    policy = loads(TEXT)
    value = json.loads(TEXT)

    assert policy.model_dump(mode="json") == value
    assert json.loads(policy.model_dump_json()) == value
    assert json.loads(policy.model_dump_json(exclude={"version"})) == {"Statement": value["Statement"]}
    assert policy.model_dump(by_alias=False)["statement"][1]["not_action"] == "kms:*"
    assert json.loads(policy.model_dump_json(by_alias=False))["statement"][0]["effect"] == "Allow"
    assert json.loads(policy.statements[0].model_dump_json(by_alias=False))["sid"] == "one"  # type: ignore[union-attr]
    assert TypeAdapter(KeyPolicy).dump_python(policy, mode="json") == value


def test_a_number_beyond_every_float_is_dumped_as_its_digits() -> None:
    """Pydantic has no way to write such a number; `dumps` has."""
    policy = loads('{"Statement": {"Effect": "Deny", "Principal": "*", "Condition": {"Bool": {"k": 1e400}}}}')
    assert policy.model_dump(mode="json")["Statement"]["Condition"] == {"Bool": {"k": "1E+400"}}
    assert policy.dumps() == '{"Statement":{"Effect":"Deny","Principal":"*","Condition":{"Bool":{"k":1E+400}}}}'


def test_nothing_can_be_changed() -> None:
    """Fields, maps and lists are immutable."""
    policy = loads(TEXT)
    with pytest.raises(ValidationError, match="frozen"):
        policy.version = None
    with pytest.raises(ValidationError, match="frozen"):
        policy.statements[0].effect = "Deny"  # type: ignore[misc]
    with pytest.raises(TypeError, match="cannot be changed"):
        policy.statements[0].principal["AWS"] = "*"  # type: ignore[index]


def test_python_code_makes_statements_by_their_python_names() -> None:
    """Lists and tuples are both taken, and single values stay single."""
    made = KeyPolicy(
        version="2012-10-17",
        statement=(
            Statement(
                effect="Allow",
                principal=FrozenObject({"AWS": ("111111111111",)}),
                action=("kms:Decrypt",),
                condition=FrozenObject({"Bool": FrozenObject({"k": (True,)})}),
            ),
        ),
    )
    read = loads(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": ["111111111111"]},
                    "Action": ["kms:Decrypt"],
                    "Condition": {"Bool": {"k": [True]}},
                }
            ],
        }
    )
    assert made == read
    assert made.source is None
    assert made.problems == ()
    assert not made.doubtful


@pytest.mark.parametrize(
    "change",
    [
        {"effect": "allow"},
        {"effect": None},
        {"principal": None},
        {"sid": None},
        {"sid": 1},
        {"action": None},
        {"action": {"kms:Decrypt"}},
        {"action": [1]},
        {"not_principal": "*"},
        {"not_action": "a", "action": "a"},
        {"not_resource": "a", "resource": "a"},
        {"principal": {"User": "a"}},
        {"condition": {"Boole": {}}},
        {"condition": {"Bool": {"k": 1.5}}},
        {"condition": {"Bool": {"k": Decimal("NaN")}}},
        {"condition": {"Bool": {"k": None}}},
        {"condition": {"Bool": {"k": "a", "K": "a"}}},
        {"colour": "red"},
    ],
    ids=str,
)
def test_a_statement_refuses(change: dict[str, Any]) -> None:
    """What the grammar forbids cannot be made in Python either: no null, no coercion, never both of a pair."""
    with pytest.raises(ValidationError):
        Statement.model_validate({"effect": "Allow", "principal": "*", **change})


def test_only_documents_are_read_by_the_names_of_json() -> None:
    """In a document, `effect` is no element (S-006), although Python code calls it so."""
    with pytest.raises(ValueError, match="element-case"):
        loads('{"Statement": {"effect": "Allow", "Principal": "*"}}')


def test_slots_beside_the_fields_are_plain_slots() -> None:
    """A cache in a slot is neither compared nor copied nor pickled; an unset slot raises AttributeError."""
    policy = KeyPolicy(statement=Statement(effect="Deny", principal="*"))
    with pytest.raises(AttributeError):
        _ = policy._compiled
    object.__setattr__(policy, "_compiled", "a cache")

    assert type(KeyPolicy.__dict__["_compiled"]).__name__ == "member_descriptor"
    for other in (policy.model_copy(), copy.copy(policy), copy.deepcopy(policy), pickle.loads(pickle.dumps(policy))):
        assert getattr(other, "_compiled", None) is None
        assert other == policy
        assert policy._compiled == "a cache"


def test_a_copy_keeps_the_source_until_something_is_replaced() -> None:
    """A changed copy says what no text says, so it has no positions."""
    policy = loads(TEXT)
    changed = policy.model_copy(update={"version": "2008-10-17"})

    assert policy.source is not None
    assert policy.model_copy().source is policy.source
    assert copy.copy(policy).source is policy.source
    assert pickle.loads(pickle.dumps(policy)).source.position("/Statement/1") == (7, 5)
    assert changed.source is None
    assert changed.version == "2008-10-17"
    assert changed.statements == policy.statements


def test_a_changed_copy_of_a_broken_document_keeps_everything_else() -> None:
    """What was replaced is written with the rest of the document as it was found; None takes an element away."""
    policy = loads({"Version": "1", "Id": "a", "Colour": "red", "Statement": [{"Effect": "Allow"}]}, lenient=True)
    statement = Statement(effect="Deny", principal="*", action=("kms:*",))
    changed = policy.model_copy(update={"id": None, "statement": (statement, *policy.statements)})

    assert changed.to_json_value() == {
        "Version": "1",
        "Colour": "red",
        "Statement": [{"Effect": "Deny", "Principal": "*", "Action": ["kms:*"]}, {"Effect": "Allow"}],
    }
    assert changed.problems == policy.problems
    assert changed.doubtful


def test_the_json_schema_is_that_of_the_grammar() -> None:
    """It can serve an editor: names of JSON, no nulls, exclusive pairs, real operators."""
    schema = KeyPolicy.model_json_schema(by_alias=True)
    statement = schema["$defs"]["Statement"]
    strings = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}

    assert "null" not in json.dumps(schema)
    assert schema["required"] == ["Statement"]
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == {"Version", "Id", "Statement"}
    assert schema["properties"]["Version"]["enum"] == ["2012-10-17", "2008-10-17"]
    assert schema["properties"]["Statement"]["anyOf"] == [
        {"$ref": "#/$defs/Statement"},
        {"type": "array", "items": {"$ref": "#/$defs/Statement"}, "minItems": 1},
    ]
    assert statement["required"] == ["Effect"]
    assert statement["additionalProperties"] is False
    assert statement["oneOf"] == [{"required": ["Principal"]}, {"required": ["NotPrincipal"]}]
    assert {"not": {"required": ["Action", "NotAction"]}} in statement["allOf"]
    assert {"not": {"required": ["Resource", "NotResource"]}} in statement["allOf"]
    assert statement["properties"]["Sid"]["type"] == "string"
    assert statement["properties"]["Effect"]["enum"] == ["Allow", "Deny"]
    assert statement["properties"]["Action"]["anyOf"] == strings["anyOf"]
    everyone, names = statement["properties"]["Principal"]["anyOf"]
    assert everyone == {"const": "*"}
    assert names["properties"]["AWS"] == strings
    assert names["additionalProperties"] is False
    condition = statement["properties"]["Condition"]
    assert condition["propertyNames"] == {"enum": list(OPERATOR_NAMES)}
    assert condition["additionalProperties"]["additionalProperties"]["anyOf"][0] == {
        "type": ["string", "boolean", "number"]
    }


@pytest.mark.parametrize(
    "document",
    [
        {"Statement": {"Effect": "Allow", "Principal": "*"}},
        {"Statement": [{"Effect": "Allow", "NotPrincipal": {"AWS": []}, "Action": "a", "Resource": ["b"]}]},
        {"Version": "2012-10-17", "Id": "", "Statement": {"Effect": "Deny", "Principal": "*", "Condition": {}}},
        {"Statement": {"Effect": "Deny", "Principal": "*", "Condition": {"Bool": {"k": [True, 1, "a"]}}}},
        {},
        {"Statement": []},
        {"Statement": {"Effect": "Allow"}},
        {"Statement": {"Principal": "*"}},
        {"Statement": {"Effect": "allow", "Principal": "*"}},
        {"Statement": {"Effect": "Allow", "Principal": "a"}},
        {"Statement": {"Effect": "Allow", "Principal": {"Aws": "a"}}},
        {"Statement": {"Effect": "Allow", "Principal": "*", "NotPrincipal": "*"}},
        {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "a", "NotAction": "a"}},
        {"Statement": {"Effect": "Allow", "Principal": "*", "Action": None}},
        {"Statement": {"Effect": "Allow", "Principal": "*", "Actions": "a"}},
        {"Statement": {"Effect": "Allow", "Principal": "*", "Condition": {"NullIfExists": {}}}},
        {"Statement": {"Effect": "Allow", "Principal": "*", "Condition": {"Bool": {"k": [[]]}}}},
        {"Version": "2012", "Statement": {"Effect": "Allow", "Principal": "*"}},
    ],
    ids=json.dumps,
)
def test_the_json_schema_takes_what_loads_takes(document: dict[str, Any]) -> None:
    """The schema and the library agree about documents on both sides of the line."""
    schema = KeyPolicy.model_json_schema()
    try:
        loads(document)
    except ValueError:
        assert not fits(document, schema, schema)
    else:
        assert fits(document, schema, schema)


_TYPES: dict[str, Any] = {"object": dict, "array": list, "string": str, "boolean": bool, "number": (int, Decimal)}


def fits(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """Whether a value fits a JSON Schema, for the words that ours uses; any other word is an error."""
    members = value if isinstance(value, dict) else {}
    items = value if isinstance(value, list) else []
    others = [members[name] for name in members if name not in schema.get("properties", {})]
    words: dict[str, Callable[[Any], bool]] = {
        "title": lambda _: True,
        "description": lambda _: True,
        "$defs": lambda _: True,
        "$ref": lambda rule: fits(value, root["$defs"][rule.rpartition("/")[2]], root),
        "type": lambda rule: isinstance(
            value, tuple(_TYPES[each] for each in ([rule] if isinstance(rule, str) else rule))
        ),
        "const": lambda rule: bool(value == rule),
        "enum": lambda rule: value in rule,
        "required": lambda rule: set(rule) <= set(members),
        "properties": lambda rule: all(fits(members[name], rule[name], root) for name in rule if name in members),
        "propertyNames": lambda rule: all(fits(name, rule, root) for name in members),
        "additionalProperties": lambda rule: not others or (rule and all(fits(other, rule, root) for other in others)),
        "items": lambda rule: all(fits(item, rule, root) for item in items),
        "minItems": lambda rule: not isinstance(value, list) or len(items) >= rule,
        "anyOf": lambda rule: any(fits(value, each, root) for each in rule),
        "allOf": lambda rule: all(fits(value, each, root) for each in rule),
        "oneOf": lambda rule: sum(fits(value, each, root) for each in rule) == 1,
        "not": lambda rule: not fits(value, rule, root),
    }
    return all(words[word](rule) for word, rule in schema.items())


def test_a_malformed_statement_of_python_code_is_no_statement() -> None:
    """Only a lenient load makes a policy with one."""
    with pytest.raises(ValidationError):
        KeyPolicy(statement=MalformedStatement("a"))
