"""The arguments that state condition keys of the request context, wholly or in part (S-350, S-358, S-359)."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import Any

from keypolicy.cli.complaints import Complaint, complaints_about
from keypolicy.matching.context import RequestContext
from keypolicy.matching.partial_values import PRESENT, AnyOf, AtLeast, Like

__all__ = ["add_stated_keys", "context_of"]

_VALUED: dict[str, tuple[str, Callable[..., Any], str]] = {
    "context": (
        "VALUE",
        lambda *values: values,
        "a condition key of the request context and its value; repeat it for a multivalued key",
    ),
    "like": (
        "PATTERN",
        Like,
        "a condition key with a value that the pattern stands for; * and ? are wildcards; several are alternatives",
    ),
    "any-of": (
        "VALUE",
        AnyOf,
        "a condition key with one of the values for which this is repeated; with --absent KEY it may be absent too",
    ),
    "at-least": (
        "VALUE",
        AtLeast,
        "a multivalued condition key that holds the values for which this is repeated, and perhaps others",
    ),
}
"""For each option its value, what several values of one key make, and its help."""


def add_stated_keys(parser: argparse.ArgumentParser) -> None:
    """The arguments that say what is known of the condition keys in a request."""
    for name, (value, _, text) in _VALUED.items():
        parser.add_argument(f"--{name}", action="append", default=[], metavar=f"KEY={value}", help=text)
    parser.add_argument(
        "--present",
        action="append",
        default=[],
        metavar="KEY",
        help="a condition key that the request context has, with a value that is not known",
    )
    parser.add_argument(
        "--absent", action="append", default=[], metavar="KEY", help="a condition key that the request context lacks"
    )
    parser.add_argument(
        "--closed", action="store_true", help="every condition key that is not stated and not derivable is absent"
    )


def context_of(arguments: argparse.Namespace) -> RequestContext:
    """What the arguments state about requests; a Complaint where that cannot be."""
    values: dict[str, Any] = {}
    option_of: dict[str, str] = {}
    may_lack = {key.lower(): key for key in arguments.absent}
    for option, (kind, make, _) in _VALUED.items():
        for key, given in _by_key(option, kind, getattr(arguments, option.replace("-", "_"))).items():
            _once(option_of, key, option)
            absence = (None,) if option == "any-of" and may_lack.pop(key.lower(), None) is not None else ()
            values[key] = make(*given, *absence)
    for key in dict.fromkeys(arguments.present):
        _once(option_of, key, "present")
        values[key] = PRESENT
    for key in may_lack.values():
        _once(option_of, key, "absent")
    with complaints_about("--context"):
        return RequestContext(values, absent=may_lack.values(), closed=arguments.closed)


def _by_key(option: str, kind: str, pairs: Iterable[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise Complaint(f"--{option}: expected KEY={kind}, found {pair!r} [invalid-context]")
        values.setdefault(key, []).append(value)
    return values


def _once(option_of: dict[str, str], key: str, option: str) -> None:
    """Complain of a key that another option states too; one option that spells it in two ways is seen to elsewhere."""
    other = option_of.setdefault(key.lower(), option)
    if other != option:
        raise Complaint(f"--{option}: {key} is stated by --{other} too; state it in one way [key-stated-twice]")
