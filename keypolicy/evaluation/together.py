"""Several actions together: held by one caller, in one shared world for the keys that describe the caller (S-365)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from keypolicy.evaluation.access import Access
from keypolicy.evaluation.decision import Decision
from keypolicy.evaluation.open_keys import OpenKeys, Split
from keypolicy.evaluation.outcome import Outcome
from keypolicy.evaluation.worlds import MOST_WORK
from keypolicy.matching.key_states import KeyState, is_settled

__all__ = ["Asked", "combined_outcome", "outcome_together"]

MOST_SHARED_WORLDS = 512
_OF_THE_CALLER = (
    *("aws:principal", "aws:userid", "aws:username", "kms:calleraccount"),
    *("aws:sourceidentity", "aws:federatedprovider", "aws:assumedroot"),
    *("aws:multifactorauth", "aws:tokenissuetime"),
    *("aws:sourceip", "aws:sourcevpc", "aws:vpcsourceip", "aws:vpce", "aws:securetransport"),
    *("aws:currenttime", "aws:epochtime"),
)
"""The beginnings of the keys that describe the caller, its network and the time, in lower case."""


class Asked(NamedTuple):
    """The answer about some actions in one context, and the bits of those that are asked about."""

    access: Access
    bits: int


def combined_outcome(decisions: Iterable[Decision]) -> Outcome:
    """The outcome of the decisions together; all are about one policy, principal and key."""
    return outcome_together([Asked(decision.access, decision.bit) for decision in decisions])


def outcome_together(asked: Sequence[Asked]) -> Outcome:
    """A deny if in every world one of the actions is denied, allowed if each is allowed in every world, else open.

    All answers are about one policy, principal and key. Keys that describe the caller have one value for all actions;
    those of the single request, such as the encryption context, have their own for each.
    """
    outcome = _outcome_of_each(asked)
    if outcome is not Outcome.CONDITIONAL:
        return outcome
    bits = 0
    for each in asked:
        bits |= each.bits
    first = asked[0].access
    keys = OpenKeys(first.what.about(bits), first.request)
    pending: list[dict[str, KeyState]] = [{}]
    found = Outcome.EXPLICIT_DENY
    work = 0
    for _ in range(MOST_SHARED_WORLDS):
        if not pending:
            return found
        states = pending.pop()
        world = [Asked(each.access.where(states), each.bits) for each in asked]
        outcome = _outcome_of_each(world)
        if outcome is Outcome.IMPLICIT_DENY:
            found = outcome
        work += sum(each.access.work for each in world)
        if work > MOST_WORK:
            break
        if outcome in (Outcome.EXPLICIT_DENY, Outcome.IMPLICIT_DENY):
            continue
        split = None if outcome is Outcome.ALLOWED else _shared_split(keys, world, bits)
        if split is None or not split.are_all:
            break
        pending += ({**states, split.key.lower(): state} for state in split.states)
    return Outcome.CONDITIONAL


def _outcome_of_each(asked: Sequence[Asked]) -> Outcome:
    """The outcome that follows from the actions one by one."""
    explicit = implicit = still_open = 0
    for access, bits in asked:
        settled = access.settled(bits)
        explicit |= settled.explicit
        implicit |= settled.implicit
        still_open |= bits & ~(settled.allowed | settled.denied)
    if explicit:
        return Outcome.EXPLICIT_DENY
    if implicit:
        return Outcome.IMPLICIT_DENY
    return Outcome.CONDITIONAL if still_open else Outcome.ALLOWED


def _shared_split(keys: OpenKeys, world: Sequence[Asked], bits: int) -> Split | None:
    """The next key of the caller on which some action depends; None where there is none."""

    def is_shared(folded_key: str) -> bool:
        """Whether the key describes the caller, and every context leaves the same of it open."""
        states = {each.access.request.state_of(folded_key) for each in world}
        return folded_key.startswith(_OF_THE_CALLER) and len(states) == 1 and not any(map(is_settled, states))

    splits = (keys.split(each.access.request, bits & each.bits, is_shared, bits) for each in world)
    return next((split for split in splits if split is not None), None)
