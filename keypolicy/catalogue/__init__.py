"""Facts from AWS as data with source and date: actions, condition keys, services. No logic beyond lookup."""

from __future__ import annotations

__all__: list[str] = []
