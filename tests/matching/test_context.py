"""The request context: present, absent and unknown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from keypolicy import RequestContext
from keypolicy.errors import ContextError
from keypolicy.matching.key_states import CaseVariants, Presence, Present


def test_values_become_canonical_texts() -> None:
    """Booleans are lower case, numbers plain decimals, an iterable several values (S-177)."""
    context = RequestContext({"a": True, "b": 10, "c": 1.5, "d": ["x", False], "e": Decimal("1E+2"), "f": "T"})

    assert [state.values for state in context.states.values() if isinstance(state, Present)] == [
        ("true",),
        ("10",),
        ("1.5",),
        ("x", "false"),
        ("100",),
        ("T",),
    ]


def test_keys_compare_without_case() -> None:
    """The same key twice with one value is stated once (S-147)."""
    context = RequestContext({"aws:SourceVpc": "v", "AWS:sourcevpc": "v"}, absent=["aws:SourceIp"])

    assert context.state_of("aws:sourcevpc") == Present(("v",))
    assert context.state_of("aws:sourceip") is Presence.ABSENT
    assert context.state_of("aws:sourcevpce") is None


def test_tags_that_differ_by_case_are_all_kept() -> None:
    """AWS compares one of them and does not say which (S-148)."""
    context = RequestContext(
        {"kms:EncryptionContext:a": "1", "kms:EncryptionContext:A": "2", "KMS:EncryptionContext:A": "3"}
    )

    values = (Present(("1",)), Present(("2",)), Present(("3",)))
    assert context.state_of("kms:encryptioncontext:a") == CaseVariants(values)


@pytest.mark.parametrize(
    ("values", "absent", "code"),
    [
        ({"k": "1", "K": "2"}, [], "key-stated-twice"),
        ({"k": "1"}, ["K"], "key-stated-twice"),
        ({"": "1"}, [], "invalid-context-key"),
        ({3: "1"}, [], "invalid-context-key"),
        ({"k": None}, [], "invalid-context-value"),
        ({"k": {"a": 1}}, [], "invalid-context-value"),
        ({"k": b"x"}, [], "invalid-context-value"),
        ({"k": [["x"]]}, [], "invalid-context-value"),
        ({"k": float("nan")}, [], "invalid-context-value"),
        ({"k": Decimal("1e999999999")}, [], "invalid-context-value"),
        ({"k": 10**5000}, [], "invalid-context-value"),
    ],
)
def test_what_no_request_can_have_is_refused(values: dict[str, object], absent: list[str], code: str) -> None:
    """Each refusal has a stable code."""
    with pytest.raises(ContextError) as caught:
        RequestContext(values, absent=absent)  # type: ignore[arg-type]

    assert caught.value.code == code


def test_overriding_keeps_the_rest() -> None:
    """What is stated anew takes the place of what was, whatever its letter case."""
    base = RequestContext({"a": "1", "b": "1"})

    joined = base.overridden_by(RequestContext({"A": "2"}, closed=True))

    assert joined == RequestContext.closed({"a": "2", "b": "1"})
    assert list(joined.stated) == ["b", "A"]
    assert joined.is_closed


def test_contexts_are_values() -> None:
    """They hash and compare by their states and print them."""
    context = RequestContext({"a": ["1", "2"]}, absent=["b"], closed=True)

    assert hash(context) == hash(RequestContext({"A": ["1", "2"]}, absent=["B"], closed=True))
    assert context != RequestContext({"a": ["1", "2"]}, absent=["b"])
    assert context != "a"
    assert repr(context) == "RequestContext(a=1, 2; b=absent; closed)"
    assert repr(RequestContext()) == "RequestContext()"
