"""The library and the model agree on every request about every policy of a tiny vocabulary."""

from __future__ import annotations

from tests.model.small_scope import run


def test_all_policies_of_up_to_two_statements() -> None:
    """More than a million decisions, each exactly the model's; with the key unknown for one policy in fifty."""
    tally = run(2, unknown_in=50)
    assert tally.wrong == []
    assert tally.decisions > 1_000_000
    assert tally.unknown > 4_000
