"""Whether a Resource or NotResource element covers the key (S-120 to S-130)."""

from __future__ import annotations

from typing import Any

from tests.model.principals import listed
from tests.model.silence import Silent
from tests.model.variables import Expand, Unreadable
from tests.model.wildcards import Sign, matches, matches_either_way, parts


def resource_element_covers(statement: dict[str, Any], key_arn: str, expand: Expand, silent: Silent) -> bool:
    """Whether the statement is about this key."""
    if "NotResource" in statement:
        values = listed(statement["NotResource"])
        if not values:
            return silent("S-025")
        return not any(_covers(value, key_arn, "Not", expand, silent) for value in values)  # S-128
    effect = statement["Effect"]
    return any(_covers(value, key_arn, effect, expand, silent) for value in listed(statement["Resource"]))


def _covers(value: str, key_arn: str, where: str, expand: Expand, silent: Silent) -> bool:
    """`where` is the effect, or Not in a NotResource, where every doubtful value is silent (S-369)."""
    if value == "*":
        return True
    if "${" in ":".join(value.split(":", 5)[:5]):
        return silent("S-179")
    try:
        signs = expand(value)
    except Unreadable as unreadable:
        return silent(str(unreadable))
    if signs is None:
        return where == "Not" and silent("S-129")
    split = parts(signs)
    spread = [sign for part in _spread(split) for sign in part]
    if len(split) < 6:
        if value.startswith("arn:") and matches(spread, key_arn):
            return True
        longer = _spread([*split, *([[Sign("*", is_wildcard=True)]] * (6 - len(split)))])
        is_doubtful = matches(signs, key_arn) or matches([sign for part in longer for sign in part], key_arn)
        return is_doubtful and silent("S-126")
    if not matches_either_way(spread, key_arn, silent):
        folded = [sign._replace(text=sign.text.lower()) for sign in spread]
        return where != "Allow" and matches(folded, key_arn.lower()) and silent("S-127")
    if any(sign.is_wildcard for sign in split[2]):
        return where != "Allow" and silent("S-125")
    if any(sign.text == "/" for sign in split[5]) and any(
        sign.is_wildcard for sign in split[5][: [sign.text for sign in split[5]].index("/")]
    ):
        return silent("S-125")
    return True


def _spread(split: list[list[Sign]]) -> list[list[Sign]]:
    """The parts joined by colons; in the first five only a star at the end goes beyond its part (S-124)."""
    joined: list[list[Sign]] = []
    for number, part in enumerate(split):
        within = [sign._replace(crosses=number == 5) for sign in part]
        if within and within[-1].text == "*":
            within[-1] = within[-1]._replace(crosses=True)
        joined += [within, [Sign(":")]]
    return joined[:-1]
