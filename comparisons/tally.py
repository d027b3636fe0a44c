"""What one run found about one peer: counts, and a small example of each difference."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from comparisons.answers import IMPLICIT, OPEN, agree, answer
from comparisons.causes import Explanation, explained, silent_rules
from comparisons.minimiser import minimised
from comparisons.peers import NOT_ASKED, Refusal
from comparisons.question import Question

__all__ = ["Example", "Tally"]

_MOST_UNEXPLAINED = 20


@dataclass(frozen=True, slots=True)
class Example:
    """A question that two programs answer differently, as small as it could be made."""

    question: Question
    ours: str
    theirs: str


@dataclass(slots=True)
class Tally:
    """The counts of a run for one peer, whose answer to any one question `ask` gives."""

    peer: str
    ask: Callable[[Question], str]
    not_asked: int = 0
    agreed: int = 0
    open_there: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    silent: dict[str, Counter[str]] = field(default_factory=dict)
    causes: Counter[str] = field(default_factory=Counter)
    examples: dict[str, Example] = field(default_factory=dict)
    unexplained: list[Example] = field(default_factory=list)
    unexplained_count: int = 0

    @property
    def asked(self) -> int:
        """How many questions the peer was asked."""
        silent = sum(sum(each.values()) for each in self.silent.values())
        differing = sum(self.causes.values()) + self.unexplained_count
        return self.agreed + self.open_there + self.refused.total() + silent + differing

    def add(self, question: Question, theirs: str) -> None:
        """Count one question and the peer's answer to it."""
        if theirs == NOT_ASKED:
            self.not_asked += 1
        elif isinstance(theirs, Refusal):
            self.refused[re.sub(r"[0-9]+", "n", theirs)] += 1
        elif theirs == OPEN:
            self.open_there += 1
        else:
            self._compare(question, theirs)

    def _compare(self, question: Question, theirs: str) -> None:
        ours = answer(question)
        self.outcomes[ours.word] += 1
        if ours.word != OPEN and agree(ours.word, theirs):
            self.agreed += 1
        elif rules := silent_rules(ours, theirs):
            same = "as is likely" if agree(ours.likely, theirs) else "otherwise"
            # Between two kinds of denial the likely reading may have settled the Deny, and not shown it.
            known = same if ours.likely != OPEN or ours.word == IMPLICIT else "no likely reading"
            self.silent.setdefault(" ".join(rules), Counter())[known] += 1
        elif explanation := explained(self.peer, question, theirs):
            self._explain(question, theirs, explanation)
        else:
            self._leave_unexplained(question)

    def _explain(self, question: Question, theirs: str, explanation: Explanation) -> None:
        name = str(explanation)
        self.causes[name] += 1
        if name not in self.examples and len(explanation.causes) == 1:
            pair = (answer(question).word, theirs)

            def still(smaller: Question) -> bool:
                found = self._difference(smaller)
                return found == pair and str(explained(self.peer, smaller, found[1])) == name

            self.examples[name] = self._example(minimised(question, still))

    def _leave_unexplained(self, question: Question) -> None:
        self.unexplained_count += 1
        if len(self.unexplained) < _MOST_UNEXPLAINED:

            def still(smaller: Question) -> bool:
                found = self._difference(smaller)
                return found is not None and explained(self.peer, smaller, found[1]) is None

            self.unexplained.append(self._example(minimised(question, still)))

    def _difference(self, question: Question) -> tuple[str, str] | None:
        """Both answers where they differ and AWS says which is right."""
        theirs, ours = self.ask(question), answer(question)
        if theirs == OPEN or isinstance(theirs, Refusal) or (ours.word != OPEN and agree(ours.word, theirs)):
            return None
        return None if silent_rules(ours, theirs) else (ours.word, theirs)

    def _example(self, question: Question) -> Example:
        return Example(question, answer(question).word, self.ask(question))
