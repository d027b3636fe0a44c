"""How one value of the request compares with one of the policy, by operator (S-153 to S-166)."""

from __future__ import annotations

import base64
import ipaddress
import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.model.silence import Silent
from tests.model.variables import Expand, Unreadable, literal
from tests.model.wildcards import Sign, matches_either_way, parts

_COMPARISONS = """StringEquals StringEqualsIgnoreCase StringLike Bool BinaryEquals IpAddress ArnEquals ArnLike
    NumericEquals NumericLessThan NumericLessThanEquals NumericGreaterThan NumericGreaterThanEquals
    DateEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals"""
COMPARISONS = frozenset(_COMPARISONS.split())
"""The operators that are not the negation of another (S-143)."""


def compares(
    base: str, held: str, value: str, negated: bool, is_catalogued: bool, expand: Expand, silent: Silent
) -> bool:
    """Whether the request's value is what the policy's value asks for, under an operator that is not negated.

    `negated` says that the answer is turned round afterwards: what no comparison is made for is then silent.
    `is_catalogued` says that the key is one of AWS's.
    """
    takes_variables = base.startswith(("String", "Arn"))
    if base == "BinaryEquals":
        return _as_bytes(held, value, is_catalogued, silent)
    if "${" in value and not takes_variables and expand is not literal:
        return silent("S-179")
    try:
        signs = expand(value) if takes_variables else []
    except Unreadable as unreadable:
        return silent(str(unreadable))
    if signs is None:
        return False  # S-182
    if base.startswith("String"):
        return _as_text(base, held, signs, silent)
    if base.startswith("Arn"):
        return _as_arn(held, signs, negated, silent)
    if base == "Bool":
        return _as_boolean(held, value, silent)
    if base == "IpAddress":
        return _as_address(held, value, negated, silent)
    if base.startswith("Numeric"):
        return _in_order(base.removeprefix("Numeric"), held, value, _number, "S-157", negated, silent)
    return _in_order(base.removeprefix("Date"), held, value, _instant, "S-158", negated, silent)


def _as_boolean(held: str, value: str, silent: Silent) -> bool:
    """Booleans in lower case; whether others are read as booleans nobody says (S-159)."""
    if held.lower() != value.lower() or held.lower() not in ("true", "false"):
        return False
    return (held == value and held.islower()) or silent("S-159")


def _as_text(base: str, held: str, signs: list[Sign], silent: Silent) -> bool:
    text = "".join(sign.text for sign in signs)
    if base == "StringEquals":
        return held == text  # S-153
    if base == "StringEqualsIgnoreCase":
        ascii_only = re.compile("[A-Z]+")
        folded = [ascii_only.sub(lambda found: found[0].lower(), each) for each in (held, text)]
        return folded[0] == folded[1] or (held.casefold() == text.casefold() and silent("S-154"))
    return matches_either_way(signs, held, silent)  # S-155


def _as_arn(held: str, signs: list[Sign], negated: bool, silent: Silent) -> bool:
    """Part by part, and no wildcard goes beyond its part (S-163, S-164)."""
    pattern = parts(signs)
    value = held.split(":", 5)
    is_arn = len(value) == 6
    if len(pattern) < 6 or not is_arn:
        looks_alike = len(pattern) < 6 and matches_either_way(signs, held, silent)
        return (looks_alike or negated) and silent("S-165")
    if any(sign.is_data and sign.text == ":" for sign in signs[: sum(map(len, pattern[:5])) + 5]):
        return silent("S-184")
    return all(matches_either_way(part, text, silent) for part, text in zip(pattern, value, strict=True))


def _as_address(held: str, value: str, negated: bool, silent: Silent) -> bool:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return silent("S-162")
    if str(network.network_address) != str(ipaddress.ip_address(value.partition("/")[0])) and silent("S-162"):
        return silent("S-162")  # bits beyond the prefix
    try:
        address = ipaddress.ip_address(held)
    except ValueError:
        return negated and silent("S-162")
    if getattr(address, "ipv4_mapped", None) is not None or getattr(network.network_address, "ipv4_mapped", None):
        return silent("S-162")
    return address.version == network.version and address in network


def _as_bytes(held: str, value: str, is_catalogued: bool, silent: Silent) -> bool:
    if is_catalogued:
        return False  # no key of AWS is binary
    try:
        return base64.b64decode(held, validate=True) == base64.b64decode(value, validate=True)
    except ValueError:
        return silent("S-161")


_ORDERS = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}
Measure = Callable[[str], Decimal | None]


def _in_order(order: str, held: str, value: str, measure: Measure, rule: str, negated: bool, silent: Silent) -> bool:
    asked, found = measure(value), measure(held)
    if asked is None or (measure is _number and _ODD_NUMBER.fullmatch(held)):
        return silent(rule)
    if found is None:
        return negated and silent("S-176" if measure is _instant else rule)
    return bool(_ORDERS[order](found, asked))


_ODD_NUMBER = re.compile(r"(?=.*[\s+eE])\s*[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\s*", re.ASCII)
"""A number with an exponent, a plus or blanks: whether it is one nobody says (S-157)."""


def _number(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text, re.ASCII) else None


_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?", re.ASCII)


def _instant(text: str) -> Decimal | None:
    """Seconds since 1970."""
    if re.fullmatch(r"-?\d+", text, re.ASCII) and len(text) != 4:
        return Decimal(text)
    date = _DATE.fullmatch(text)
    if date is None or re.fullmatch(r"\d{4}", text, re.ASCII):  # a year, or seconds
        return None
    year, month, day, hour, minute, second, fraction, zone = date.groups()
    try:
        local = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
        local = local.replace(hour=int(hour or 0), minute=int(minute or 0), second=int(second or 0))
    except ValueError:
        return None
    sign, hours, minutes = (zone[0], int(zone[1:3]), int(zone[4:])) if zone and zone != "Z" else ("+", 0, 0)
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1)
    return Decimal(int((local - offset).timestamp())) + Decimal(fraction or 0)
