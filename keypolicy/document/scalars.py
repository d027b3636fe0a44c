"""The small vocabulary of a policy document: effects, versions, operators, limits, and immutable JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Literal, NoReturn, TypeAlias, TypeVar

__all__ = [
    "CONDITION_OPERATORS",
    "MAXIMUM_POLICY_BYTES",
    "POLICY_VERSIONS",
    "PRINCIPAL_TYPES",
    "SET_QUALIFIERS",
    "ConditionScalar",
    "Effect",
    "FrozenObject",
    "PolicyVersion",
    "freeze",
    "thaw",
    "thaw_object",
]

Effect: TypeAlias = Literal["Allow", "Deny"]
PolicyVersion: TypeAlias = Literal["2012-10-17", "2008-10-17"]
ConditionScalar: TypeAlias = str | bool | int | Decimal

#: The policy language versions that exist (S-014), the current one first.
POLICY_VERSIONS: Final = ("2012-10-17", "2008-10-17")

#: The size over which KMS refuses a key policy, in UTF-8 bytes of the text as submitted (S-030).
MAXIMUM_POLICY_BYTES: Final = 32_768

#: The base names of the condition operators; a set qualifier may stand before one and `IfExists` after it (S-143).
CONDITION_OPERATORS: Final = (
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
)

#: What may stand before a condition operator, separated from it by a colon (S-143).
SET_QUALIFIERS: Final = ("ForAllValues", "ForAnyValue")

#: The kinds of principal that a principal map may name (S-011).
PRINCIPAL_TYPES: Final = ("AWS", "Service", "Federated", "CanonicalUser")

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class FrozenObject(dict[_Key, _Value]):
    """A JSON object that cannot change: a dict that refuses mutation and hashes by content.

    It keeps the order of its members, and neither its equality nor its hash depends on that order. It equals a dict
    that stands for the same JSON object: unlike plain dicts, `{"k": True}` and `{"k": 1}` differ, because a condition
    that names one does not say what a condition that names the other says (S-012).
    """

    __slots__ = ("_hash",)
    _hash: int

    def _refuse(self, *arguments: object, **options: object) -> NoReturn:
        raise TypeError("a FrozenObject cannot be changed")

    __setitem__ = _refuse
    __delitem__ = _refuse
    __ior__ = _refuse
    clear = _refuse
    pop = _refuse
    popitem = _refuse
    setdefault: Any = _refuse
    update: Any = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        try:
            return self._hash
        except AttributeError:
            self._hash = hash(frozenset(self.items()))
            return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, dict):
            return NotImplemented
        return dict.__eq__(self, other) and all(_same_kind(value, other[name]) for name, value in self.items())

    def __ne__(self, other: object) -> bool:
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal

    def __copy__(self) -> FrozenObject[_Key, _Value]:
        return self

    def __deepcopy__(self, memo: object) -> FrozenObject[_Key, _Value]:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (FrozenObject, (dict(self),))

    def __repr__(self) -> str:
        return f"FrozenObject({dict.__repr__(self)})"


def _same_kind(left: Any, right: Any) -> bool:
    """Whether two values that Python finds equal are the same JSON text: not True and 1, nor 1.0 and 1.00."""
    if left is right or isinstance(left, (str, dict)):
        return True
    if isinstance(left, tuple):
        return all(map(_same_kind, left, right))
    return str(left) == str(right)


def freeze(value: Any) -> Any:
    """The same JSON value, immutable and hashable: objects as FrozenObject, lists as tuples."""
    if isinstance(value, Mapping):
        return FrozenObject({name: freeze(member) for name, member in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(map(freeze, value))
    return value


def thaw(value: Any) -> Any:
    """The same JSON value as plain dicts and lists, which the caller may change."""
    if isinstance(value, Mapping):
        return thaw_object(value)
    if isinstance(value, (list, tuple)):
        return [thaw(member) for member in value]
    return value


def thaw_object(value: Mapping[str, Any]) -> dict[str, Any]:
    """The same JSON object as a plain dict, which the caller may change."""
    return {name: thaw(member) for name, member in value.items()}
