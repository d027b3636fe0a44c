"""The key policy as written: what every element says, and nothing about what it means.

A single value stays a single value and a list becomes a tuple; an absent element is None, and a JSON null is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic.alias_generators import to_pascal
from pydantic_core import PydanticCustomError

from keypolicy.document.malformed import MalformedStatement
from keypolicy.document.scalars import ConditionScalar, Effect, FrozenObject, PolicyVersion, freeze, thaw, thaw_object
from keypolicy.document.schema import (
    ConditionBlock,
    NeverNull,
    OneOrManyStatements,
    OneOrManyStrings,
    PrincipalMap,
    Text,
    statement_json_schema,
    without_null_defaults,
)
from keypolicy.document.writing import json_text

if TYPE_CHECKING:
    from keypolicy.document.malformed import AsFound
    from keypolicy.document.source import Source
    from keypolicy.errors import Problem

__all__ = ["ConditionElement", "KeyPolicy", "MalformedStatement", "PrincipalElement", "Statement", "with_source"]

#: `"*"`, or a map of principal type to one name or several (S-011).
PrincipalElement: TypeAlias = str | FrozenObject[str, str | tuple[str, ...]]
#: A map of operator to a map of condition key to one value or several (S-140).
ConditionElement: TypeAlias = FrozenObject[str, FrozenObject[str, ConditionScalar | tuple[ConditionScalar, ...]]]

_Text: TypeAlias = Annotated[str | None, Text()]
_Strings: TypeAlias = Annotated[str | tuple[str, ...] | None, OneOrManyStrings()]
_Principal: TypeAlias = Annotated[PrincipalElement | None, PrincipalMap()]

_CONFIG = ConfigDict(
    alias_generator=to_pascal,
    extra="forbid",
    frozen=True,
    populate_by_name=True,
    serialize_by_alias=True,
    strict=True,
)


class Statement(BaseModel):
    """One statement as written (S-005).

    It has an effect and exactly one of principal and not_principal, and never both elements of a pair (S-020). It may
    lack a resource or an action: KMS stores such a statement, and it does nothing (S-024).
    """

    model_config = _CONFIG | ConfigDict(json_schema_extra=statement_json_schema)

    sid: _Text = None
    effect: Effect
    principal: _Principal = None
    not_principal: _Principal = None
    action: _Strings = None
    not_action: _Strings = None
    resource: _Strings = None
    not_resource: _Strings = None
    condition: Annotated[ConditionElement | None, ConditionBlock()] = None

    @model_validator(mode="after")
    def _one_of_each_pair(self) -> Self:
        values = self.__dict__
        if values["principal"] is None:
            if values["not_principal"] is None:
                raise PydanticCustomError("missing-element", "a statement needs Principal or NotPrincipal")
        elif values["not_principal"] is not None:
            raise PydanticCustomError("both-of-a-pair", "both Principal and NotPrincipal")
        if values["not_action"] is not None and values["action"] is not None:
            raise PydanticCustomError("both-of-a-pair", "both Action and NotAction")
        if values["not_resource"] is not None and values["resource"] is not None:
            raise PydanticCustomError("both-of-a-pair", "both Resource and NotResource")
        return self

    @model_serializer(mode="wrap")
    def _without_absent_elements(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if value is not None}

    def to_json_value(self) -> dict[str, Any]:
        """The statement as a plain JSON object: exactly the elements that were written, as they were written."""
        return _members(self)

    def dumps(self, *, indent: int | None = None) -> str:
        """The statement as ASCII JSON text, numbers as they were written."""
        return json_text(self.to_json_value(), indent=indent)

    def model_dump_json(self, *, indent: int | None = None, by_alias: bool | None = None, **options: Any) -> str:
        """Pydantic's JSON text, except that without further options it is that of `dumps`, numbers as written."""
        if options or by_alias is False:
            return super().model_dump_json(indent=indent, by_alias=by_alias, **options)
        return self.dumps(indent=indent)


class KeyPolicy(BaseModel):
    """A key policy document as written (S-004).

    Two policies are equal if they say the same in the same form; where they were read from does not matter.
    """

    model_config = _CONFIG | ConfigDict(json_schema_extra=without_null_defaults)
    # Beside the fields: slots take no part in equality, and reading one costs no search.
    __slots__ = ("_as_found", "_compiled", "_source")
    if TYPE_CHECKING:
        _as_found: AsFound | None = PrivateAttr()
        _compiled: object = PrivateAttr()
        _source: Source | None = PrivateAttr()

    version: Annotated[PolicyVersion | None, NeverNull()] = None
    id: _Text = None
    statement: Annotated[
        Statement | MalformedStatement | tuple[Statement | MalformedStatement, ...], OneOrManyStatements(Statement)
    ]

    @property
    def statements(self) -> tuple[Statement | MalformedStatement, ...]:
        """The statements in their order, also where a single object is written in place of a list."""
        statement = self.statement
        return statement if isinstance(statement, tuple) else (statement,)

    @property
    def source(self) -> Source | None:
        """The text that the policy was read from; None if it was not read from text."""
        return getattr(self, "_source", None)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem of a document that was loaded leniently; empty for one that KMS would store."""
        as_found = getattr(self, "_as_found", None)
        return () if as_found is None else as_found.problems

    @property
    def doubtful(self) -> bool:
        """Whether the document as a whole cannot be trusted, so that everything it might say is unknown.

        That is so where the version is no version, a top-level member is written twice, or there is no readable
        Statement. It is never so without `lenient`.
        """
        as_found = getattr(self, "_as_found", None)
        return as_found is not None and as_found.doubtful

    @classmethod
    def as_found(
        cls, found: AsFound, *, version: PolicyVersion | None, id: str | None, statement: Any, source: Source | None
    ) -> KeyPolicy:
        """A policy that keeps a broken document whole; the fields are what can be read of it."""
        policy = cls.model_construct(version=version, id=id, statement=statement)
        _set_slots(policy, source, found)
        return policy

    @model_serializer(mode="wrap")
    def _without_absent_elements(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        as_found = getattr(self, "_as_found", None)
        if as_found is not None:
            return thaw_object(as_found.value)
        return {name: value for name, value in handler(self).items() if value is not None}

    def to_json_value(self) -> dict[str, Any]:
        """The document as a plain JSON object: the value that was read, single or list, with nothing added."""
        as_found = getattr(self, "_as_found", None)
        return _members(self) if as_found is None else thaw_object(as_found.value)

    def dumps(self, *, indent: int | None = None) -> str:
        """The document as ASCII JSON text, numbers as they were written."""
        return json_text(self.to_json_value(), indent=indent)

    def model_dump_json(self, *, indent: int | None = None, by_alias: bool | None = None, **options: Any) -> str:
        """Pydantic's JSON text, except that without further options it is that of `dumps`, numbers as written."""
        if options or by_alias is False:
            return super().model_dump_json(indent=indent, by_alias=by_alias, **options)
        return self.dumps(indent=indent)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy, with some fields replaced unchecked; it then has no source, since no text says what it says.

        A document that was loaded leniently stays as doubtful as it was, and keeps what was not replaced.
        """
        copy = super().model_copy(update=update, deep=deep)
        _set_slots(copy, self.source if not update else None, _replaced(getattr(self, "_as_found", None), update or {}))
        return copy

    def __copy__(self) -> Self:
        copy = super().__copy__()
        _set_slots(copy, self.source, getattr(self, "_as_found", None))
        return copy

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        copy = super().__deepcopy__(memo)
        _set_slots(copy, self.source, getattr(self, "_as_found", None))
        return copy

    def __getstate__(self) -> dict[Any, Any]:
        return {**super().__getstate__(), "slots": (self.source, getattr(self, "_as_found", None))}

    def __setstate__(self, state: dict[Any, Any]) -> None:
        super().__setstate__(state)
        _set_slots(self, *state["slots"])

    def __hash__(self) -> int:
        return hash((self.version, self.id, self.statement))

    def __eq__(self, other: object) -> bool:
        same_fields = super().__eq__(other)
        if same_fields is not True:
            return same_fields
        return getattr(self, "_as_found", None) == getattr(other, "_as_found", None)


_set_source = KeyPolicy.__dict__["_source"].__set__
_set_as_found = KeyPolicy.__dict__["_as_found"].__set__
_set_compiled = KeyPolicy.__dict__["_compiled"].__set__


def with_source(policy: KeyPolicy, source: Source | None) -> KeyPolicy:
    """The policy itself, just validated, with the text that it was read from.

    Its other slots are set too, since to read one that is not costs a search.
    """
    _set_source(policy, source)
    _set_as_found(policy, None)
    _set_compiled(policy, None)
    return policy


def _set_slots(policy: KeyPolicy, source: Source | None, as_found: AsFound | None) -> None:
    for name, value in (("_source", source), ("_as_found", as_found)):
        if value is not None:
            object.__setattr__(policy, name, value)
        elif hasattr(policy, name):
            object.__delattr__(policy, name)


def _replaced(as_found: AsFound | None, update: Mapping[str, Any]) -> AsFound | None:
    """The document as found, with other values for some of its elements; None takes an element away."""
    if as_found is None:
        return None
    members = dict(as_found.value)
    for name, value in update.items():
        members[to_pascal(name)] = freeze(_json_value(value))
    return replace(as_found, value=FrozenObject({name: value for name, value in members.items() if value is not None}))


def _members(model: BaseModel) -> dict[str, Any]:
    """The elements that are present, by the names that JSON gives them."""
    values = model.__dict__
    names = ((name, to_pascal(name)) for name in type(model).model_fields if values[name] is not None)
    return {element: _json_value(values[name]) for name, element in names}


def _json_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_json_value(item) for item in value]
    return value.to_json_value() if isinstance(value, (Statement, MalformedStatement)) else thaw(value)
