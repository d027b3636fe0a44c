"""The generated data files of this folder, each read once, when it is first asked for."""

from __future__ import annotations

import json
from functools import cache
from pkgutil import get_data
from typing import Any, cast

__all__ = ["table"]


def table(file: str, name: str) -> list[dict[str, Any]]:
    """The records of one table of a data file, in the order of the file."""
    records: list[dict[str, Any]] = _tables(file)[name]
    return records


@cache
def _tables(file: str) -> dict[str, Any]:
    # Not importlib.resources, whose own imports cost more than everything that is read here. The answer
    # is None only where a loader reads no data at all, and then there is no catalogue.
    text = cast("bytes", get_data("keypolicy.catalogue", f"data/{file}"))
    tables: dict[str, Any] = json.loads(text)
    return tables
