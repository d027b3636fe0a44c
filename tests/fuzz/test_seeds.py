"""The targets hold for each seed and for changes of it, always the same, so that no fuzzer is needed to notice."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.fuzz.mutations import mutated
from tests.fuzz.targets import TARGETS, check_of, seeds_of

CHANGES_OF_A_SEED = 40
MOST_BYTES = 4096

EVERY_SEED = [pytest.param(target, seed, id=f"{target}-{seed.stem}") for target in TARGETS for seed in seeds_of(target)]


@pytest.mark.parametrize(("target", "seed"), EVERY_SEED)
def test_every_promise_holds_for_a_seed_and_what_is_made_of_it(target: str, seed: Path) -> None:
    """A seed, then forty inputs each made of the one before it or of the seed again."""
    check = check_of(target)
    data = seed.read_bytes()
    check(data)
    random = Random(seed.stem)
    changed = data
    for _ in range(CHANGES_OF_A_SEED):
        changed = mutated(changed if random.random() < 0.7 else data, random, MOST_BYTES)
        try:
            check(changed)
        except Exception as broken:
            raise AssertionError(f"a promise is broken by {changed!r}") from broken


@pytest.mark.parametrize("target", TARGETS)
def test_changes_keep_most_texts_worth_reading(target: str) -> None:
    """A good part of what is made of the seeds is still JSON, and the same numbers make the same changes."""
    seeds = [seed.read_bytes() for seed in seeds_of(target)]
    once = [mutated(seed, Random(number), MOST_BYTES) for seed in seeds for number in range(5)]
    again = [mutated(seed, Random(number), MOST_BYTES) for seed in seeds for number in range(5)]

    assert once == again
    assert sum(changed.rstrip()[-1:] == b"}" for changed in once) > len(once) / 2
    assert sum(changed != seed for changed, seed in zip(once[::5], seeds, strict=True)) > len(seeds) / 2
