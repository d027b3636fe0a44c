"""One value for each class that comparisons of numbers, dates or addresses can tell apart (S-157, S-158, S-162)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from keypolicy.matching.comparisons import instant, network, number
from keypolicy.matching.operators import Family

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

__all__ = ["CRITICAL_TEXTS"]

_SECONDS_OF_YEAR_ONE = -62_135_596_800
_SECONDS_OF_YEAR_TEN_THOUSAND = 253_402_300_800


def _numbers(values: Iterable[str]) -> list[str] | None:
    """Each number, one between two neighbours, one below and one above; None where that takes too many digits."""
    points = _points({found for value in values if (found := number(value)) is not None})
    return None if points is None else [f"{point:f}" for point in points]


def _dates(values: Iterable[str]) -> list[str] | None:
    points = _points({found for value in values if (found := instant(value)) is not None})
    if points is None:
        return None
    texts = [_date_text(point) for point in points]
    return texts if [instant(text) for text in texts] == points else None


def _points(numbers: set[Decimal]) -> list[Decimal] | None:
    if not numbers:
        return [Decimal(0)]
    known = sorted(numbers)
    points = [known[0] - 1]
    for lower, upper in pairwise(known):
        points += [lower, (lower + upper) / 2]
    points += [known[-1], known[-1] + 1]
    return points if all(lower < upper for lower, upper in pairwise(points)) else None


def _date_text(seconds: Decimal) -> str:
    from datetime import UTC, datetime, timedelta

    if not _SECONDS_OF_YEAR_ONE <= seconds < _SECONDS_OF_YEAR_TEN_THOUSAND:
        return f"{seconds:f}"
    whole = seconds // 1 - (1 if seconds % 1 < 0 else 0)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(whole))
    fraction = f"{seconds - whole:f}".removeprefix("0") if seconds != whole else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z".zfill(len("YYYY-MM-DDThh:mm:ssZ"))


def _addresses(values: Iterable[str]) -> list[str] | None:
    """The first address of each stretch that the ranges cut the addresses of their family into.

    An IPv4-mapped address, of which nobody says what it is to a range (S-162), is to all ranges what its IPv4 address
    is, or what an IPv6 address beside it is: either way its class is shown.
    """
    from ipaddress import IPv4Address, IPv6Address

    ranges: list[IPv4Network | IPv6Network] = [found for value in values if (found := network(value)) is not None]
    texts: list[str] = []
    for family, bits in ((IPv4Address, 32), (IPv6Address, 128)):
        starts = {0}
        for one in ranges:
            if one.max_prefixlen == bits:
                starts |= {int(one.network_address), int(one.broadcast_address) + 1}
        texts += [str(family(start)) for start in sorted(starts) if start < 1 << bits]
    return texts


CRITICAL_TEXTS: dict[Family, Callable[[Iterable[str]], list[str] | None]] = {
    Family.NUMBER: _numbers,
    Family.DATE: _dates,
    Family.ADDRESS: _addresses,
}
"""For each family the texts that show every class of the given policy values; None where they may not be all."""
