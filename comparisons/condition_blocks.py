"""Random Condition blocks that hold about as often as not: their values are aimed at what the request states."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from random import Random
from typing import Any

from comparisons.vocabulary import SINGLE_VALUE_OPERATORS, ConditionKey, vocabulary

__all__ = ["condition_block", "near_miss"]

Context = Mapping[str, str | list[str]]

_VARIABLES = (
    *("${aws:PrincipalTag/team}", "${aws:principaltag/TEAM}", "${aws:PrincipalTag/none}", "${aws:username}"),
    *("${aws:PrincipalTag/none, 'Billing'}", "${aws:PrincipalTag/team, 'alice'}", "${kms:EncryptionContext:app}"),
    *("${aws:PrincipalAccount}", "${*}", "${?}", "${$}"),
)
_DATES = (
    *("2026-11-25T12:00:00Z", "2026-11-25T13:00:00+01:00", "2026-11-25T00:00:00Z", "2026-11-25", "2026-11"),
    *("1795608000", "1795564800", "2027-01-01T00:00:00Z", "2026-11-24T23:59:59.5Z", "2026-11-25T12:00Z"),
)
_NUMBERS = ("0", "7", "30", "89", "90", "90.0", "90.5", "300", "365", "3600", "-1", "0300")
_NETWORKS = (
    *("203.0.113.0/24", "203.0.113.7", "203.0.113.7/32", "203.0.113.8/29", "198.51.100.0/24", "10.0.0.0/16"),
    *("10.0.0.0/8", "2001:db8::/32", "2001:DB8:0::17/128", "0.0.0.0/0", "::/0"),
)
_FORMS = {"": 60, "IfExists": 16, "ForAllValues:": 8, "ForAnyValue:": 8}
_FORMS_OF_SEVERAL = {"": 8, "IfExists": 4, "ForAllValues:": 36, "ForAnyValue:": 36}


def condition_block(random: Random, context: Context) -> dict[str, Any]:
    """One to three conditions about a request with this context."""
    block: dict[str, Any] = {}
    for _ in range(random.choice((1, 1, 1, 2, 2, 3))):
        key = random.choice(vocabulary().keys)
        base = _base(random, key)
        operator = _operator(random, base, key)
        name = random.choice((key.name.lower(), key.name.upper())) if random.random() < 0.06 else key.name
        keys = block.setdefault(operator, {})
        if name.lower() not in (each.lower() for each in keys):
            keys[name] = _values(random, base, key, context)
    return block


def _base(random: Random, key: ConditionKey) -> str:
    """Mostly an operator for the type of the key, at times Null, BinaryEquals, or one for another type."""
    chance = random.random()
    if chance < 0.06:
        return "Null"
    if chance < 0.10:
        return "BinaryEquals"
    if chance < 0.20:
        return random.choice(SINGLE_VALUE_OPERATORS["string"])
    if chance < 0.26:
        return random.choice(random.choice(tuple(SINGLE_VALUE_OPERATORS.values())))
    return random.choice(SINGLE_VALUE_OPERATORS[key.type])


def _operator(random: Random, base: str, key: ConditionKey) -> str:
    chances = _FORMS_OF_SEVERAL if key.several else _FORMS
    form = random.choices(tuple(chances), tuple(chances.values()))[0]
    if base == "Null":
        return base
    if form == "IfExists":
        return f"{base}IfExists"
    if random.random() < 0.01:
        return base.lower()
    both = form and random.random() < 0.12
    return f"{form}{base}{'IfExists' if both else ''}"


def _values(random: Random, base: str, key: ConditionKey, context: Context) -> str | list[str]:
    if base == "Null":
        return random.choice(("true", "false"))
    chance = random.random()
    if chance < 0.02:
        return []
    if chance < 0.60 or base == "Bool":
        return _value(random, base, key, context)
    return [_value(random, base, key, context) for _ in range(random.choice((1, 2, 2, 3)))]


def _value(random: Random, base: str, key: ConditionKey, context: Context) -> str:
    """One value for an operator: what the request states, something near it, or another value of the key."""
    if base == "Bool":
        return random.choice(("true", "false"))
    if base.startswith("Numeric"):
        return random.choice((*_NUMBERS, *key.values)) if key.type == "numeric" else random.choice(_NUMBERS)
    if base.startswith("Date"):
        return random.choice((*_DATES, *key.values)) if key.type == "date" else random.choice(_DATES)
    if base in SINGLE_VALUE_OPERATORS["ip"]:
        return random.choice(_NETWORKS)
    if base == "BinaryEquals":
        return base64.b64encode(_text(random, key, context).encode()).decode()
    if random.random() < 0.08:
        return random.choice(_VARIABLES)
    text = _text(random, key, context)
    if random.random() < 0.5:
        return text
    return near_miss(random, text, wildcards=("Like" in base or base.startswith("Arn") or random.random() < 0.2))


def _text(random: Random, key: ConditionKey, context: Context) -> str:
    stated = {name.lower(): value for name, value in context.items()}.get(key.name.lower())
    texts = [stated] if isinstance(stated, str) else stated
    if texts and random.random() < 0.75:
        return random.choice(texts)
    return random.choice(key.values or ("111111111111", "User", "alice", "arn:aws:iam::222222222222:role/app"))


def near_miss(random: Random, text: str, *, wildcards: bool) -> str:
    """The text with one small change, which with wildcards often still stands for it."""
    at = random.randrange(len(text) + 1)
    if wildcards:
        return random.choice(
            (f"{text[:at]}*", f"*{text[at:]}", f"{text[:at]}*{text[at:]}", f"{text[:at]}?{text[at + 1 :]}", f"{text}?")
        )
    return random.choice(
        (text.swapcase(), text.lower(), text[:-1], f"{text}x", f" {text}", f"{text[:at]}x{text[at + 1 :]}")
    )
