"""What the library says where keys are unknown holds in every completion, by the model."""

from __future__ import annotations

from collections import Counter

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.model.unknown_requests import MOST_COMPLETIONS, broken_promises, open_question


@settings(max_examples=60)
@given(st.data())
def test_an_answer_its_residual_and_its_witnesses_hold_in_the_model(data: st.DataObject) -> None:
    """In every completion of what is stated; a conditional answer has two that differ, or names its reason."""
    asked = open_question(lambda options: data.draw(st.sampled_from(options)))
    assume(asked.unknown and len(asked.completions) <= MOST_COMPLETIONS)
    assert broken_promises(asked, Counter()) == []
