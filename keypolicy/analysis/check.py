"""Whether a principal holds everything that a requirement profile lists, on the key policy's side."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NoReturn

from keypolicy.analysis.principal_kinds import kind_word
from keypolicy.analysis.profiles import DEFAULT_PROFILE, profiles
from keypolicy.analysis.requirements import ProfileNote, RequirementProfile
from keypolicy.analysis.resolved_profile import ResolvedRequirement
from keypolicy.document.key import KeyMetadata
from keypolicy.document.model import KeyPolicy
from keypolicy.evaluation.access import Access
from keypolicy.evaluation.decision import Decision
from keypolicy.evaluation.evaluate import NOTHING_STATED, access
from keypolicy.evaluation.outcome import Outcome
from keypolicy.evaluation.rules import StatementRef
from keypolicy.evaluation.together import Asked, outcome_together
from keypolicy.matching.context import RequestContext
from keypolicy.matching.principals import Principal
from keypolicy.matching.truth import ReadingName

_Answer = tuple[Access, tuple[ResolvedRequirement, ...]]

__all__ = ["CheckResult", "CheckStatus", "RequiredAction", "check"]


class CheckStatus(enum.StrEnum):
    """PASS where every action is allowed, FAIL where one is denied in any case, else CONDITIONAL (S-365)."""

    PASS = "PASS"  # noqa: S105 - the word of AWS for a check that holds
    FAIL = "FAIL"
    CONDITIONAL = "CONDITIONAL"


_STATUSES = {
    Outcome.ALLOWED: CheckStatus.PASS,
    Outcome.CONDITIONAL: CheckStatus.CONDITIONAL,
    Outcome.EXPLICIT_DENY: CheckStatus.FAIL,
    Outcome.IMPLICIT_DENY: CheckStatus.FAIL,
}


@dataclass(frozen=True, slots=True)
class RequiredAction:
    """One action of the profile, the context that was assumed for it, and the decision."""

    decision: Decision
    context: RequestContext

    @property
    def action(self) -> str:
        """The action's name."""
        return self.decision.action

    @property
    def outcome(self) -> Outcome:
        """The decision's outcome."""
        return self.decision.outcome

    @property
    def statements(self) -> tuple[StatementRef, ...]:
        """The statements that decide, or that may where the outcome is conditional."""
        decision = self.decision
        return decision.may_determine if decision.outcome is Outcome.CONDITIONAL else decision.determining

    @property
    def message(self) -> str:
        """The outcome's reason in one line."""
        decision = self.decision
        named = ", ".join(map(str, self.statements))
        if decision.outcome is Outcome.ALLOWED:
            return f"{named}{' (and IAM policies there must allow it too)' if decision.delegates_to_iam else ''}"
        if decision.outcome is Outcome.EXPLICIT_DENY:
            return f"{named} denies it"
        if decision.outcome is Outcome.CONDITIONAL:
            return f"depends on {decision.residual}"
        unusable = [note.message for note in decision.notes if note.code in _UNUSABLE]
        return unusable[0] if unusable else "no statement allows it"


_UNUSABLE = ("other-partition", "anonymous", "aws-managed-key", "not-usable-across-accounts")


class CheckResult:
    """The answer to a check, action by action; on the key policy's side only (S-003).

    Three answers are possible, so it is no boolean: look at `status`, or at `passed`, which is True
    only for PASS. `asked` says about what kind of principal the question was: that of an account
    and that of a service-linked role in it are different questions (S-399).
    """

    question: Literal["key-policy"] = "key-policy"

    def __init__(self, profile: RequirementProfile, stated: RequestContext, answers: list[_Answer]) -> None:
        self.profile = profile
        self._stated = stated
        self._answers = answers
        self.outcome = outcome_together(
            [Asked(answer, each.requirement.bits) for answer, requirements in answers for each in requirements]
        )
        self.status = _STATUSES[self.outcome]

    @property
    def principal(self) -> Principal:
        """Who was asked about."""
        return self._answers[0][0].request.principal

    @property
    def key(self) -> KeyMetadata:
        """The key that was asked about."""
        return self._answers[0][0].request.key

    @cached_property
    def actions(self) -> tuple[RequiredAction, ...]:
        """Every action of the profile in its order, with its decision and the context that was assumed for it."""
        found = {
            action: RequiredAction(answer[action], each.context.overridden_by(self._stated))
            for answer, asked in self._answers
            for each in asked
            for action in each.requirement.actions
        }
        return tuple(found[action] for action in self.profile.actions)

    @property
    def passed(self) -> bool:
        """Whether every action is allowed in every request consistent with what was stated."""
        return self.status is CheckStatus.PASS

    @property
    def asked(self) -> str:
        """The kind of principal that the question was about."""
        return kind_word(self.principal)

    @property
    def notes(self) -> tuple[ProfileNote, ...]:
        """Whether the profile is for another kind of principal, and which keys it states that could not be stated."""
        return self.profile.notes_on(self.principal, self.key)

    @property
    def reasons(self) -> tuple[RequiredAction, ...]:
        """One entry for each action that is not held for certain."""
        return tuple(required for required in self.actions if required.outcome is not Outcome.ALLOWED)

    @property
    def delegates_to_iam(self) -> bool:
        """Whether IAM policies of the principal's account must allow some of the actions too (S-070)."""
        return any(required.decision.delegates_to_iam for required in self.actions)

    def __bool__(self) -> NoReturn:
        raise TypeError("a CheckResult has three answers and is no boolean; look at .status or .passed")

    def __repr__(self) -> str:
        return f"<CheckResult {self.status} of {self.principal} for {self.profile.name}>"


def check(
    policy: KeyPolicy,
    principal: Principal | str,
    profile: RequirementProfile | str = DEFAULT_PROFILE,
    *,
    key: KeyMetadata | str,
    context: RequestContext = NOTHING_STATED,
    reading: ReadingName = "safest",
) -> CheckResult:
    """Whether the key policy gives the principal every action of the profile.

    Each action is asked about in the context that its requirement states, which `context` adds to
    and overrides. A principal of a kind that the profile is not for is answered all the same, and the
    result's `notes` say so. Raises UnknownNameError for an unknown profile, and what `access` raises.
    """
    wanted = profiles[profile] if isinstance(profile, str) else profile
    caller = Principal.parse(principal) if isinstance(principal, str) else principal
    metadata = KeyMetadata.parse(key) if isinstance(key, str) else key
    answers: list[_Answer] = []
    for assumed, asked in wanted.resolved(caller, metadata).contexts:
        stated = assumed if context is NOTHING_STATED else assumed.overridden_by(context)
        answers.append((access(policy, caller, key=metadata, context=stated, reading=reading), asked))
    return CheckResult(wanted, context, answers)
