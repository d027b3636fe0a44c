"""A profile as it is asked: its requirements with the contexts of one question, put together where one serves them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING

from keypolicy.analysis.context_template import UnstatedKey
from keypolicy.catalogue.actions import Action, action_named
from keypolicy.catalogue.context_keys import context_key
from keypolicy.matching.context import RequestContext

if TYPE_CHECKING:
    from keypolicy.analysis.requirements import Requirement

__all__ = ["ResolvedProfile", "ResolvedRequirement"]


@dataclass(frozen=True, slots=True)
class ResolvedRequirement:
    """A requirement and the context in which its actions are asked about."""

    requirement: Requirement
    context: RequestContext


@dataclass(frozen=True)
class ResolvedProfile:
    """The requirements of a profile in its order, and the condition keys that could not be stated."""

    requirements: tuple[ResolvedRequirement, ...]
    unstated: tuple[UnstatedKey, ...] = ()

    @cached_property
    def contexts(self) -> tuple[tuple[RequestContext, tuple[ResolvedRequirement, ...]], ...]:
        """The requirements, put together where one context serves them all.

        It does where what one states is stated alike by the other, or is a key that the other's
        actions do not carry, so that there it is absent whatever is stated (S-149).
        """
        groups: list[tuple[RequestContext, tuple[ResolvedRequirement, ...]]] = []
        for asked in self.requirements:
            for place, (context, others) in enumerate(groups):
                bits = reduce(or_, (other.requirement.bits for other in others))
                if _serves(context, asked.context, asked.requirement.bits) and _serves(asked.context, context, bits):
                    groups[place] = (context.overridden_by(asked.context), (*others, asked))
                    break
            else:
                groups.append((asked.context, (asked,)))
        return tuple(groups)

    @cached_property
    def actions_by_context(self) -> tuple[tuple[RequestContext, tuple[Action, ...]], ...]:
        """The required actions by the context in which they are asked about."""
        return tuple(
            (context, tuple(action_named(name) for each in asked for name in each.requirement.actions))
            for context, asked in self.contexts
        )


def _serves(context: RequestContext, instead_of: RequestContext, bits: int) -> bool:
    """Whether the actions with these bits are asked the same under `context` as under the other."""
    if context.is_closed != instead_of.is_closed:
        return False
    for folded_key, state in context.states.items():
        known = context_key(folded_key)
        if instead_of.state_of(folded_key) != state and (known is None or known.carried_by & bits):
            return False
    return True
