"""The library and the model agree on every request about the policies of a tiny vocabulary."""

from __future__ import annotations

from tests.model.small_scope import run


def test_policies_of_up_to_two_statements() -> None:
    """A share of all of them, each decision exactly the model's; `.ci/run` compares all, once."""
    tally = run(2, one_in=29, unknown_in=5)
    assert tally.wrong == []
    assert tally.decisions > 30_000
    assert tally.unknown > 1_000
