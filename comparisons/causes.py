"""Why a peer answers otherwise: the table of causes, and how a difference is put down to them.

A cause is a way of reading. It explains a difference only if this library, asked the question as the peer reads it,
gives the peer's answer. So a mask covers no more than its cause: whatever else differs in the question is still seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from comparisons.answers import EXPLICIT, IMPLICIT, Answer, agree, answer
from comparisons.peer_readings import READINGS
from comparisons.question import Caller, Question
from keypolicy.evaluation.contributions import contributions
from keypolicy.evaluation.formula import either, unknowns
from keypolicy.matching.truth import Unknown

__all__ = ["Cause", "Explanation", "causes_of", "explained", "question_of", "silent_rules"]

#: The most causes that one difference is put down to.
_MOST_TOGETHER: Final = 4


@dataclass(frozen=True, slots=True)
class Cause:
    """One way in which a peer reads otherwise, the rule that it is against, and who is right.

    `verdict` is "they are wrong", "we are wrong", "AWS is silent" or "not the same question".
    """

    name: str
    peers: tuple[str, ...]
    rule: str
    verdict: str
    says: str
    source: str
    example: Mapping[str, Any]
    near_miss: Mapping[str, Any]

    def read(self, question: Question) -> Question:
        """The question as the peer reads it."""
        return READINGS[self.name](question)


@cache
def causes_of(peer: str) -> tuple[Cause, ...]:
    """The causes known for a peer, in the order in which they are applied."""
    text = (Path(__file__).parent / "data" / "causes.json").read_text(encoding="utf-8")
    table = {each["name"]: Cause(**{**each, "peers": tuple(each["peers"])}) for each in json.loads(text)}
    return tuple(table[name] for name in READINGS if peer in table[name].peers)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The causes that together give a peer's answer.

    With `silent`, AWS does not say what the answer to the question as the peer reads it is: the peer's is possible.
    """

    causes: tuple[Cause, ...]
    silent: bool = False

    def __str__(self) -> str:
        return " + ".join([*(each.name for each in self.causes), *(["AWS is silent"] if self.silent else [])])


def explained(peer: str, question: Question, theirs: str) -> Explanation | None:
    """The fewest causes that explain the peer's answer, else those that leave room for it; None where none do."""
    possible = None
    for causes, read in _readings(question, causes_of(peer)):
        found = answer(read)
        if agree(found.word, theirs) or agree(found.likely, theirs):
            return Explanation(causes)
        if possible is None and silent_rules(found, theirs):
            possible = Explanation(causes, silent=True)
    return possible


def _readings(question: Question, causes: Iterable[Cause]) -> Iterator[tuple[tuple[Cause, ...], Question]]:
    """The question as read by every few of the causes of which each makes a difference, the fewest first."""
    table = tuple(causes)
    level: list[tuple[tuple[Cause, ...], int, Question]] = [((), 0, question)]
    for _ in range(_MOST_TOGETHER):
        level = [
            ((*before, table[index]), index + 1, read)
            for before, start, earlier in level
            for index in range(start, len(table))
            if (read := table[index].read(earlier)) is not earlier
        ]
        yield from ((some, read) for some, _, read in level)


def silent_rules(ours: Answer, theirs: str) -> tuple[str, ...]:
    """The rules by which AWS is silent on what divides two answers; none where it says which is right.

    Where nothing allows, a Deny that is in doubt does not show in our outcome, but is what the two kinds of denial
    differ by. S-051 stands for a role of which it is not stated which session asks.
    """
    decision = ours.decision
    if ours.word == IMPLICIT and theirs == EXPLICIT:
        parts = contributions(decision.access.what.concerned, decision.access.request, decision.bit)
        return _rules(unknowns(either(part.formula for part in parts if part.denies)))
    return _rules(Unknown(frozenset(decision.missing_context), frozenset(decision.undocumented)))


def _rules(unknown: Unknown) -> tuple[str, ...]:
    about_session = ("S-051",) if "role session name" in unknown.missing else ()
    return tuple(sorted((*unknown.undocumented, *about_session)))


def question_of(example: Mapping[str, Any]) -> Question:
    """The question of an example in the table."""
    caller = Caller(**example["caller"])
    policy = example["policy"]
    return Question(dict(policy), caller, example["action"], dict(example.get("context", {})))
