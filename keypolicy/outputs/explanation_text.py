"""Explanations as text for people; its wording is no interface."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from keypolicy.analysis.check import RequiredAction
from keypolicy.document.key import KeyMetadata
from keypolicy.evaluation.together import combined_outcome
from keypolicy.matching.principals import Principal
from keypolicy.outputs.json import asked_about
from keypolicy.outputs.text import about, assumptions, joined, key_hints, stated

__all__ = ["explanations_text"]

_WIDTH = 120
_INDENT = "  "


def explanations_text(
    actions: tuple[RequiredAction, ...], principal: Principal, key: KeyMetadata, *, colours: bool = False
) -> str:
    """Each action with its outcome and why it is so; actions that have one explanation share a paragraph."""
    combined = combined_outcome(required.decision for required in actions).value
    lines = [
        f"{combined}  {principal} on {key.arn}",
        *about(principal, asked_about(principal)),
        *assumptions(actions),
    ]
    for (outcome, assumed, *reasons), names in _paragraphs(actions).items():
        lines += ["", *_heading(outcome, names, assumed)]
        lines += [f"{_INDENT}{reason}" for reason in reasons]
    hints = key_hints(required.context for required in actions)
    return joined([*lines, *(["", *hints] if hints else [])], colours=colours)


def _paragraphs(actions: tuple[RequiredAction, ...]) -> dict[tuple[str, ...], list[str]]:
    """The actions by outcome, by what was assumed for them and not for all, and by the lines of the explanation."""
    found: dict[tuple[str, ...], list[str]] = {}
    common = set.intersection(*(set(stated(required.context)) for required in actions))
    for required in actions:
        assumed = ", ".join(text for text in stated(required.context) if text not in common)
        explanation = required.decision.explain()
        paragraph = (required.outcome.value, assumed, *explanation.reasons)
        found.setdefault(paragraph, []).append(required.action)
    return found


def _heading(outcome: str, names: list[str], assumed: str) -> Iterator[str]:
    given = f" (assumed: {assumed})" if assumed else ""
    text = f"{outcome}  {', '.join(names)}{given}"
    yield from textwrap.wrap(text, _WIDTH, subsequent_indent=_INDENT * 2, break_long_words=False)
