"""What this library answers, and the one scale on which all answers are compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from comparisons.question import KEY_ARN, Question
from keypolicy import Decision, KeyMetadata, Outcome, RequestContext, evaluate, loads

__all__ = ["ALLOWED", "DENIED", "EXPLICIT", "IMPLICIT", "OPEN", "Answer", "agree", "answer"]

ALLOWED = Outcome.ALLOWED.value
EXPLICIT = Outcome.EXPLICIT_DENY.value
IMPLICIT = Outcome.IMPLICIT_DENY.value
OPEN = Outcome.CONDITIONAL.value
#: The word of a peer that does not tell one denial from the other.
DENIED = "denied"

_KEY = KeyMetadata(arn=KEY_ARN)


@dataclass(frozen=True)
class Answer:
    """The library's answer to a question in which nothing is unknown; `OPEN` where AWS does not say."""

    question: Question
    decision: Decision

    @property
    def word(self) -> str:
        """The outcome."""
        return self.decision.outcome.value

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules of the semantics by which AWS is silent, of an open answer."""
        return tuple(sorted(self.decision.undocumented)) if self.word == OPEN else ()

    @cached_property
    def likely(self) -> str:
        """The outcome if AWS does what it most probably does where it is silent."""
        return self.word if self.word != OPEN else _decision(self.question, likely=True).outcome.value


def answer(question: Question) -> Answer:
    """The library's answer. Every document is taken, also one that KMS would refuse."""
    return Answer(question, _decision(question, likely=False))


def _decision(question: Question, *, likely: bool) -> Decision:
    return evaluate(
        loads(question.document, lenient=True),
        question.caller.principal(),
        question.action,
        key=_KEY,
        context=RequestContext.closed(question.context),
        reading="likely" if likely else "safest",
    )


def agree(ours: str, theirs: str) -> bool:
    """Whether two settled answers are the same, as far as the peer tells denials apart."""
    return ours == theirs or (theirs == DENIED and ours in (EXPLICIT, IMPLICIT))
