"""The decision: one fold over the rules that concern a principal, for every action at once (S-354).

Each statement contributes the actions to which it certainly applies and those to which it possibly
does, so that unknown facts and undocumented points are carried, never guessed:

    explicitDeny   a Deny certainly applies
    allowed        an Allow certainly applies, no Deny possibly does, and the action is usable
    implicitDeny   no Allow possibly applies
    open           everything else: the worlds decide, or the answer is conditional
"""

from __future__ import annotations

from typing import NamedTuple, cast

from keypolicy.evaluation.bound_policy import BoundPolicy, Concerned
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.rules import Rule
from keypolicy.evaluation.usability import usable_bits
from keypolicy.matching.truth import Truth

__all__ = ["Concerning", "Verdicts", "concerning", "fold"]


_WORK_OF_RESOURCE = 20
_LENGTH_OF_STATEMENT = 4  # the characters of a resource that cost as much as a statement


class Verdicts(NamedTuple):
    """Bit sets of the actions that are certainly and possibly allowed, certainly and possibly denied."""

    allow: int
    allow_maybe: int
    deny: int
    deny_maybe: int


class Concerning(NamedTuple):
    """What of a policy concerns one principal.

    `plain` is what the statements without conditions contribute; `rules` are the others, each with
    whether it concerns the principal. `concerned` are all of them. `usable` and `possibly_usable`
    are the actions that the principal can use at all.
    """

    plain: Verdicts
    rules: list[tuple[Rule, Truth]]
    concerned: list[Concerned]
    usable: int
    possibly_usable: int

    @property
    def work(self) -> int:
        """What one fold costs, in statements; a resource with policy variables costs more the longer it is."""
        lengths = [rule.resource_length for rule, _ in self.rules if rule.reads_resource]
        return len(self.rules) + _WORK_OF_RESOURCE * len(lengths) + sum(lengths) // _LENGTH_OF_STATEMENT

    def about(self, bits: int) -> Concerning:
        """The same without the rules that cannot apply to any of the actions with these bits."""
        return self._replace(rules=[each for each in self.rules if each[0].possible & bits])


def concerning(bound: BoundPolicy, request: Request) -> Concerning:
    """What of the policy concerns the principal that asks; remembered for the last one."""
    asked = bound.asked
    if asked is not None and asked[0] is request.principal:
        return cast("Concerning", asked[1])
    found = _concerning(bound, request)
    bound.asked = request.principal, found
    return found


def _concerning(bound: BoundPolicy, request: Request) -> Concerning:
    allow = allow_maybe = deny = deny_maybe = 0
    rules: list[tuple[Rule, Truth]] = []
    concerned = bound.concerned(request.principal)
    for rule, truth, _ in concerned:
        if truth is not True or not rule.is_plain:
            rules.append((rule, truth))
        elif rule.denies:
            deny |= rule.certain
            deny_maybe |= rule.possible
        else:
            allow |= rule.certain
            allow_maybe |= rule.possible
    usable, possibly_usable = usable_bits(request.principal, bound.key, bound.universe)
    return Concerning(Verdicts(allow, allow_maybe, deny, deny_maybe), rules, concerned, usable, possibly_usable)


def fold(what: Concerning, request: Request) -> Verdicts:
    """The verdicts of the statements that concern the principal, put together."""
    plain, rules, _, usable, possibly_usable = what
    allow, allow_maybe, deny, deny_maybe = plain
    for rule, concerns in rules:
        certain, possible = rule.masks(request)
        if concerns is not True:
            certain = 0
        if rule.denies:
            deny |= certain
            deny_maybe |= possible
        else:
            allow |= certain
            allow_maybe |= possible
    # The constructor of a NamedTuple is Python code, and costs as much as looking at a statement.
    return tuple.__new__(Verdicts, (allow & usable, allow_maybe & possibly_usable, deny, deny_maybe))
