"""What is written: key policies and key metadata as documents, with nothing of what they mean."""

from __future__ import annotations

__all__: list[str] = []
