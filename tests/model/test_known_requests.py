"""The library and the model agree on requests of which everything is known."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model.known_requests import disagreements
from tests.model.questions import question


@settings(max_examples=150)
@given(st.data())
def test_the_library_decides_as_the_model_does(data: st.DataObject) -> None:
    """On every action, whoever asks; in doubt only where a rule is silent of which the model is in doubt too."""
    asked = question(lambda options: data.draw(st.sampled_from(options)))
    assert disagreements(asked) == []
