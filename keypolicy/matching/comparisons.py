"""How one value of a condition compares with one value of the request, for each family of operators.

Every comparison takes the policy's text, the request's text and the reading, and answers the
positive question. None means that the request's value is not of the family's type (S-176).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keypolicy.document.parsing import MAXIMUM_DIGITS
from keypolicy.matching.arn import arn_like, split_arn
from keypolicy.matching.memory import remembered
from keypolicy.matching.patterns import compile_pattern
from keypolicy.matching.truth import Reading, Truth, Unknown, undocumented

if TYPE_CHECKING:
    from decimal import Decimal
    from ipaddress import IPv4Network, IPv6Network

__all__ = [
    "arn_matches",
    "binary_equals",
    "boolean_equals",
    "date_order",
    "instant",
    "ip_address_within",
    "network",
    "number",
    "numeric_order",
    "string_equals",
    "string_equals_ignoring_case",
    "string_like",
]

_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(?:Z|([+-])(\d\d):(\d\d)))?)?)?", re.ASCII
)
_EPOCH = re.compile(r"-?\d+", re.ASCII)
_COMPACT_DATE = re.compile(r"\d{8}T.*", re.ASCII)
_ADDRESS = re.compile(r"([0-9A-Fa-f.:]+)(?:/(\d{1,3}))?", re.ASCII)
_UPPER_TO_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def string_equals(policy: str, request: str, reading: Reading) -> Truth:
    """The same code points; `*` and `?` are themselves (S-153)."""
    return policy == request


def string_equals_ignoring_case(policy: str, request: str, reading: Reading) -> Truth:
    """The same but for the case of ASCII letters; whether other letters fold is undocumented (S-154)."""
    if policy.translate(_UPPER_TO_LOWER) == request.translate(_UPPER_TO_LOWER):
        return True
    return reading.doubt("S-154") if policy.casefold() == request.casefold() else False


def string_like(policy: str, request: str, reading: Reading) -> Truth:
    """The wildcard pattern stands for the request's value, letter case included (S-155)."""
    return compile_pattern(policy).matches(request)


def arn_matches(policy: str, request: str, reading: Reading) -> Truth | None:
    """Part by part, wildcards staying in their part (S-163, S-164).

    A pattern of fewer than six parts matches nothing, but that is documented nowhere: where it
    would match as a plain text pattern the answer is in doubt (S-165).
    """
    if split_arn(policy) is not None:
        return arn_like(policy, request) if split_arn(request) is not None else None
    return reading.doubt("S-165", likely=False) if compile_pattern(policy).matches(request) else None


def boolean_equals(policy: str, request: str, reading: Reading) -> Truth:
    """Both say `true` or both say `false`; other spellings of the case are in doubt (S-159)."""
    if policy == request:
        return policy in ("true", "false")
    folded = policy.lower()
    if folded in ("true", "false") and folded == request.lower():
        return reading.doubt("S-159", likely=True)
    return False


def numeric_order(policy: str, request: str, reading: Reading) -> int | Unknown | None:
    """-1, 0 or 1 as the request's number is below, at or above the policy's, by decimal value (S-157)."""
    wanted, given = number(policy), number(request)
    if wanted is None:
        return undocumented("S-157")
    if given is None:
        return undocumented("S-157") if _is_odd_number(request) else None
    return (given > wanted) - (given < wanted)


@remembered(1024)
def number(text: str) -> Decimal | None:
    """The number in the documented form that the text writes; None for anything else or for too long a one (S-157)."""
    from decimal import Decimal

    return Decimal(text) if len(text) <= MAXIMUM_DIGITS and _NUMBER.fullmatch(text) else None


def _is_odd_number(text: str) -> bool:
    """Whether a lenient parser could read a number that the documented form does not cover: `1e3`, `+5`, ` 5`."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def date_order(policy: str, request: str, reading: Reading) -> int | Unknown | None:
    """-1, 0 or 1 as the request's instant is before, at or after the policy's (S-158)."""
    wanted, given = instant(policy), instant(request)
    if wanted is None:
        return undocumented("S-158")
    if given is None:
        return undocumented("S-158") if _is_odd_date(request) else None
    return (given > wanted) - (given < wanted)


def _is_odd_date(text: str) -> bool:
    return bool(_EPOCH.fullmatch(text) or _COMPACT_DATE.fullmatch(text))


@remembered(1024)
def instant(text: str) -> Decimal | None:
    """Seconds since 1970 of an ISO 8601 date or a number of seconds; None for anything else, and for too long a number.

    Four digits could be a year or a number of seconds, so they are None (S-158).
    """
    from datetime import UTC, datetime, timedelta
    from decimal import Context, Decimal

    if _EPOCH.fullmatch(text):
        return Decimal(text) if len(text) != len("YYYY") and len(text) <= MAXIMUM_DIGITS else None
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(found[group] or default) for group, default in _DATE_DEFAULTS)
    try:
        whole = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    offset = timedelta(hours=int(found[9] or 0), minutes=int(found[10] or 0))
    seconds = (whole - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    seconds += int(offset.total_seconds()) * (1 if found[8] == "-" else -1)
    # With room for every digit: rounded, the last moment of a second would be the next second.
    return Context(prec=20 + len(text)).add(Decimal(seconds), Decimal(found[7] or 0))


_DATE_DEFAULTS = ((1, 0), (2, 1), (3, 1), (4, 0), (5, 0), (6, 0))


def ip_address_within(policy: str, request: str, reading: Reading) -> Truth | None:
    """The request's address lies in the policy's range; never across IPv4 and IPv6 (S-162)."""
    wanted, given = network(policy), network(request)
    if wanted is None:
        return undocumented("S-162")
    if given is None or given.prefixlen != given.max_prefixlen:
        return None
    if _is_mapped(wanted) or _is_mapped(given):
        return undocumented("S-162")
    inside = given.network_address in wanted
    if _has_host_bits(policy):
        return reading.doubt("S-162", likely=inside)
    return inside


@remembered(4096)
def network(text: str) -> IPv4Network | IPv6Network | None:
    """The address or range that the text writes, host bits cut off; None for anything else (S-162)."""
    from ipaddress import ip_network

    if not _ADDRESS.fullmatch(text):
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


@remembered(4096)
def _has_host_bits(text: str) -> bool:
    from ipaddress import ip_interface

    interface = ip_interface(text)
    return interface.ip != interface.network.network_address


def _is_mapped(network: IPv4Network | IPv6Network) -> bool:
    return getattr(network.network_address, "ipv4_mapped", None) is not None


def binary_equals(policy: str, request: str, reading: Reading) -> Truth:
    """The same bytes after base64 decoding; a policy value that is no base64 is in doubt (S-161)."""
    wanted, given = _bytes(policy), _bytes(request)
    if wanted is None:
        return undocumented("S-161")
    return wanted == given


def _bytes(text: str) -> bytes | None:
    from base64 import b64decode

    try:
        return b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        return None
