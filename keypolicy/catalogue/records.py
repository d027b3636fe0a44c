"""The generated data files of this folder, each read once, when it is first asked for."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["table"]


def table(file: str, name: str) -> list[dict[str, Any]]:
    """The records of one table of a data file, in the order of the file."""
    records: list[dict[str, Any]] = _tables(file)[name]
    return records


@cache
def _tables(file: str) -> dict[str, Any]:
    text = files("keypolicy.catalogue").joinpath("data", file).read_text("utf-8")
    tables: dict[str, Any] = json.loads(text)
    return tables
