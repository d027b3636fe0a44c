"""Explanations as values: for each statement what each element of it says to one question, and which decide."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keypolicy.document.key import KeyMetadata
from keypolicy.document.scalars import Effect
from keypolicy.evaluation.outcome import Outcome
from keypolicy.evaluation.rules import StatementRef
from keypolicy.matching.key_states import CaseVariants, KeyState, Presence, Present
from keypolicy.matching.principals import Principal
from keypolicy.matching.truth import Truth, Unknown, all_of

if TYPE_CHECKING:
    from keypolicy.document.source import Position, Source

__all__ = ["ElementExplanation", "Explanation", "KeyInRequest", "KeyOrigin", "StatementExplanation"]


class KeyOrigin(enum.StrEnum):
    """Why a condition key is in the state that it is in."""

    STATED = "stated"
    PRINCIPAL = "derived from the principal"
    KEY = "derived from the key"
    NOT_CARRIED = "the action does not carry it"
    DOUBTFULLY_CARRIED = "whether the action carries it is not known"
    CLOSED = "not stated, and the context is closed"
    UNKNOWN = "not stated"


@dataclass(frozen=True, slots=True)
class KeyInRequest:
    """A condition key in the request for one action: its name as written, its state, and whence that is known."""

    key: str
    state: KeyState
    origin: KeyOrigin

    def __str__(self) -> str:
        return f"{self.key} is {_state_text(self.state)} ({self.origin})"


def _state_text(state: KeyState) -> str:
    if isinstance(state, Present):
        texts = [f'"{value}"' for value in state.values]
        return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    if isinstance(state, CaseVariants):
        return " or ".join(map(_state_text, state.states))
    return state.value if isinstance(state, Presence) else str(state)


@dataclass(frozen=True, slots=True)
class ElementExplanation:
    """One element of a statement, or one condition of it, held against the question.

    `element` is its name as JSON spells it, `written` what it says as policy text, `compared` what
    that was compared with, `reason` the truth's reason in one line, and `rule` the rule of the
    semantics that it follows. `pointer` is a JSON pointer to it. `near_miss` is a stable code where
    what is written is a recognised slip. `keys` are the condition keys that a condition reads, its
    own first.
    """

    element: str
    truth: Truth
    written: str
    compared: str
    reason: str
    rule: str
    pointer: str
    near_miss: str | None = None
    keys: tuple[KeyInRequest, ...] = ()

    @property
    def name(self) -> str:
        """What tells it from the other elements of its statement: a condition's own text, else the element's name."""
        return self.written if self.element == "Condition" else self.element

    def __str__(self) -> str:
        word = "not settled" if isinstance(self.truth, Unknown) else "holds" if self.truth else "fails"
        return f"{self.name} {word}: {self.reason} [{self.rule}]"


@dataclass(frozen=True, slots=True)
class StatementExplanation:
    """One statement, with its elements in the order in which they are looked at.

    These are Effect, Principal, Action, Resource and every condition. The statement applies where
    all of them hold. `effect` is None where a leniently loaded statement has no readable one; its
    elements are then told as those of a Deny, which concerns all that an Allow would.
    """

    ref: StatementRef
    effect: Effect | None
    elements: tuple[ElementExplanation, ...]
    pointer: str
    source: Source | None = field(default=None, repr=False, compare=False)

    @property
    def truth(self) -> Truth:
        """Whether the statement applies: every element holds."""
        return all_of(element.truth for element in self.elements)

    @property
    def failing(self) -> tuple[ElementExplanation, ...]:
        """The elements that do not hold, in order."""
        return tuple(element for element in self.elements if element.truth is False)

    @property
    def unsettled(self) -> tuple[ElementExplanation, ...]:
        """The elements of which it is not known whether they hold, in order."""
        return tuple(element for element in self.elements if isinstance(element.truth, Unknown))

    @property
    def position(self) -> Position | None:
        """Line and column of the statement, looked up when asked for; None where the policy was not read from text."""
        return None if self.source is None else self.source.position(self.pointer)

    def position_of(self, element: ElementExplanation) -> Position | None:
        """Line and column of one of its elements, or of what is innermost around one that is not written."""
        return None if self.source is None else self.source.position(element.pointer)

    @property
    def place(self) -> str:
        """The statement by index and Sid, with line and column where it has them."""
        position = self.position
        return str(self.ref) if position is None else f"{self.ref}, line {position.line}, column {position.column}"

    def lines(self) -> Iterator[str]:
        """What fails, what is not settled, and in one line what holds."""
        for element in (*self.failing, *self.unsettled):
            yield str(element)
        holding = [element for element in self.elements if element.truth is True and element.element != "Effect"]
        if self.truth is True:
            yield from (str(element) for element in holding if element.element in _TOLD_WHERE_ALL_HOLDS)
        elif holding:
            yield f"holds: {', '.join(element.name for element in holding)}"


_TOLD_WHERE_ALL_HOLDS = ("Principal", "NotPrincipal", "Condition")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a decision is as it is, statement by statement, in the order of the document.

    `usable` tells whether KMS accepts the action from this caller at all, whatever policies say.
    `document` is not None where a leniently loaded document cannot be trusted as a whole, so that
    it might say anything besides. `determining` are the statements that decide, or that may where
    the outcome is conditional.
    """

    action: str
    outcome: Outcome
    principal: Principal
    key: KeyMetadata
    usable: ElementExplanation
    document: Unknown | None
    statements: tuple[StatementExplanation, ...]
    determining: tuple[StatementRef, ...]

    @property
    def deciding(self) -> tuple[StatementExplanation, ...]:
        """The statements that decide, or that may where the outcome is conditional."""
        return tuple(statement for statement in self.statements if statement.ref in self.determining)

    @property
    def closest(self) -> StatementExplanation | None:
        """The Allow that nearly applies, where no Allow does and the action is usable.

        It has the fewest failing elements, and of those the latest; then one that is a recognised
        near miss comes first, and then document order decides.
        """
        if self.outcome is not Outcome.IMPLICIT_DENY or self.usable.truth is False:
            return None
        allows = [statement for statement in self.statements if statement.effect != "Deny"]
        return min(allows, key=_distance, default=None)

    @property
    def first_failure(self) -> ElementExplanation | None:
        """The first element of the closest statement that does not hold."""
        closest = self.closest
        return None if closest is None else next(iter(closest.failing), None)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The explanation as lines below a headline, indented by two blanks a level."""
        return tuple(self._reasons())

    def _reasons(self) -> Iterator[str]:
        if self.outcome is Outcome.IMPLICIT_DENY:
            yield from self._why_nothing_allows()
            return
        for statement in self.deciding:
            yield f"{_VERBS[statement.truth is True, statement.effect]} {statement.place}"
            yield from _indented(statement.lines())
        settled = self.outcome is not Outcome.CONDITIONAL
        if settled and not any(statement.truth is True for statement in self.deciding):
            yield "none of them applies to every request, but together they do"
        if self.usable.truth is not True:
            yield str(self.usable)
        if self.document is not None:
            yield _DOUBTFUL_DOCUMENT

    def _why_nothing_allows(self) -> Iterator[str]:
        closest = self.closest
        if self.usable.truth is False:
            yield f"no statement is at fault: {self.usable.reason} [{self.usable.rule}]"
        elif closest is None:
            yield "no statement allows it, and the policy has no Allow"
        else:
            yield f"no statement allows it; the closest is {closest.place}"
            yield from _indented(closest.lines())
            if not closest.failing:
                yield "its conditions exclude each other, or a Deny applies wherever it does"

    def __str__(self) -> str:
        headline = f"{self.outcome.value}  {self.action} for {self.principal} on {self.key.arn}"
        return "\n".join((headline, *_indented(self.reasons)))


_DOUBTFUL_DOCUMENT = "the document as a whole cannot be trusted, so it might say anything [S-008]"


def _distance(statement: StatementExplanation) -> tuple[int, int, bool, int]:
    failing = statement.failing
    first = statement.elements.index(failing[0]) if failing else len(statement.elements)
    is_near_miss = any(element.near_miss for element in failing)
    return len(failing), -first, not is_near_miss, statement.ref.index


_VERBS = {
    (True, "Allow"): "allowed by",
    (True, "Deny"): "denied by",
    (False, "Allow"): "may be allowed by",
    (False, "Deny"): "may be denied by",
    (False, None): "may be allowed or denied by",
}


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
