"""Laws: the classes of a key's values are all that its conditions can tell apart (S-362, S-363)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

from hypothesis import assume, given
from hypothesis import strategies as st

from keypolicy.evaluation.key_facts import key_facts
from keypolicy.matching.conditions import Condition
from keypolicy.matching.key_states import AtLeast, KeyState, Like, Presence, Present
from keypolicy.matching.patterns import compile_pattern
from keypolicy.matching.truth import SAFEST, Truth
from keypolicy.matching.value_classes import classes_of

NUMERIC = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
NUMBERS = ["0", "5", "5.5", "5.50", "-1", "10", "10000000000000000000.1"]
DATES = ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00.5Z", "2026-02", "1893456000", "0"]
RANGES = ["0.0.0.0/0", "10.0.0.0/8", "10.1.2.3", "10.1.0.0/16", "255.255.255.255", "::/0", "2001:db8::/32", "::1"]
NO_NUMBERS = ["", "x", "1e3", " 5", "+5", "nan", "0x10", "5,5", "--1"]
NO_DATES = ["", "x", "2026", "20260101T000000Z", "2026-13", "01/02/2026"]
NO_ADDRESSES = ["", "x", "10.0.0.0/8", "10.1.2", "fe80::1%eth0", "::fffe:ffff:ffff"]
MULTIVALUED = "aws:CalledVia"
TEXTS = ["a", "b", "ab", "a*", "?", "*b", "*"]
TEXT_OPERATORS = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"]


def is_no_mapped_one(address: IPv4Address | IPv6Address) -> bool:
    """AWS writes no IPv4-mapped address, so no class is one (S-162)."""
    return getattr(address, "ipv4_mapped", None) is None


near_numbers = st.decimals(-2, 12, places=2).map(str) | st.sampled_from([*NUMBERS, "9999999999999999999.9"])
near_dates = st.datetimes().map(lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}Z".zfill(20)) | st.sampled_from(DATES)
near_addresses = st.ip_addresses().filter(is_no_mapped_one).map(str) | st.sampled_from(
    ["10.0.0.0", "10.255.255.255", "11.0.0.0", "9.9.9.9", "::2"]
)


def _reads_no_other_key(folded_key: str) -> KeyState:
    raise AssertionError(folded_key)


def vector(conditions: list[Condition], state: KeyState) -> list[Truth]:
    """What each of the conditions says of the key in this state."""
    return [condition.truth_in(state, _reads_no_other_key, SAFEST) for condition in conditions]


def on(key: str, operators: list[str], values: list[list[str]]) -> list[Condition]:
    """Conditions on one key, with what the catalogue knows of it."""
    facts = key_facts(key)
    several = frozenset([key.lower()] if facts.is_multivalued else [])
    return [
        Condition(operator, key, tuple(texts), multivalued_keys=several, facts=facts)
        for operator, texts in zip(operators, values, strict=True)
    ]


@st.composite
def conditions_on(
    draw: st.DrawFn, key: str, operators: list[str], values: list[str], qualifiers: tuple[str, ...] = ("",)
) -> list[Condition]:
    """One to three conditions on a key."""
    names = draw(
        st.lists(st.sampled_from([each + name for each in qualifiers for name in operators]), min_size=1, max_size=3)
    )
    texts = st.lists(st.sampled_from(values), min_size=1, max_size=2)
    return on(key, names, [draw(texts) for _ in names])


def assert_shown(conditions: list[Condition], state: KeyState, completion: KeyState) -> None:
    """The completion of the state is, to the conditions, like one of the classes of the state."""
    classes = classes_of(state, conditions[0].facts, conditions, _reads_no_other_key, SAFEST)
    assert classes.are_all
    assert vector(conditions, completion) in [vector(conditions, each) for each in classes.states]


@given(conditions_on("aws:MultiFactorAuthAge", [f"Numeric{name}" for name in NUMERIC], NUMBERS), near_numbers)
def test_every_number_is_of_a_class(conditions: list[Condition], number: str) -> None:
    """Every number compares as that of some class does, also next to one with more digits than others (S-157)."""
    assert_shown(conditions, Presence.UNKNOWN, Present((number,)))


@given(
    conditions_on("example:unheard", [f"Numeric{name}" for name in NUMERIC], NUMBERS),
    near_numbers | st.sampled_from(NO_NUMBERS),
)
def test_every_text_is_of_a_class_of_numbers(conditions: list[Condition], text: str) -> None:
    """For a key that no catalogue knows the classes hold what is no number, or may be one to some reader (S-176)."""
    assert_shown(conditions, Presence.UNKNOWN, Present((text,)))


@given(conditions_on("aws:CurrentTime", [f"Date{name}" for name in NUMERIC], DATES), near_dates)
def test_every_date_is_of_a_class(conditions: list[Condition], date: str) -> None:
    """Every date and every number of seconds compares as that of some class does (S-158)."""
    assert_shown(conditions, Presence.PRESENT, Present((date,)))


@given(
    conditions_on("example:unheard", [f"Date{name}" for name in NUMERIC], DATES),
    near_dates | st.sampled_from(NO_DATES),
)
def test_every_text_is_of_a_class_of_dates(conditions: list[Condition], text: str) -> None:
    """For a key that no catalogue knows the classes hold what is no date, or may be one to some reader (S-176)."""
    assert_shown(conditions, Presence.UNKNOWN, Present((text,)))


@given(
    conditions_on("aws:CurrentTime", [f"Numeric{name}" for name in NUMERIC], NUMBERS),
    near_dates,
)
def test_every_date_is_of_a_class_of_numbers(conditions: list[Condition], date: str) -> None:
    """A date that is written as one is no number to a numeric comparison, and the classes hold that (S-189)."""
    assert_shown(conditions, Presence.PRESENT, Present((date,)))


@given(conditions_on("aws:SourceIp", ["IpAddress", "NotIpAddress"], RANGES), near_addresses)
def test_every_address_is_of_a_class(conditions: list[Condition], address: str) -> None:
    """Every address of either family lies in the ranges in which that of some class lies (S-162)."""
    assert_shown(conditions, Presence.UNKNOWN, Present((address,)))


@given(
    conditions_on("example:unheard", ["IpAddress", "NotIpAddress"], RANGES),
    near_addresses | st.sampled_from(NO_ADDRESSES),
)
def test_every_text_is_of_a_class_of_addresses(conditions: list[Condition], text: str) -> None:
    """For a key that no catalogue knows the classes hold what is no address (S-176)."""
    assert_shown(conditions, Presence.UNKNOWN, Present((text,)))


some_sets = st.lists(st.sampled_from(["a", "b", "ab", "A", "xb", "zz"]), min_size=1, max_size=4, unique=True)


@given(
    conditions_on(MULTIVALUED, TEXT_OPERATORS, TEXTS, ("ForAllValues:", "ForAnyValue:", "")),
    some_sets,
    st.lists(st.sampled_from(["a", "zz"]), max_size=2, unique=True),
)
def test_every_set_is_of_a_class(conditions: list[Condition], values: list[str], held: list[str]) -> None:
    """Every set of values is like that of some class, also of those that hold what is stated (S-359)."""
    state = AtLeast(*held) if held else Presence.UNKNOWN
    together = tuple(dict.fromkeys((*held, *values)))

    assert_shown(conditions, state, Present(together))
    for each in classes_of(state, conditions[0].facts, conditions, _reads_no_other_key, SAFEST).states:
        assert not held or (isinstance(each, Present) and set(held) <= set(each.values))


@given(
    conditions_on("aws:PrincipalTag/t", TEXT_OPERATORS, [*TEXTS, ""]),
    st.text(alphabet="abAx*", max_size=3),
    st.sampled_from(["*", "a*", "?", "*b", ""]),
)
def test_every_text_like_a_pattern_is_of_a_class(conditions: list[Condition], text: str, pattern: str) -> None:
    """Every text that a stated pattern stands for, the empty one too, is like that of some class (S-358, S-160)."""
    assume(compile_pattern(pattern).matches(text))

    assert_shown(conditions, Like(pattern), Present((text,)))


@given(
    conditions_on("aws:PrincipalTag/t", ["Null", *TEXT_OPERATORS], ["true", "false", "a"]),
    st.sampled_from(["", "a", "x"]),
)
def test_absence_is_a_class_of_its_own(conditions: list[Condition], text: str) -> None:
    """Of an unknown key both every value and the absence are of some class (S-352, S-362)."""
    assert_shown(conditions, Presence.UNKNOWN, Presence.ABSENT)
    assert_shown(conditions, Presence.UNKNOWN, Present((text,)))
