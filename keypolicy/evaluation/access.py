"""The answer for all actions at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from keypolicy.catalogue.actions import ActionSet, action_named, all_bits
from keypolicy.document.scalars import Effect
from keypolicy.evaluation.applications import Application, applications
from keypolicy.evaluation.bound_policy import BoundPolicy
from keypolicy.evaluation.contributions import contributions
from keypolicy.evaluation.decision import Decision
from keypolicy.evaluation.fold import concerning, fold
from keypolicy.evaluation.formula import either, unknowns
from keypolicy.evaluation.outcome import Outcome
from keypolicy.evaluation.plainly_open import plainly_open
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.rules import StatementRef
from keypolicy.evaluation.worlds import NOTHING_EXPLORED, Exactly, decide_exactly
from keypolicy.matching.key_states import KeyState
from keypolicy.matching.truth import ReadingName, Unknown

if TYPE_CHECKING:
    from keypolicy.document.model import KeyPolicy

__all__ = ["Access", "Settled", "StatementMatch"]


class Settled(NamedTuple):
    """Bit sets of the actions that are allowed, denied by a Deny, and denied for want of an Allow, in every request."""

    allowed: int
    explicit: int
    implicit: int

    @property
    def denied(self) -> int:
        """The actions that are allowed in no request."""
        return self.explicit | self.implicit


class Access:
    """What the key policy's side decides for every action; index it by action name for the Decision of one.

    `verdicts` are those of the fold, `open_bits` the actions that it leaves open. It is no boolean: look at the sets or
    at a Decision.
    """

    __slots__ = (
        "_applications",
        "_exactly",
        "_explored",
        "bound",
        "open_bits",
        "policy",
        "request",
        "verdicts",
        "what",
    )

    def __init__(self, policy: KeyPolicy, bound: BoundPolicy, request: Request) -> None:
        self.policy = policy
        self.bound = bound
        self.request = request
        self.what = concerning(bound, request)
        self.verdicts = allow, allow_maybe, deny, deny_maybe = fold(self.what, request)
        self.open_bits = allow_maybe & ~deny & (deny_maybe | ~allow)
        self._applications: tuple[Application, ...] | None = None
        self._exactly = NOTHING_EXPLORED
        self._explored = 0

    @property
    def applications(self) -> tuple[Application, ...]:
        """The rules that possibly apply, worked out when first asked for."""
        if self._applications is None:
            self._applications = applications(self.what.concerned, self.request)
        return self._applications

    @property
    def reading(self) -> ReadingName:
        """How undocumented points were read."""
        return self.bound.reading.name

    def settled(self, bits: int) -> Settled:
        """Which of the actions with these bits are decided, and how; the others are conditional.

        What the fold leaves open is decided over all worlds, once for each action that is asked about.
        """
        allow, allow_maybe, deny, deny_maybe = self.verdicts
        by_fold = Settled(allow & ~deny_maybe & bits, deny & bits, bits & ~(allow_maybe | deny))
        still_open = bits & self.open_bits
        if still_open:
            still_open &= ~plainly_open(self.what, self.verdicts, self.request, still_open)
        if not still_open:
            return by_fold
        exactly = self.exactly(still_open)
        allowed, explicit, implicit = (
            certain | found & bits
            for certain, found in zip(by_fold, (exactly.allowed, exactly.explicit, exactly.denied), strict=True)
        )
        return Settled(allowed, explicit, implicit)

    def exactly(self, bits: int) -> Exactly:
        """What the worlds say of the actions with these bits, which the fold leaves open."""
        missing = bits & ~self._explored
        if missing:
            self._exactly = self._exactly.and_also(decide_exactly(self.bound, self.request, missing))
            self._explored |= missing
        return self._exactly

    @property
    def found(self) -> Exactly:
        """What the worlds said of the actions that were decided over worlds so far; asks for no more."""
        return self._exactly

    @property
    def work(self) -> int:
        """What it cost to decide exactly what was asked so far, in statements looked at."""
        return self._exactly.work

    @property
    def allowed_bits(self) -> int:
        """The bits of the allowed actions."""
        if not self.open_bits:
            return self.verdicts.allow & ~self.verdicts.deny_maybe
        return self.settled(self.every_bit).allowed

    @property
    def every_bit(self) -> int:
        """The bits of all actions that the question is about."""
        return self.bound.universe.every_bit

    @property
    def allowed(self) -> ActionSet:
        """The actions that are allowed in every request consistent with what was stated."""
        return self.action_set(self.allowed_bits)

    @property
    def explicitly_denied(self) -> ActionSet:
        """The actions that a Deny forbids in every request consistent with what was stated."""
        return self.action_set(self.settled(self.every_bit).explicit)

    @property
    def implicitly_denied(self) -> ActionSet:
        """The actions that no request can be allowed, though not because of a Deny in each."""
        return self.action_set(self.settled(self.every_bit).implicit)

    @property
    def denied(self) -> ActionSet:
        """The actions that are denied in every request consistent with what was stated."""
        return self.action_set(self.settled(self.every_bit).denied)

    @property
    def conditional(self) -> ActionSet:
        """The actions that what was stated does not settle."""
        settled = self.settled(self.every_bit)
        return self.action_set(self.every_bit & ~(settled.allowed | settled.denied))

    def action_set(self, bits: int) -> ActionSet:
        """The actions of the question that have these bits."""
        newer = self.bound.universe.newer
        known = ActionSet.from_bits(bits)
        if not newer:
            return known
        first = all_bits().bit_length()
        return known | ActionSet.of(*(name for place, name in enumerate(newer, first) if bits >> place & 1), newer=True)

    def outcome_of(self, bit: int) -> Outcome:
        """The outcome for the action with this bit: the four lines of the flow chart."""
        settled = self.settled(bit)
        if settled.explicit:
            return Outcome.EXPLICIT_DENY
        if settled.allowed:
            return Outcome.ALLOWED
        return Outcome.IMPLICIT_DENY if settled.implicit else Outcome.CONDITIONAL

    def __getitem__(self, action: str) -> Decision:
        """The decision on one action; raises UnknownNameError for a name that KMS does not have (S-114)."""
        if self.bound.universe.newer:
            for place, name in enumerate(self.bound.universe.newer, all_bits().bit_length()):
                if name.lower() == action.lower():
                    return Decision(self, name, 1 << place)
        known = action_named(action)
        return Decision(self, known.name, known.mask)

    @property
    def statements(self) -> tuple[StatementMatch, ...]:
        """Every statement of the document in its order, with the actions to which it applies."""
        return tuple(
            StatementMatch(self, StatementRef(index, statement.sid), statement.effect)
            for index, statement in enumerate(self.policy.statements)
        )

    def where(self, states: Mapping[str, KeyState]) -> Access:
        """The answer for the same request where these keys, in lower case, are in these states."""
        return Access(self.policy, self.bound, self.request.where(states))

    def safest(self) -> Access:
        """The same question under the safest reading."""
        from keypolicy.evaluation.evaluate import access

        request = self.request
        return access(
            self.policy,
            request.principal,
            key=request.key,
            context=request.context,
            newer_actions=self.bound.universe.newer,
        )

    def __bool__(self) -> NoReturn:
        raise TypeError("an Access is the answer for many actions and is no boolean; look at .allowed or one Decision")

    def __repr__(self) -> str:
        return f"<Access of {self.request.principal}: allowed {self.allowed}, conditional {self.conditional}>"


class StatementMatch:
    """One statement and the actions to which it applies for the caller; whether they are usable is another matter.

    `effect` is None where a leniently loaded statement has no readable one.
    """

    __slots__ = ("_access", "certain", "effect", "possible", "ref")

    def __init__(self, access: Access, ref: StatementRef, effect: Effect | None) -> None:
        self.ref = ref
        self.effect = effect
        self._access = access
        certain = possible = 0
        for application in access.applications:
            if application.ref.index == ref.index:
                certain |= application.certain
                possible |= application.possible
        self.certain = access.action_set(certain)
        self.possible = access.action_set(possible)

    def unknown(self, action: str) -> Unknown:
        """What it depends on whether the statement applies to the action; nothing where that is settled."""
        access = self._access
        known = action_named(action)
        parts = contributions(access.what.concerned, access.request, known.mask)
        return unknowns(either(part.formula for part in parts if part.ref.index == self.ref.index))
