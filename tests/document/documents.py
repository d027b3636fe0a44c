"""Documents that are policies, that nearly are, and that are anything at all."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from keypolicy.document.load import loads
from keypolicy.errors import DocumentError

NAMES = ["Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource"]
NAMES += ["NotResource", "Condition", "effect", "Principle", "AWS", "Service", "aws", "StringEquals", "stringlike"]
NAMES += ["Null", "NullIfExists", "ForAnyValue:StringLike", "StringEqualss", "kms:ViaService", "KMS:viaservice"]
NAMES += ["Ref", "Fn::Sub", "a/b", "a~b", "\ud800", "ForAllValues:StringLike", "aws:RequestTag/a"]
TEXTS = ["Allow", "Deny", "*", "2012-10-17", "2008-10-17", "2012-10-16", "111111111111", "kms:*", "", "\ud800", "é–"]
TEXTS += ["arn:aws:iam::111111111111:root", "arn:aws:iam::111111111111:role/*"]

# In a text, a number that is all digits is an integer.
decimals = st.decimals(allow_nan=False, allow_infinity=False).filter(lambda number: not str(number).isdigit())
decimals = decimals.filter(lambda number: str(number) == "-0" or not str(number)[1:].isdigit())
scalars = st.one_of(st.sampled_from(TEXTS), st.booleans(), st.integers(), decimals)
anything = st.recursive(
    st.one_of(st.none(), scalars),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)),
    max_leaves=6,
)

_text = st.text(st.characters(codec="utf-8"), max_size=8)
_strings = st.one_of(_text, st.lists(_text, max_size=3))
_names = st.one_of(
    st.sampled_from(["111111111111", "arn:aws:iam::111111111111:root", "*"]),
    st.lists(st.sampled_from(["111111111111", "backup.amazonaws.com"]), max_size=2),
)
_principals = st.one_of(
    st.just("*"), st.dictionaries(st.sampled_from(["AWS", "Service", "Federated", "CanonicalUser"]), _names)
)
_condition_scalars = st.one_of(_text, st.booleans(), st.integers(), decimals)
_operators = ["StringEquals", "Bool", "bool", "Null", "ForAllValues:StringLikeIfExists", "NumericLessThan"]
_keys = st.dictionaries(
    st.sampled_from(["kms:ViaService", "aws:PrincipalArn", "Ref", "a/b~"]),
    st.one_of(_condition_scalars, st.lists(_condition_scalars, max_size=3)),
    max_size=3,
)
_conditions = st.dictionaries(st.sampled_from(_operators), _keys, max_size=2)


@st.composite
def _statements(draw: st.DrawFn) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Deny"]))}
    statement[draw(st.sampled_from(["Principal", "NotPrincipal"]))] = draw(_principals)
    for pair in (("Action", "NotAction"), ("Resource", "NotResource")):
        if draw(st.booleans()):
            statement[draw(st.sampled_from(pair))] = draw(_strings)
    if draw(st.booleans()):
        statement["Sid"] = draw(_text)
    if draw(st.booleans()):
        statement["Condition"] = draw(_conditions)
    return statement


@st.composite
def valid_documents(draw: st.DrawFn) -> dict[str, Any]:
    """A document that KMS would store, in every form that the grammar has."""
    document: dict[str, Any] = {}
    if draw(st.booleans()):
        document["Version"] = draw(st.sampled_from(["2012-10-17", "2008-10-17"]))
    if draw(st.booleans()):
        document["Id"] = draw(_text)
    document["Statement"] = draw(st.one_of(_statements(), st.lists(_statements(), min_size=1, max_size=3)))
    return document


@st.composite
def nearly_valid_documents(draw: st.DrawFn) -> Any:
    """A valid document with a few of its values, at any depth, replaced, removed or joined by others."""
    document = draw(valid_documents())
    for _ in range(draw(st.integers(0, 3))):
        place: Any = document
        while isinstance(place, (dict, list)) and place:
            name = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            if isinstance(place[name], (dict, list)) and draw(st.integers(0, 3)):
                place = place[name]
                continue
            _break(draw, place, name)
            break
    return document


def _break(draw: st.DrawFn, place: Any, name: Any) -> None:
    match draw(st.sampled_from(["replace", "remove", "add"])):
        case "replace":
            place[name] = draw(anything)
        case "remove":
            del place[name]
        case _ if isinstance(place, dict):
            place[draw(st.sampled_from(NAMES))] = draw(anything)
        case _:
            place.append(draw(anything))


documents = st.one_of(valid_documents(), nearly_valid_documents(), anything)


def refusal(document: Any, *, lenient: bool = False) -> DocumentError | None:
    """The error that loading raises, if it does; any other is no answer."""
    try:
        loads(document, lenient=lenient)
    except DocumentError as error:
        return error
    return None


def place_of(part: str, text: str) -> tuple[int, int]:
    """The line and column at which a part of a text first stands."""
    before = text[: text.index(part)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def same_json(left: Any, right: Any) -> bool:
    """Whether two values are the same JSON: not True and 1, which Python calls equal, nor 1.0 and 1.00."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_json(left[name], right[name]) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same_json, left, right))
    return type(left) is type(right) and str(left) == str(right) and not isinstance(left, (dict, list))


def text_of(value: Any) -> str:
    """JSON text of a value, made without the library: Decimals stand as they print."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{text_of(name)} : {text_of(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",\n".join(map(text_of, value)) + "]"
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value)
