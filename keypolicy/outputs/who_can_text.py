"""Who has access, as text for people; its wording is no interface."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce
from operator import or_

from keypolicy.analysis.who_can import HeldActions, Holder, WhoCan
from keypolicy.catalogue.actions import ActionSet, key_policy_bits
from keypolicy.document.model import KeyPolicy
from keypolicy.evaluation.evaluate import NOTHING_STATED
from keypolicy.evaluation.outcome import Outcome
from keypolicy.evaluation.rules import StatementRef
from keypolicy.matching.context import RequestContext
from keypolicy.outputs.text import ANSWERED, joined, key_hints, stated

__all__ = ["who_can_text"]

_WIDTH = 120
_INDENT = "  "
_MOST_LEFT_OUT = 8


def who_can_text(
    result: WhoCan, policy: KeyPolicy, *, context: RequestContext = NOTHING_STATED, colours: bool = False
) -> str:
    """A paragraph for each principal that the policy names, one for anyone else, and what the list cannot show.

    `context` is what was stated, of which misspelt keys are told.
    """
    lines = [f"who can use {result.key.arn}", f"{_INDENT}{ANSWERED}", f"{_INDENT}asked: {_actions(result.actions)}", ""]
    for holder in result.named:
        lines += [*_holder_lines(holder), ""]
    lines += [*_anyone_lines(result), ""]
    lines += [
        f"names nobody: {nobody.value} ({nobody.place}) in {_list(nobody.statements)}: {nobody.reason} [{nobody.rule}]"
        for nobody in result.nobody
    ]
    lines += key_hints([context])
    lines += [f"note: {note.message} [{note.rule}]" for note in result.notes]
    lines += [f"problem: {problem}" for problem in policy.problems]
    return joined(lines, colours=colours)


def _holder_lines(holder: Holder) -> Iterator[str]:
    named = holder.named
    yield named.title
    by_condition = ", and by condition" if named.conditions and named.written else " by condition"
    yield f"{_INDENT}named in {_list(named.statements)}{by_condition if named.conditions else ''}"
    context = stated(holder.context)
    yield f"{_INDENT}asked: {named.asked}"
    if context:
        yield f"{_INDENT}assumed: {', '.join(context)}"
    yield from _holdings(holder)


def _anyone_lines(result: WhoCan) -> Iterator[str]:
    yield "anyone else"
    if result.for_everyone:
        excepted = f", excepting {', '.join(result.excepted)}" if result.excepted else ""
        yield f"{_INDENT}concerned by {_list(result.for_everyone)}{excepted}"
    for holder in result.anyone:
        yield f"{_INDENT}{holder.named.name}"
        yield f"{_INDENT * 2}asked: {holder.named.asked}"
        yield from (f"{_INDENT}{line}" for line in _holdings(holder))


def _holdings(holder: Holder) -> Iterator[str]:
    if not holder.groups:
        yield f"{_INDENT}holds nothing"
    for groups in _alike(holder.groups):
        actions = reduce(or_, (group.actions for group in groups))
        text = f"{groups[0].outcome.value}  {_actions(actions)}"
        yield from textwrap.wrap(
            text, _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT * 3, break_long_words=False
        )
        yield f"{_INDENT * 3}{_why(groups[0], _numbers(groups))}"
    if holder.restricted_by:
        yield f"{_INDENT}restricted by {_list(holder.restricted_by)}"


def _alike(groups: tuple[HeldActions, ...]) -> list[list[HeldActions]]:
    """The groups that differ by their statements alone together: what several statements give alike is told once."""
    found: dict[HeldActions, list[HeldActions]] = {}
    for group in groups:
        found.setdefault(replace(group, actions=ActionSet.none(), statements=()), []).append(group)
    return list(found.values())


def _why(group: HeldActions, where: str) -> str:
    if group.outcome is Outcome.EXPLICIT_DENY:
        return f"by {where}"
    if group.outcome is Outcome.IMPLICIT_DENY:
        return f"{where} would allow it, in vain"
    how = f"{'delegated to IAM policies' if group.delegates_to_iam else 'direct'}, by {where}"
    if group.outcome is Outcome.ALLOWED:
        return how
    silent = f"; not documented by AWS: {', '.join(group.undocumented)}" if group.undocumented else ""
    return f"{how}; depends on {group.residual}{silent}"


def _actions(actions: ActionSet) -> str:
    everything = ActionSet.from_bits(key_policy_bits())
    left_out = everything - actions
    if not left_out:
        return f"every action that a key policy can give ({len(actions)})"
    if len(left_out) <= _MOST_LEFT_OUT:
        return f"every action that a key policy can give but {', '.join(left_out)} ({len(actions)})"
    return ", ".join(actions.to_patterns())


def _numbers(groups: list[HeldActions]) -> str:
    indexes = sorted({ref.index for group in groups for ref in group.statements})
    if not indexes:
        return _WHOLE_DOCUMENT
    return f"statement{'s' if len(indexes) > 1 else ''} {', '.join(map(str, indexes))}"


def _list(refs: Iterable[StatementRef]) -> str:
    return ", ".join(map(str, refs))


#: What decides where no statement does, in a leniently loaded document that might say anything (S-008).
_WHOLE_DOCUMENT = "the document as a whole"
