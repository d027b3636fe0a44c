"""Remembering what a pure function says of a text, without letting hostile texts fill the memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

__all__ = ["remembered"]

_LONGEST_REMEMBERED = 512

Answer = TypeVar("Answer")


def remembered(size: int) -> Callable[[Callable[[str], Answer]], Callable[[str], Answer]]:
    """Keeps the answers for the last `size` texts; a long text is answered anew each time."""

    def decorate(function: Callable[[str], Answer]) -> Callable[[str], Answer]:
        remember = lru_cache(size)(function)

        @wraps(function)
        def answer(text: str) -> Answer:
            return remember(text) if len(text) <= _LONGEST_REMEMBERED else function(text)

        return answer

    return decorate
