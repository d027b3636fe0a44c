"""One condition: what the case files do not reach."""

from __future__ import annotations

import pytest

from keypolicy.matching.conditions import Condition, KeyFacts
from keypolicy.matching.key_states import CaseVariants, KeyState, Presence, Present
from keypolicy.matching.truth import LIKELY, SAFEST, Truth, missing, undocumented


def truth(condition: Condition, *values: str, **others: KeyState) -> Truth:
    """The truth where the condition's key has these values and other keys the states given."""
    states = {condition.folded_key: Present(values), **others}
    return condition.truth(lambda key: states.get(key, Presence.UNKNOWN), SAFEST)


def test_conditions_are_values() -> None:
    """They compare by what they say, whatever the case of the key, and print as policy text."""
    one = Condition("StringLike", "aws:SourceVpc", ("a", "b"))

    assert one == Condition("StringLike", "AWS:sourcevpc", ("a", "b"))
    assert len({one, Condition("StringLike", "AWS:sourcevpc", ("a", "b"))}) == 1
    assert one != Condition("StringLike", "aws:SourceVpc", ("a", "b"), has_variables=False)
    assert one != "StringLike"
    assert str(one) == 'StringLike aws:SourceVpc ["a", "b"]'
    assert repr(one) == 'Condition(StringLike aws:SourceVpc ["a", "b"])'


@pytest.mark.parametrize("operator", ["StringMatches", "Foo:StringEquals", "", "IfExists"])
def test_an_unknown_operator_is_never_settled(operator: str) -> None:
    """It is kept and unknown, under the likely reading too (S-145)."""
    condition = Condition(operator, "k", ("a",))

    assert truth(condition, "a") == undocumented("S-145")
    assert condition.truth(lambda _: Presence.ABSENT, LIKELY) == undocumented("S-145")


def test_null_without_values_is_in_doubt() -> None:
    """Nowhere is it documented what an empty list tests (S-028)."""
    assert truth(Condition("Null", "k", ()), "a") == undocumented("S-028")


def test_an_empty_list_under_for_all_values_is_open_where_the_key_may_be_empty() -> None:
    """A key that is there with an unknown value may be a null data set (S-028, S-160), if it can be empty at all."""
    for_all = Condition("ForAllValues:StringEquals", "k", (), facts=KeyFacts(may_be_empty=True))
    never_empty = Condition("ForAllValues:StringEquals", "k", (), facts=KeyFacts(may_be_empty=False))

    assert for_all.truth(lambda _: Presence.PRESENT, SAFEST) == undocumented("S-028")
    assert never_empty.truth(lambda _: Presence.PRESENT, SAFEST) is False
    assert for_all.truth(lambda _: Presence.ABSENT, SAFEST) is True


def test_tags_that_differ_by_case_must_agree() -> None:
    """Where they do not, which of them is compared is not documented (S-148)."""
    condition = Condition("StringEquals", "k", ("a",))

    def of(*values: str) -> Truth:
        return condition.truth_in(
            CaseVariants(tuple(Present((value,)) for value in values)), lambda _: Presence.ABSENT, SAFEST
        )

    assert of("a", "a") is True
    assert of("b", "c") is False
    assert of("a", "b") == undocumented("S-148")


def test_an_empty_list_in_the_request_is_as_absent_in_all_likelihood() -> None:
    """Plain operators only; set operators are documented (S-160)."""
    condition = Condition("StringNotEquals", "k", ("a",), multivalued_keys=frozenset(("k",)))

    assert truth(condition) == undocumented("S-160")
    assert condition.truth(lambda _: Present(()), LIKELY) is True


@pytest.mark.parametrize(
    ("operator", "value", "request_value", "expected"),
    [
        ("DateEquals", "2026-13-01", "2026-12-01", "S-158"),
        ("DateEquals", "2026-12-01", "20261201T000000Z", "S-158"),
        ("DateEquals", "2026-12-01", "2026", "S-158"),
        ("DateNotEquals", "2026-12-01", "soon", "S-176"),
        ("NumericNotEquals", "5", "five", "S-157"),
        ("NumericEquals", "5", "5e0", "S-157"),
        ("IpAddress", "::ffff:203.0.113.1", "203.0.113.1", "S-162"),
        ("IpAddress", "203.0.113.1/24", "203.0.113.9", "S-162"),
        ("IpAddress", "203.0.113.0/33", "203.0.113.9", "S-162"),
        ("IpAddress", "203.0.113.0/255.255.255.0", "203.0.113.9", "S-162"),
        ("IpAddress", "300.0.0.1", "203.0.113.9", "S-162"),
        ("NotIpAddress", "203.0.113.0/24", "somewhere", "S-162"),
        ("NotIpAddress", "203.0.113.0/24", "203.0.113.0/28", "S-162"),
        ("BinaryEquals", "not base64!", "AA==", "S-161"),
        ("Bool", "True", "true", "S-159"),
        ("ArnNotLike", "arn:aws:iam::1:*", "no-arn", "S-165"),
    ],
)
def test_texts_that_aws_may_read_otherwise_are_in_doubt(
    operator: str, value: str, request_value: str, expected: str
) -> None:
    """Each under the rule of its family."""
    assert truth(Condition(operator, "k", (value,)), request_value) == undocumented(expected)


@pytest.mark.parametrize(
    ("operator", "value", "request_value", "expected"),
    [
        ("DateEquals", "2026-05-01T12:30:15.5+02:00", "2026-05-01T10:30:15.50Z", True),
        ("DateEquals", "2026-05-01T00:00-01:30", "2026-05-01T01:30Z", True),
        ("DateLessThan", "2026-05", "1746057599", True),
        ("IpAddress", "2001:db8::/32", "2001:DB8:0::1", True),
        ("IpAddress", "203.0.113.1", "203.0.113.1", True),
        ("BinaryEquals", "QUI=", "QUI=", True),
        ("BinaryEquals", "QUI=", "QUI", False),
        ("NumericGreaterThanEquals", ".5", "0.50", True),
        ("Bool", "yes", "yes", False),
    ],
)
def test_values_compare_by_what_they_mean(operator: str, value: str, request_value: str, expected: bool) -> None:
    """Instants, addresses, bytes and numbers, not texts."""
    assert truth(Condition(operator, "k", (value,)), request_value) is expected


@pytest.mark.parametrize(
    ("pattern", "value", "request_value", "expected"),
    [
        ("arn:aws:iam::1:role/${v}", "R", "arn:aws:iam::1:role/R", True),
        ("arn:aws:iam::${v}", "1:role/R", "arn:aws:iam::1:role/R", undocumented("S-184")),
        ("arn:aws:iam::1:role/${v}", "a:b", "arn:aws:iam::1:role/a:b", True),
        ("arn:aws:iam::1:role/${v}", "*", "arn:aws:iam::1:role/R", undocumented("S-184")),
        ("arn:aws:iam::1:role/${v}", "R", "no-arn", False),
        ("arn:*${v}", "x", "arn:aws:iam::1:role/x", undocumented("S-165")),
        ("arn:aws:${v}", "x", "arn:aws:iam::1:role/R", False),
    ],
)
def test_variables_in_arn_patterns_stay_in_their_part(
    pattern: str, value: str, request_value: str, expected: Truth
) -> None:
    """A replaced text with a colon in the first five parts is in doubt (S-184)."""
    assert truth(Condition("ArnLike", "k", (pattern,)), request_value, v=Present((value,))) == expected


def test_a_variable_with_several_values_is_not_allowed() -> None:
    """Whether the catalogue knows that or the request shows it (S-185)."""
    condition = Condition("StringEquals", "k", ("${v}",))

    assert truth(condition, "a", v=Present(("a", "b"))) == undocumented("S-185")
    assert truth(condition, "a") == missing("v")
    assert truth(condition, "a", v=CaseVariants((Present(("a",)),))) == missing("v")


def test_nothing_is_settled_of_a_key_of_which_nothing_is_known() -> None:
    """An empty list under ForAllValues looks at the presence (S-028); several values need a set operator (S-172)."""
    several = frozenset(("k",))

    assert truth_unknown(Condition("ForAllValues:StringEquals", "k", ())) == missing("k")
    assert truth_unknown(Condition("StringLikeIfExists", "k", ("*",), multivalued_keys=several)) == missing("k")
    assert truth_unknown(Condition("StringLikeIfExists", "k", ("*",))) is True


def truth_unknown(condition: Condition) -> Truth:
    """The truth where nothing is known of any key."""
    return condition.truth(lambda _: Presence.UNKNOWN, SAFEST)
