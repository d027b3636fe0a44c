"""Actions of other services, which never matter in a key policy (S-109): to tell them from a misspelt prefix."""

from __future__ import annotations

import warnings
from functools import cache
from typing import cast

__all__ = ["is_action_of_another_service"]


def is_action_of_another_service(name: str) -> bool:
    """Whether policyuniverse knows the action, in any case; its data are of November 2023 and lack what is newer."""
    return name.lower() in _known_actions()


@cache
def _known_actions() -> frozenset[str]:
    with warnings.catch_warnings():
        # Importing it leaves its data file for the garbage collector to close, which some interpreters report.
        warnings.simplefilter("ignore", ResourceWarning)
        from policyuniverse.expander_minimizer import all_permissions
    return frozenset(cast("set[str]", all_permissions))
