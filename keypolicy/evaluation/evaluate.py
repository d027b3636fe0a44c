"""The question that the key policy's side answers, and its entrance for all actions and for one (S-003)."""

from __future__ import annotations

from collections.abc import Iterable

from keypolicy.document.key import KeyMetadata
from keypolicy.document.model import KeyPolicy
from keypolicy.evaluation.access import Access
from keypolicy.evaluation.action_elements import CATALOGUE, universe_with
from keypolicy.evaluation.bound_policy import bind
from keypolicy.evaluation.decision import Decision
from keypolicy.evaluation.request import Request
from keypolicy.matching.context import RequestContext
from keypolicy.matching.principals import Principal
from keypolicy.matching.truth import READINGS, ReadingName

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
    return Access(policy, bound, Request(caller, metadata, context, bound.reading))


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
