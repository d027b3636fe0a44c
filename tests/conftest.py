"""What every test runs under."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.ambient_input import poison

# A slow machine is no failure. CI gives the same answer for the same commit, so it draws the same examples each time.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

# From here on, before a test or keypolicy itself is imported, and for as long as the process lives. Not under mutmut:
# its mutants ask, inside the modules of keypolicy, which of them is tried; all would fall to the poison.
if "MUTANT_UNDER_TEST" not in os.environ:
    poison()
_ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session", autouse=True)
def _poisoned_processes() -> Iterator[None]:
    """Python processes that tests start are poisoned as they start, unless started with `-I`."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTHONPATH", os.pathsep.join((str(_ROOT / "tests" / "poisoned_start"), str(_ROOT))))
        yield
