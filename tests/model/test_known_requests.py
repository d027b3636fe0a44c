"""The library and the model agree on requests of which everything is known."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model.known_requests import compare, disagreements
from tests.model.questions import question
from tests.model.vocabulary import ACTIONS


@settings(max_examples=150)
@given(st.data())
def test_the_library_decides_as_the_model_does(data: st.DataObject) -> None:
    """On every action, whoever asks; in doubt only where a rule is silent of which the model is in doubt too."""
    asked = question(lambda options: data.draw(st.sampled_from(options)))
    assert disagreements(asked) == []


def test_what_is_hard_comes_up_often() -> None:
    """Each outcome, each kind of element and each qualifier is in at least one in twenty of what is drawn at random."""
    seen, wrong = compare(1000, seed=20)
    assert wrong == []
    decisions, rate = 1000 * len(ACTIONS), 0.05
    for outcome in ("allowed", "explicitDeny", "implicitDeny", "conditional"):
        assert seen[f"outcome {outcome}"] > rate * decisions
    for shape in ("NotPrincipal", "NotAction", "NotResource"):
        assert seen[f"has a {shape}"] > rate * seen["statements"]
    for shape in ("ForAllValues", "ForAnyValue", "IfExists", "Null", "a variable", "a Deny", "a negated operator"):
        assert seen[f"has {shape}"] > rate * seen["statements"]
    assert seen["decision that depends on where AWS is silent"] > rate * decisions
