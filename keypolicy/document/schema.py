"""How each element is validated: core schemas of pydantic that run in Rust wherever Rust can say it.

What may be a single value or a list is a union, tried in the order of frequency. A list becomes a tuple by the
built-in `tuple`, a map a FrozenObject by the class itself: neither enters Python code.
"""

from __future__ import annotations

from decimal import Decimal
from math import isfinite
from typing import Any, Final, cast

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema
from pydantic_core.core_schema import CoreSchema

from keypolicy.document.operators import OPERATOR_NAMES, is_condition_operator, keys_written_twice
from keypolicy.document.scalars import PRINCIPAL_TYPES, FrozenObject

__all__ = [
    "ConditionBlock",
    "NeverNull",
    "OneOrManyStatements",
    "OneOrManyStrings",
    "PrincipalMap",
    "Text",
    "statement_json_schema",
    "without_null_defaults",
]

_JsonSchema = dict[str, Any]


def _one_or_many(item: CoreSchema) -> CoreSchema:
    """An item, a list of items that becomes a tuple, or (from Python) a tuple of items."""
    many = core_schema.no_info_after_validator_function(tuple, core_schema.list_schema(item, strict=True))
    return core_schema.union_schema(
        [many, item, core_schema.tuple_variable_schema(item, strict=True)], mode="left_to_right"
    )


def _strings_json() -> _JsonSchema:
    return _one_or_many_json({"type": "string"})


def _one_or_many_json(item: _JsonSchema, *, minimum: int = 0) -> _JsonSchema:
    array: _JsonSchema = {"type": "array", "items": item}
    if minimum:
        array["minItems"] = minimum
    return {"anyOf": [item, array]}


# A length, even this one, makes pydantic look at the characters, and so refuse half a surrogate pair.
_STRING: Final = core_schema.str_schema(strict=True, min_length=0)
_STRINGS: Final = _one_or_many(_STRING)

_PRINCIPAL: Final = core_schema.union_schema(
    [
        core_schema.no_info_after_validator_function(
            FrozenObject,
            core_schema.dict_schema(core_schema.literal_schema(list(PRINCIPAL_TYPES)), _STRINGS, strict=True),
        ),
        core_schema.literal_schema(["*"]),
    ],
    mode="left_to_right",
)

_CONDITION_SCALAR: Final = core_schema.union_schema(
    [
        _STRING,
        core_schema.bool_schema(strict=True),
        core_schema.int_schema(strict=True),
        core_schema.decimal_schema(strict=True, allow_inf_nan=False),
    ],
    mode="left_to_right",
)


def _frozen_condition(block: dict[str, dict[str, Any]]) -> FrozenObject[str, FrozenObject[str, Any]]:
    """The block, immutable, if it names real operators and names no key twice under one of them."""
    frozen: dict[str, FrozenObject[str, Any]] = {}
    for operator, keys in block.items():
        if not is_condition_operator(operator):
            raise PydanticCustomError("unknown-operator", "not a condition operator")
        if len(keys) > 1 and keys_written_twice(keys):
            raise PydanticCustomError("duplicate-condition-key", "a condition key is written twice")
        frozen[operator] = FrozenObject(keys)
    return FrozenObject(frozen)


def _with_json_numbers(value: Any) -> Any:
    """The value with each Decimal as the nearest float, since pydantic would write a Decimal as a string."""
    if isinstance(value, dict):
        return {name: _with_json_numbers(member) for name, member in value.items()}
    if isinstance(value, tuple):
        return [_with_json_numbers(item) for item in value]
    if isinstance(value, Decimal) and isfinite(number := float(value)):
        return number
    return value


_CONDITION: Final = core_schema.no_info_after_validator_function(
    _frozen_condition,
    core_schema.dict_schema(
        _STRING,
        core_schema.dict_schema(_STRING, _one_or_many(_CONDITION_SCALAR), strict=True),
        strict=True,
    ),
    serialization=core_schema.plain_serializer_function_ser_schema(_with_json_numbers, when_used="json-unless-none"),
)


class NeverNull:
    """Marks an element that is None where the document lacks it, and never a JSON null (S-012)."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return cast("CoreSchema", cast("Any", handler(source))["schema"])


class Text:
    """Marks an element that is a string."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _STRING

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> _JsonSchema:
        return {"type": "string"}


class OneOrManyStrings:
    """Marks an element that is a string or a list of strings (S-011)."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _STRINGS

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> _JsonSchema:
        return _strings_json()


class PrincipalMap:
    """Marks an element that is `"*"` or a map of principal type to one name or several (S-011)."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _PRINCIPAL

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> _JsonSchema:
        return {
            "anyOf": [
                {"const": "*"},
                {
                    "type": "object",
                    "properties": {name: _strings_json() for name in PRINCIPAL_TYPES},
                    "additionalProperties": False,
                },
            ]
        }


class ConditionBlock:
    """Marks a map of operator to a map of condition key to one scalar or several (S-012, S-140).

    Its JSON Schema, made for editors, knows only the canonical spelling of the operators; validation takes any letter
    case (S-144).
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _CONDITION

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> _JsonSchema:
        values = _one_or_many_json({"type": ["string", "boolean", "number"]})
        return {
            "type": "object",
            "propertyNames": {"enum": list(OPERATOR_NAMES)},
            "additionalProperties": {"type": "object", "additionalProperties": values},
        }


class OneOrManyStatements:
    """Marks the statements: one object, or a list of at least one (S-010)."""

    def __init__(self, statement: type) -> None:
        self._statement = statement

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        item = handler.generate_schema(self._statement)
        many = core_schema.no_info_after_validator_function(
            tuple, core_schema.list_schema(item, min_length=1, strict=True)
        )
        return core_schema.union_schema(
            [many, item, core_schema.tuple_variable_schema(item, min_length=1, strict=True)], mode="left_to_right"
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> _JsonSchema:
        statement = handler(cast(Any, schema)["choices"][1])
        return _one_or_many_json(statement, minimum=1)


def without_null_defaults(schema: _JsonSchema) -> None:
    """Remove the defaults that a JSON Schema would state for absent elements: null is not a value of any element."""
    for element in schema["properties"].values():
        element.pop("default", None)


def statement_json_schema(schema: _JsonSchema) -> None:
    """Say in a JSON Schema which elements exclude each other, and that one of two is needed (S-020)."""
    without_null_defaults(schema)
    schema["oneOf"] = [{"required": ["Principal"]}, {"required": ["NotPrincipal"]}]
    schema["allOf"] = [{"not": {"required": pair}} for pair in (["Action", "NotAction"], ["Resource", "NotResource"])]
