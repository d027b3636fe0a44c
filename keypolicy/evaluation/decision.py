"""The answer for one action, with its reasons; everything but the outcome is worked out when asked for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NoReturn

from keypolicy.evaluation.applications import Application
from keypolicy.evaluation.contributions import contributions
from keypolicy.evaluation.formula import FALSE, TRUE, Atom, Formula, both, either, no, unknowns
from keypolicy.evaluation.notes import Note, notes_on
from keypolicy.evaluation.outcome import Outcome
from keypolicy.evaluation.rules import StatementRef
from keypolicy.evaluation.usability import needs_identity_policy, usable_bits
from keypolicy.evaluation.worlds import Witnesses
from keypolicy.matching.truth import ReadingName, Unknown, undocumented

if TYPE_CHECKING:
    from keypolicy.evaluation.access import Access
    from keypolicy.evaluation.explanation import Explanation

__all__ = ["Decision"]


def _refs(refs: Iterable[StatementRef]) -> tuple[StatementRef, ...]:
    """Each statement once; what stands for a document as a whole is none."""
    return tuple(dict.fromkeys(ref for ref in refs if ref.index >= 0))


class Decision:
    """What the key policy's side decides for one action, principal, key and context.

    It has four possible outcomes, so it is no boolean: compare `outcome`.
    """

    question: Literal["key-policy"] = "key-policy"

    def __init__(self, access: Access, action: str, bit: int) -> None:
        self.action = action
        self.outcome: Outcome = access.outcome_of(bit)
        self.access = access
        self.bit = bit

    @property
    def reading(self) -> ReadingName:
        """How undocumented points were read."""
        return self.access.reading

    @cached_property
    def _applications(self) -> tuple[Application, ...]:
        return tuple(application for application in self.access.applications if application.possible & self.bit)

    @cached_property
    def _deciding(self) -> tuple[Application, ...]:
        """Those that apply for certain; where none does, those that between them apply in every request."""
        if self.outcome not in (Outcome.ALLOWED, Outcome.EXPLICIT_DENY):
            return ()
        denied = self.outcome is Outcome.EXPLICIT_DENY
        of_effect = tuple(each for each in self._applications if each.denies is denied)
        return tuple(each for each in of_effect if each.certain & self.bit) or of_effect

    @property
    def determining(self) -> tuple[StatementRef, ...]:
        """The statements that decide: the Allows of an allowed action, the Denies of a denied one, else none.

        Where no single one applies in every request, they are all that apply in some: together they decide (S-362).
        """
        return _refs(each.ref for each in self._deciding)

    @property
    def may_determine(self) -> tuple[StatementRef, ...]:
        """The statements that may decide a conditional answer, and in any answer those that possibly apply."""
        settled = self.outcome is not Outcome.CONDITIONAL
        named = (*(each for each in self._applications if settled and each.certain & self.bit), *self._deciding)
        return _refs(each.ref for each in self._applications if each not in named)

    @cached_property
    def witnesses(self) -> Witnesses | None:
        """For a conditional answer a request that is allowed and one that is not, as what to ask again with.

        One of them is None where the answer rests on a rule where AWS is silent, or on more combinations of unknown
        keys than are tried. None for a settled answer.
        """
        if self.outcome is not Outcome.CONDITIONAL:
            return None
        return self.access.exactly(self.bit).witnesses(self.bit)

    @cached_property
    def residual(self) -> Formula:
        """What must still hold for the action to be allowed: TRUE where it is, FALSE where it is denied."""
        if self.outcome is Outcome.ALLOWED:
            return TRUE
        if self.outcome is not Outcome.CONDITIONAL:
            return FALSE
        parts = contributions(self.access.what.concerned, self.access.request, self.bit)
        allowed = either(part.formula for part in parts if not part.denies)
        denied = either(part.formula for part in parts if part.denies)
        return both((self._usable(), allowed, no(denied)))

    def _usable(self) -> Formula:
        access = self.access
        if usable_bits(access.request.principal, access.bound.key, access.bound.universe)[0] & self.bit:
            return TRUE
        return Atom(f"KMS accepts {self.action} from another account", undocumented("S-281"))

    @cached_property
    def _unknowns(self) -> Unknown:
        return unknowns(self.residual)

    @property
    def missing_context(self) -> tuple[str, ...]:
        """The facts, mostly condition keys, that a conditional answer depends on, sorted."""
        return tuple(sorted(self._unknowns.missing))

    @cached_property
    def undocumented(self) -> tuple[str, ...]:
        """The rules where AWS is silent that the answer depends on, or under the likely reading leans on, sorted."""
        found = self._unknowns.undocumented
        worlds = self.access.found
        if None in worlds.witnesses(self.bit):
            for world in worlds.undecided:
                if world.bits & self.bit:
                    parts = contributions(self.access.bound.concerned(world.request.principal), world.request, self.bit)
                    for part in parts:
                        found |= unknowns(part.formula).undocumented
        if self.reading == "likely":
            found |= unknowns(self.access.safest()[self.action].residual).undocumented
        return tuple(sorted(found))

    @property
    def delegates_to_iam(self) -> bool:
        """Whether the IAM policies of the caller's account must allow the action too (S-070 to S-077).

        False where the outcome is a deny, since no other policy can help then.
        """
        if self.outcome in (Outcome.EXPLICIT_DENY, Outcome.IMPLICIT_DENY):
            return False
        principal, key = self.access.request.principal, self.access.bound.key
        allows = self._deciding or tuple(each for each in self._applications if not each.denies)
        needs = [needs_identity_policy(each.kinds, principal, key) for each in allows]
        # Where only together they apply in every request, the one that applies may be one that needs it.
        together = self.outcome is Outcome.ALLOWED and not any(each.certain & self.bit for each in allows)
        return any(needs) if together else all(needs)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """Remarks that the outcome does not show."""
        access = self.access
        is_open = self.outcome is Outcome.CONDITIONAL
        is_over_budget = is_open and bool(access.found.over_budget & self.bit)
        parts = self._applications
        return tuple(
            notes_on(access.bound, access.request, self.action, self.bit, parts, is_over_budget=is_over_budget)
        )

    def explain(self) -> Explanation:
        """Why the outcome is as it is, statement by statement; worked out anew each time."""
        from keypolicy.evaluation.explain import explanation_of

        return explanation_of(self.access, self, self.bit)

    def __bool__(self) -> NoReturn:
        raise TypeError("a Decision has four outcomes and is no boolean; compare its .outcome")

    def __repr__(self) -> str:
        return f"<Decision {self.action}: {self.outcome}>"
