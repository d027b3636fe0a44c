"""The condition operators: one row each (S-143)."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from keypolicy.matching import comparisons
from keypolicy.matching.memory import remembered
from keypolicy.matching.truth import Reading, Truth, Unknown

__all__ = ["NULL", "OPERATORS", "Family", "Operator", "OperatorName", "Qualifier", "parse_operator"]

NULL = "Null"
Qualifier = Literal["ForAllValues", "ForAnyValue"]
_QUALIFIERS: dict[str, Qualifier] = {"forallvalues": "ForAllValues", "foranyvalue": "ForAnyValue"}


class Family(enum.StrEnum):
    """What an operator compares: the kinds of comparison that can share the classes of a key's values."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    ADDRESS = "address"
    BYTES = "bytes"
    PRESENCE = "presence"


Comparison = Callable[[str, str, Reading], Truth | None]


@dataclass(frozen=True, slots=True)
class Operator:
    """One base operator.

    `compare` answers the positive question about one policy value and one request value;
    `negated` turns the answer over all values round (S-141). `variables` says whether policy
    variables are replaced in its values (S-179); `wildcards` whether `*` and `?` are wildcards,
    `parts` whether they stop at the colons of an ARN, `ignores_case` whether letter case counts. `rule`
    is cited where a request's value is not of the operator's type.
    """

    name: str
    compare: Comparison
    family: Family = Family.TEXT
    negated: bool = False
    variables: bool = False
    wildcards: bool = False
    parts: bool = False
    ignores_case: bool = False
    rule: str = "S-176"

    def __reduce__(self) -> tuple[Callable[[str], Operator], tuple[str]]:
        return _operator, (self.name,)


def _operator(name: str) -> Operator:
    """The row of this name, so that a pickle or a copy holds the very operator."""
    return OPERATORS[name]


def _ordered(order: Callable[[str, str, Reading], int | Unknown | None], *accepted: int) -> Comparison:
    """A comparison that holds for the accepted ones of -1 (request below), 0 and 1."""

    def compare(policy: str, request: str, reading: Reading) -> Truth | None:
        found = order(policy, request, reading)
        return found in accepted if isinstance(found, int) else found

    return compare


def _string(name: str, compare: Comparison, *, negated: bool = False, wildcards: bool = False) -> Operator:
    ignores_case = compare is comparisons.string_equals_ignoring_case
    return Operator(name, compare, negated=negated, variables=True, wildcards=wildcards, ignores_case=ignores_case)


def _arn(name: str, *, negated: bool = False) -> Operator:
    return Operator(
        name, comparisons.arn_matches, negated=negated, variables=True, wildcards=True, parts=True, rule="S-165"
    )


def _numeric(name: str, *accepted: int, negated: bool = False) -> Operator:
    return Operator(name, _ordered(comparisons.numeric_order, *accepted), Family.NUMBER, negated=negated, rule="S-157")


def _date(name: str, *accepted: int, negated: bool = False) -> Operator:
    return Operator(name, _ordered(comparisons.date_order, *accepted), Family.DATE, negated=negated)


OPERATORS: dict[str, Operator] = {
    row.name: row
    for row in (
        _string("StringEquals", comparisons.string_equals),
        _string("StringNotEquals", comparisons.string_equals, negated=True),
        _string("StringEqualsIgnoreCase", comparisons.string_equals_ignoring_case),
        _string("StringNotEqualsIgnoreCase", comparisons.string_equals_ignoring_case, negated=True),
        _string("StringLike", comparisons.string_like, wildcards=True),
        _string("StringNotLike", comparisons.string_like, negated=True, wildcards=True),
        _numeric("NumericEquals", 0),
        _numeric("NumericNotEquals", 0, negated=True),
        _numeric("NumericLessThan", -1),
        _numeric("NumericLessThanEquals", -1, 0),
        _numeric("NumericGreaterThan", 1),
        _numeric("NumericGreaterThanEquals", 0, 1),
        _date("DateEquals", 0),
        _date("DateNotEquals", 0, negated=True),
        _date("DateLessThan", -1),
        _date("DateLessThanEquals", -1, 0),
        _date("DateGreaterThan", 1),
        _date("DateGreaterThanEquals", 0, 1),
        Operator("Bool", comparisons.boolean_equals, ignores_case=True, rule="S-159"),
        Operator("BinaryEquals", comparisons.binary_equals, Family.BYTES),
        Operator("IpAddress", comparisons.ip_address_within, Family.ADDRESS, rule="S-162"),
        Operator("NotIpAddress", comparisons.ip_address_within, Family.ADDRESS, negated=True, rule="S-162"),
        _arn("ArnEquals"),
        _arn("ArnLike"),
        _arn("ArnNotEquals", negated=True),
        _arn("ArnNotLike", negated=True),
        # Null compares its value with whether the key is absent (S-167).
        Operator(NULL, comparisons.boolean_equals, Family.PRESENCE, rule="S-167"),
    )
}

_BY_LOWER_CASE = {name.lower(): name for name in OPERATORS}


@dataclass(frozen=True, slots=True)
class OperatorName:
    """An operator as a policy writes it: qualifier, base operator, IfExists.

    `operator` is None where there is no such operator (S-145). `doubt` is the rule by which AWS
    may not take the operator as it reads: odd letter case (S-144), Null with IfExists (S-146).
    """

    operator: Operator | None
    qualifier: Qualifier | None = None
    if_exists: bool = False
    doubt: str | None = None


@remembered(512)
def parse_operator(text: str) -> OperatorName:
    """The operator that `text` writes; never fails, since an unknown operator is kept and evaluated as unknown."""
    prefix, colon, rest = text.rpartition(":")
    base = rest.lower()
    if_exists = base.endswith("ifexists")
    if if_exists:
        base = base.removesuffix("ifexists")
    qualifier = _QUALIFIERS.get(prefix.lower())
    name = _BY_LOWER_CASE.get(base)
    if name is None or (colon and qualifier is None):
        return OperatorName(None, doubt="S-145")
    written = f"{qualifier or ''}{colon}{name}{'IfExists' if if_exists else ''}"
    doubt = "S-146" if name == NULL and if_exists else None if text == written else "S-144"
    return OperatorName(OPERATORS[name], qualifier, if_exists, doubt)
