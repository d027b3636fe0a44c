"""The decision: one fold over the rules that concern a principal, for every action at once (S-354).

Each statement contributes the actions to which it certainly applies and those to which it possibly
does, so that unknown facts and undocumented points are carried, never guessed:

    explicitDeny   a Deny certainly applies
    allowed        an Allow certainly applies, no Deny possibly does, and the action is usable
    implicitDeny   no Allow possibly applies
    conditional    everything else
"""

from __future__ import annotations

from collections.abc import Iterable

from keypolicy.document.key import KeyMetadata
from keypolicy.document.model import KeyPolicy
from keypolicy.evaluation.access import Access, Verdicts
from keypolicy.evaluation.action_elements import CATALOGUE, universe_with
from keypolicy.evaluation.applications import doubtful_rules
from keypolicy.evaluation.bound_policy import BoundPolicy, BoundRule, bind
from keypolicy.evaluation.decision import Decision
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.usability import usable_bits
from keypolicy.matching.context import RequestContext
from keypolicy.matching.principals import Principal
from keypolicy.matching.truth import READINGS, ReadingName, Truth

__all__ = ["access", "evaluate"]

NOTHING_STATED = RequestContext()


def access(
    policy: KeyPolicy,
    principal: Principal | str,
    *,
    key: KeyMetadata | str,
    context: RequestContext = NOTHING_STATED,
    reading: ReadingName = "safest",
    newer_actions: Iterable[str] = (),
) -> Access:
    """What the key policy's side decides for every KMS action at once.

    This is the first of the two questions (S-003): it says nothing about IAM policies, service
    control policies, grants and the other documents around the key. `principal` and `key` may be
    texts that `Principal.parse` and `KeyMetadata.parse` read. `newer_actions` are action names that
    the catalogue does not know yet. `reading="likely"` takes the likely answer where AWS is silent.

    Raises PrincipalError, ArnError, ContextError or UnknownNameError where a question cannot be asked.
    """
    caller = Principal.parse(principal) if isinstance(principal, str) else principal
    metadata = KeyMetadata.parse(key) if isinstance(key, str) else key
    universe = universe_with(newer_actions) if newer_actions else CATALOGUE
    bound = bind(policy, metadata, READINGS[reading], universe)
    request = Request(caller, metadata, context, bound.reading)
    return Access(policy, bound, request, _verdicts(bound, request))


def evaluate(
    policy: KeyPolicy,
    principal: Principal | str,
    action: str,
    *,
    key: KeyMetadata | str,
    context: RequestContext = NOTHING_STATED,
    reading: ReadingName = "safest",
    newer_actions: Iterable[str] = (),
) -> Decision:
    """What the key policy's side decides for one action: as `access`, and UnknownNameError for no action of KMS."""
    return access(policy, principal, key=key, context=context, reading=reading, newer_actions=newer_actions)[action]


def _verdicts(bound: BoundPolicy, request: Request) -> Verdicts:
    allow = allow_maybe = deny = deny_maybe = 0
    principal = request.principal
    one_by_one: list[tuple[BoundRule, Truth]] = []
    for probe, _ in principal.certain_probes:
        bucket = bound.buckets.get(probe) or bound.bucket(probe)
        if bucket is not None:
            allow |= bucket.allow
            allow_maybe |= bucket.allow_maybe
            deny |= bucket.deny
            deny_maybe |= bucket.deny_maybe
            one_by_one += bucket.rules
    if principal.doubtful_probes or bound.has_complements:
        one_by_one += ((rule, truth) for rule, truth, _ in doubtful_rules(bound, request) if truth is not False)
    for rule, concerns in one_by_one:
        certain, possible = rule.masks(request)
        if concerns is not True:
            certain = 0
        if rule.denies:
            deny |= certain
            deny_maybe |= possible
        else:
            allow |= certain
            allow_maybe |= possible
    usable, possibly_usable = usable_bits(principal, bound.key, bound.universe)
    return Verdicts(allow & usable, allow_maybe & possibly_usable, deny, deny_maybe)
