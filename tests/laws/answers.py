"""How the laws ask, and what they compare of two answers."""

from __future__ import annotations

from typing import Any, NamedTuple

from keypolicy import Access, ActionSet, Outcome, Principal, RequestContext, access, loads
from keypolicy.matching.truth import ReadingName
from tests.laws.strategies import ASKED, KEY

__all__ = ["NOTHING", "Sets", "ask", "outcomes_of", "sets_of"]

#: A statement that concerns nobody, for a policy needs one.
NOTHING = {"Effect": "Allow", "Principal": {"AWS": []}, "Action": "kms:*", "Resource": "*"}


class Sets(NamedTuple):
    """All actions of KMS by outcome; `denied` are those denied in either way."""

    allowed: ActionSet
    denied: ActionSet
    explicitly_denied: ActionSet
    conditional: ActionSet


def ask(
    document: dict[str, Any], caller: Principal, context: RequestContext, reading: ReadingName = "safest"
) -> Access:
    """The answer for every action; documents that KMS would refuse are read leniently."""
    return access(loads(document, lenient=True), caller, key=KEY, context=context, reading=reading)


def sets_of(answer: Access) -> Sets:
    """What the answer says of every action."""
    return Sets(answer.allowed, answer.denied, answer.explicitly_denied, answer.conditional)


def outcomes_of(answer: Access) -> tuple[Outcome, ...]:
    """The outcomes of four actions of different kinds."""
    return tuple(answer[action].outcome for action in ASKED[:4])
