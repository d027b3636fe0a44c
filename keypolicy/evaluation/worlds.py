"""Exact decisions where keys are unknown: every request that agrees with what was stated is tried, by classes (S-362).

A world is a request in which more is known. Splitting one key after another into the classes that no condition can
tell apart leads to worlds in which the fold decides. An action is allowed where it is allowed in every world, denied
where it is allowed in none; where worlds differ, one of each kind shows it.
"""

from __future__ import annotations

from typing import NamedTuple

from keypolicy.evaluation.bound_policy import BoundPolicy
from keypolicy.evaluation.fold import Concerning, concerning, fold
from keypolicy.evaluation.open_keys import OpenKeys
from keypolicy.evaluation.principal_variants import principal_variants
from keypolicy.evaluation.request import Request
from keypolicy.matching.context import RequestContext
from keypolicy.matching.key_states import KeyState
from keypolicy.matching.principals import Principal

__all__ = ["MOST_WORLDS", "NOTHING_EXPLORED", "Exactly", "Witness", "Witnesses", "World", "decide_exactly"]

MOST_WORLDS = 4096
"""The worlds after which an action that is still open stays so."""
MOST_WORK = 400_000
"""The statements looked at, in all worlds together, after which the same is so."""
WORK_OF_CONDITION = 40
"""What it costs to find the classes of a key for one condition on it, in statements."""


class Witness(NamedTuple):
    """One request that shows how an action may be decided: ask again with this principal and context."""

    principal: Principal
    context: RequestContext

    def beyond(self, asked: RequestContext) -> dict[str, KeyState]:
        """The condition keys, as they are spelt here, that the context of the question does not state in this way."""
        stated = self.context.stated.items()
        return {name: state for name, state in stated if asked.states.get(name.lower()) != state}


class Witnesses(NamedTuple):
    """Two requests that agree with what was stated, of which one is allowed the action; None where none was found."""

    allowed: Witness | None
    denied: Witness | None


class World(NamedTuple):
    """A request in which some keys, spelt as in the policy, are in other states, and the actions that it decides."""

    request: Request
    states: dict[str, KeyState]
    bits: int

    @property
    def witness(self) -> Witness:
        """The request in a form that can be asked again."""
        return Witness(self.request.principal, self.request.context.with_states(self.states))


class Exactly(NamedTuple):
    """What the worlds say of the actions that were asked about; each set is one of bits.

    `allowed` holds in every world; so does `explicit`, a Deny; `denied` are allowed in none, though not always because
    of a Deny. `over_budget` are those that stay open because not every world was tried, `work` is what those that were
    cost. `undecided` are worlds in which everything is known that keys can tell, and the action is open all the same,
    the first for each action.
    """

    allowed: int = 0
    explicit: int = 0
    denied: int = 0
    over_budget: int = 0
    work: int = 0
    allowing: tuple[World, ...] = ()
    denying: tuple[World, ...] = ()
    undecided: tuple[World, ...] = ()

    def and_also(self, other: Exactly) -> Exactly:
        """This and what is known of other actions."""
        return Exactly(
            self.allowed | other.allowed,
            self.explicit | other.explicit,
            self.denied | other.denied,
            self.over_budget | other.over_budget,
            self.work + other.work,
            self.allowing + other.allowing,
            self.denying + other.denying,
            self.undecided + other.undecided,
        )

    def witnesses(self, bit: int) -> Witnesses:
        """A request that is allowed the action with this bit, and one that is not, where they were found."""
        allowing, denying = (
            next((world.witness for world in worlds if world.bits & bit), None)
            for worlds in (self.allowing, self.denying)
        )
        return Witnesses(allowing, denying)


NOTHING_EXPLORED = Exactly()


def decide_exactly(bound: BoundPolicy, request: Request, bits: int) -> Exactly:
    """What holds in every world for the actions with these bits, which the fold leaves open."""
    search = _Search()
    variants = principal_variants(bound, request)
    if not variants.are_all:
        search.leave_open(bits)
    for principal in variants.principals:
        variant = request if principal is request.principal else request.as_principal(principal)
        search.explore(concerning(bound, variant).about(bits), variant, bits)
    return search.result()


class _Search:
    """What the worlds visited so far say of the actions."""

    def __init__(self) -> None:
        self._worlds = 0
        self._work = 0
        self._allowed = self._explicit = self._implicit = 0
        self._open = self._over_budget = 0
        self._allowing: list[World] = []
        self._denying: list[World] = []
        self._undecided: list[World] = []

    def leave_open(self, bits: int) -> None:
        """Take in that not every world can be tried for these actions."""
        self._over_budget |= bits

    def explore(self, what: Concerning, request: Request, bits: int) -> None:
        """Visit the world that the request is, and inside it those that decide what it leaves open."""
        keys = OpenKeys(what, request)
        work_of_fold = what.work
        pending: list[tuple[dict[str, KeyState], int]] = [({}, bits)]
        while pending:
            states, asked = pending.pop()
            asked &= ~self._settled_as_conditional
            if not asked:
                continue
            self._worlds += 1
            self._work += work_of_fold
            if self._worlds > MOST_WORLDS or self._work > MOST_WORK:
                self._over_budget |= asked
                continue
            world = World(request.where({key.lower(): state for key, state in states.items()}), states, asked)
            still_open = self._visit(what, world)
            split = keys.split(world.request, still_open) if still_open else None
            if split is None:
                if still_open & ~self._open:
                    self._undecided.append(world._replace(bits=still_open & ~self._open))
                self._open |= still_open
                continue
            self._work += split.work * WORK_OF_CONDITION
            if not split.are_all:
                self._over_budget |= still_open
            pending += (({**states, split.key: state}, still_open) for state in reversed(split.states))

    def _visit(self, what: Concerning, world: World) -> int:
        """Take in what the world decides; the actions that it leaves open."""
        allow, allow_maybe, deny, deny_maybe = fold(what, world.request)
        allowed = allow & ~deny_maybe & world.bits
        explicit = deny & world.bits
        implicit = world.bits & ~(allow_maybe | deny)
        newly_allowed = allowed & ~self._allowed
        newly_denied = (explicit | implicit) & ~(self._explicit | self._implicit)
        if newly_allowed:
            self._allowing.append(world._replace(bits=newly_allowed))
        if newly_denied:
            self._denying.append(world._replace(bits=newly_denied))
        self._allowed |= allowed
        self._explicit |= explicit
        self._implicit |= implicit
        return world.bits & ~(allowed | explicit | implicit) & ~self._settled_as_conditional

    @property
    def _settled_as_conditional(self) -> int:
        """The actions that one world allows and another denies: no further world changes that."""
        return self._allowed & (self._explicit | self._implicit)

    def result(self) -> Exactly:
        """What all worlds agree on."""
        denied = self._explicit | self._implicit
        unproven = self._open | self._over_budget
        return Exactly(
            allowed=self._allowed & ~denied & ~unproven,
            explicit=self._explicit & ~self._implicit & ~self._allowed & ~unproven,
            denied=self._implicit & ~self._allowed & ~unproven,
            over_budget=self._over_budget & ~(self._allowed & denied),
            work=self._work,
            allowing=tuple(self._allowing),
            denying=tuple(self._denying),
            undecided=tuple(self._undecided),
        )
