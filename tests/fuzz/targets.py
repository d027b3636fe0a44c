"""The targets by name, each with its seeds."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final, cast

__all__ = ["SEEDS", "TARGETS", "check_of", "seeds_of"]

SEEDS: Final = Path(__file__).parent / "seeds"
TARGETS: Final = ("loader", "batch_lines")


def check_of(target: str) -> Callable[[bytes], None]:
    """The function that takes bytes and raises if a promise is broken; imported now, the library with it."""
    return cast("Callable[[bytes], None]", import_module(f"tests.fuzz.{target}").check)


def seeds_of(target: str) -> list[Path]:
    """The files that a run begins with."""
    return sorted((SEEDS / target).iterdir())
