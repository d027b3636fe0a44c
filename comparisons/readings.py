"""Parts of a question answered by themselves, and questions rewritten with what a part is taken to mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from comparisons.answers import EXPLICIT, IMPLICIT, OPEN, answer
from comparisons.question import Question

__all__ = [
    "IN_DOUBT",
    "NOTHING",
    "NO_RESOURCE",
    "Condition",
    "Truth",
    "applies",
    "base_of",
    "conditions",
    "holds",
    "made_plain",
    "with_conditions_read",
    "with_values_read",
    "without_statement",
]

#: An ARN that is the key's in no reading.
NO_RESOURCE: Final = "arn:aws:kms:us-east-1:111111111111:key/none"

IN_DOUBT: Final = "in doubt"
Truth = Literal[True, False, "in doubt"]

#: A statement about another key, for a document that has to have one.
NOTHING: Final = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": NO_RESOURCE}

#: A condition of which AWS does not say whether it holds, nor is one answer the likely one (S-028).
_DOUBTFUL: Final[dict[str, dict[str, list[str]]]] = {"StringNotEquals": {"aws:RequestedRegion": []}}


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator on one key, with its values as a list."""

    operator: str
    key: str
    values: tuple[str, ...]

    @property
    def block(self) -> dict[str, Any]:
        """The Condition block that has it alone."""
        return {self.operator: {self.key: list(self.values)}}


def base_of(operator: str) -> str:
    """The operator without its set operator and without IfExists, in lower case."""
    return operator.lower().rpartition(":")[2].removesuffix("ifexists")


def conditions(statement: dict[str, Any]) -> Iterator[Condition]:
    """Every condition of a statement."""
    for operator, keys in statement.get("Condition", {}).items():
        for key, value in keys.items():
            yield Condition(operator, key, tuple(value) if isinstance(value, list) else (value,))


def applies(question: Question, statement: dict[str, Any]) -> Truth:
    """Whether a statement, taken as a Deny, applies to the request; in doubt where AWS is silent."""
    allow: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}
    if question.caller.kind == "service":
        allow["Principal"] = {"Service": question.caller.name}
    document = {**question.document, "Statement": [{**statement, "Effect": "Deny"}, allow]}
    alone = answer(replace(question, document=document))
    # A caller who can be given nothing is denied anyhow, and a Deny in doubt shows only in what may determine that.
    in_doubt = alone.word == OPEN or (alone.word == IMPLICIT and bool(alone.decision.may_determine))
    return IN_DOUBT if in_doubt else alone.word == EXPLICIT


def holds(question: Question, condition: Condition) -> Truth:
    """Whether a condition holds for the request, in the same sense."""
    return applies(question, {"Principal": "*", "Action": "*", "Resource": "*", "Condition": condition.block})


def with_conditions_read(question: Question, read: Callable[[Condition], Truth | Condition | None]) -> Question:
    """The question with each condition left out that is read as true, and each statement that has one read as false.

    One that is in doubt gives place to another in doubt, one read as a condition to that. One read as None stays as it
    is; with none read otherwise the question is the same object.
    """
    statements, changed = [], False
    for statement in question.statements:
        found = [(each, read(each)) for each in conditions(statement)]
        truths = [truth for _, truth in found]
        changed = changed or any(truth is not None for truth in truths)
        if False in truths:
            continue
        if any(truth is not None for truth in truths):
            kept = [truth or each for each, truth in found if truth is None or isinstance(truth, Condition)]
            statements.append(_with_conditions(statement, kept, in_doubt=IN_DOUBT in truths))
        else:
            statements.append(statement)
    return _with(question, statements) if changed else question


def made_plain(question: Question, statement: dict[str, Any]) -> dict[str, Any] | None:
    """A statement of one ordinary action that applies to everyone if this one applies to the request, else None."""
    found = applies(question, statement)
    if found is False:
        return None
    plain = {"Effect": statement["Effect"], "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}
    return {**plain, "Condition": _DOUBTFUL} if found == IN_DOUBT else plain


def with_values_read(question: Question, elements: tuple[str, ...], read: Callable[[str], str]) -> Question:
    """The question with each text in these elements of its statements replaced; the same object if none changes."""
    statements = [
        {name: _replaced(value, read) if name in elements else value for name, value in statement.items()}
        for statement in question.statements
    ]
    return question if statements == question.statements else _with(question, statements)


def without_statement(question: Question, unwanted: Callable[[dict[str, Any]], bool]) -> Question:
    """The question without some of its statements; the same object if it has none of them."""
    kept = [each for each in question.statements if not unwanted(each)]
    return question if len(kept) == len(question.statements) else _with(question, kept)


def _replaced(value: Any, read: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return read(value)
    if isinstance(value, list):
        return [_replaced(each, read) for each in value]
    return {name: _replaced(each, read) for name, each in value.items()}


def _with_conditions(statement: dict[str, Any], kept: list[Condition], *, in_doubt: bool) -> dict[str, Any]:
    block: dict[str, Any] = {}
    for each in kept:
        block.setdefault(each.operator, {})[each.key] = list(each.values)
    if in_doubt:
        for operator, keys in _DOUBTFUL.items():
            block.setdefault(operator, {}).update(keys)
    rest = {name: value for name, value in statement.items() if name != "Condition"}
    return {**rest, "Condition": block} if block else rest


def _with(question: Question, statements: list[dict[str, Any]]) -> Question:
    return replace(question, document={**question.document, "Statement": statements or [NOTHING]})
