"""Remarks on an answer: what it does not show by itself, each under a stable code and its rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keypolicy.evaluation.applications import Application
from keypolicy.evaluation.bound_policy import BoundPolicy
from keypolicy.evaluation.request import Request
from keypolicy.evaluation.usability import is_foreign, usable_bits
from keypolicy.matching.principal_elements import element_values
from keypolicy.matching.principals import MatchKind, PrincipalKind

__all__ = ["Note", "notes_on"]


@dataclass(frozen=True, slots=True)
class Note:
    """One remark; `rule` is the rule of the semantics that it follows from."""

    code: str
    message: str
    rule: str


def notes_on(
    bound: BoundPolicy,
    request: Request,
    action: str,
    bit: int,
    parts: tuple[Application, ...],
    *,
    is_over_budget: bool = False,
) -> Iterator[Note]:
    """The remarks on the answer for one action, to which the statements in `parts` possibly apply.

    `is_over_budget` says that it stays open because not every combination of unknown keys was tried.
    """
    principal, key = request.principal, bound.key
    allows = [part for part in parts if not part.denies]
    if principal.partition not in (None, key.partition):
        message = f"{principal} is in partition {principal.partition}, the key in {key.partition}; none reaches across"
        yield Note("other-partition", message, "S-068")
    elif principal.kind is PrincipalKind.ANONYMOUS:
        yield Note("anonymous", "KMS takes signed requests only, so no anonymous caller uses a key", "S-320")
    elif is_foreign(principal, key) and key.manager == "AWS":
        message = "the key is AWS managed: its policy cannot be edited, and no other account can use it"
        yield Note("aws-managed-key", message, "S-346")
    elif not usable_bits(principal, key, bound.universe)[1] & bit:
        message = f"KMS does not accept {action} from another account, whatever the policies say"
        yield Note("not-usable-across-accounts", message, "S-281")
    if is_over_budget:
        message = "more combinations of unknown condition keys matter than are tried; state more of the context"
        yield Note("over-budget", message, "S-362")
    if not allows:
        message = "a second key policy, AWS_RAM, exists where AWS RAM shares the key; it was not looked at"
        yield Note("ram-policy-not-supplied", message, "S-039")
    has_path = principal.kind is not PrincipalKind.ROLE_SESSION or principal.role_arn is not None
    if not has_path and any(MatchKind.ROLE in part.kinds for part in parts):
        message = "a session ARN carries no path: the role was matched by its name, which is unique in the account"
        yield Note("path-not-verified", message, "S-060")
    if principal.kind is PrincipalKind.ACCOUNT:
        yield from _denied_members(bound, str(principal.account_id), bit, parts)


def _denied_members(bound: BoundPolicy, account: str, bit: int, parts: tuple[Application, ...]) -> Iterator[Note]:
    """Denies of single principals leave what the account is given intact, but are worth telling (S-052)."""
    told = {part.ref for part in parts}
    for rule in bound.rules:
        if not rule.denies or not rule.possible & bit or rule.ref in told:
            continue
        values = (value for _, value in element_values(rule.principal))
        named = [value for value in values if f":{account}:" in value and not value.endswith(":root")]
        if named:
            message = f"{rule.ref} denies {', '.join(named)}, principals of the account, but not the account itself"
            yield Note("deny-names-principal-of-account", message, "S-052")
