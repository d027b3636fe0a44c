"""What the principal and the key tell about condition keys, without being stated (S-220, S-236)."""

from __future__ import annotations

from collections.abc import Callable

from keypolicy.document.key import KeyMetadata
from keypolicy.errors import ContextError
from keypolicy.matching.context import RequestContext
from keypolicy.matching.key_states import AnyOf, AtLeast, KeyState, Like, Presence, Present
from keypolicy.matching.memory import remembered
from keypolicy.matching.partial_values import can_be
from keypolicy.matching.principals import Principal, PrincipalKind

__all__ = ["derived_state", "is_derived", "refuse_contradictions"]

Derivation = Callable[[Principal, KeyMetadata], KeyState]

_ROLE_KINDS = (PrincipalKind.ROLE, PrincipalKind.ROLE_SESSION)
_PRINCIPAL_TYPES = {
    PrincipalKind.ROOT_USER: "Account",
    PrincipalKind.USER: "User",
    PrincipalKind.ROLE: "AssumedRole",
    PrincipalKind.ROLE_SESSION: "AssumedRole",
    PrincipalKind.FEDERATED_USER: "FederatedUser",
    PrincipalKind.ANONYMOUS: "Anonymous",
}


def _stated(text: str | None) -> KeyState:
    return Presence.UNKNOWN if text is None else Present((text,))


def _principal_arn(principal: Principal, key: KeyMetadata) -> KeyState:
    """The role ARN of a session, never the session ARN (S-220); partly known for some callers (S-236, S-358)."""
    if principal.kind is PrincipalKind.ANONYMOUS:
        return Presence.ABSENT
    start = f"arn:{principal.partition or key.partition}"
    if principal.kind is PrincipalKind.ACCOUNT:
        return Like(f"{start}:iam::{principal.account_id}:*", f"{start}:sts::{principal.account_id}:*")
    if principal.kind is PrincipalKind.ROLE_SESSION and principal.role_arn is None:
        role = f"{start}:iam::{principal.account_id}:role"
        return Like(f"{role}/{principal.name}", f"{role}/*/{principal.name}")
    return _stated(principal.role_arn if principal.kind in _ROLE_KINDS else principal.arn)


def _principal_account(principal: Principal, key: KeyMetadata) -> KeyState:
    if principal.kind is PrincipalKind.ANONYMOUS:
        return Present(("anonymous",))
    return _stated(principal.account_id)


def _caller_account(principal: Principal, key: KeyMetadata) -> KeyState:
    """For service principals AWS states no value (S-208)."""
    return _stated(principal.account_id)


def _principal_type(principal: Principal, key: KeyMetadata) -> KeyState:
    if principal.kind is PrincipalKind.ACCOUNT:
        return AnyOf("Account", "AssumedRole", "FederatedUser", "User")
    return _stated(_PRINCIPAL_TYPES.get(principal.kind))


def _is_aws_service(principal: Principal, key: KeyMetadata) -> KeyState:
    return Present(("true" if principal.kind is PrincipalKind.SERVICE else "false",))


def _username(principal: Principal, key: KeyMetadata) -> KeyState:
    if principal.kind is PrincipalKind.ACCOUNT:
        return Presence.UNKNOWN
    return _stated(principal.name) if principal.kind is PrincipalKind.USER else Presence.ABSENT


def _userid(principal: Principal, key: KeyMetadata) -> KeyState:
    """A unique id, behind which stands the session's name; as far as it is known (S-220, S-357)."""
    kind = principal.kind
    if kind is PrincipalKind.ROOT_USER:
        return _stated(principal.account_id)
    if kind is PrincipalKind.USER and principal.unique_id is not None:
        return Present((principal.unique_id,))
    if kind is PrincipalKind.FEDERATED_USER:
        return Present((f"{principal.account_id}:{str(principal.arn).partition('/')[2]}",))
    if kind is PrincipalKind.ROLE and principal.unique_id is not None:
        return Like(f"{principal.unique_id}:*")
    if kind is PrincipalKind.ROLE_SESSION and principal.unique_id is not None:
        return Present((f"{principal.unique_id}:{str(principal.arn).rpartition('/')[2]}",))
    no_identity = kind in (PrincipalKind.SERVICE, PrincipalKind.ANONYMOUS)
    return Presence.ABSENT if no_identity else Presence.PRESENT


def _always(principal: Principal, key: KeyMetadata) -> KeyState:
    """Every request carries the key, with a value that nothing tells (S-221)."""
    return Presence.PRESENT


def _service_name(principal: Principal, key: KeyMetadata) -> KeyState:
    return _stated(principal.name) if principal.kind is PrincipalKind.SERVICE else Presence.ABSENT


def _service_names(principal: Principal, key: KeyMetadata) -> KeyState:
    """The list holds the service's name, and may hold others (S-236)."""
    return AtLeast(str(principal.name)) if principal.kind is PrincipalKind.SERVICE else Presence.ABSENT


def _only_for_services(principal: Principal, key: KeyMetadata) -> KeyState:
    return Presence.UNKNOWN if principal.kind is PrincipalKind.SERVICE else Presence.ABSENT


def _not_for_services(principal: Principal, key: KeyMetadata) -> KeyState:
    """Keys that describe an IAM identity: neither services nor anonymous callers carry them."""
    is_identity = principal.kind not in (PrincipalKind.SERVICE, PrincipalKind.ANONYMOUS)
    return Presence.UNKNOWN if is_identity else Presence.ABSENT


def _principal_tag(principal: Principal, key: KeyMetadata) -> KeyState:
    if principal.kind is PrincipalKind.ROOT_USER:
        return Presence.ABSENT
    return _not_for_services(principal, key)


def _via_aws_service(principal: Principal, key: KeyMetadata) -> KeyState:
    """Service-linked roles make no forward-access calls (S-227)."""
    return Present(("false",)) if principal.is_service_linked else Presence.UNKNOWN


def _called_via(principal: Principal, key: KeyMetadata) -> KeyState:
    return Presence.ABSENT if principal.is_service_linked else _not_for_services(principal, key)


def _multi_region_key_type(principal: Principal, key: KeyMetadata) -> KeyState:
    """A multi-Region key is one or the other (S-364)."""
    if not key.multi_region:
        return Presence.ABSENT
    known = key.multi_region_key_type
    return AnyOf("PRIMARY", "REPLICA") if known is None else Present((known,))


_DERIVATIONS: dict[str, Derivation] = {
    "aws:principalarn": _principal_arn,
    "aws:principalaccount": _principal_account,
    "kms:calleraccount": _caller_account,
    "aws:principaltype": _principal_type,
    "aws:principalisawsservice": _is_aws_service,
    "aws:username": _username,
    "aws:userid": _userid,
    "aws:principalservicename": _service_name,
    "aws:principalservicenameslist": _service_names,
    "aws:sourceaccount": _only_for_services,
    "aws:sourcearn": _only_for_services,
    "aws:sourceorgid": _only_for_services,
    "aws:sourceorgpaths": _only_for_services,
    "aws:principalorgid": _not_for_services,
    "aws:principalorgpaths": _not_for_services,
    "aws:viaawsservice": _via_aws_service,
    "aws:calledvia": _called_via,
    "aws:calledviafirst": _called_via,
    "aws:calledvialast": _called_via,
    "aws:currenttime": _always,
    "aws:epochtime": _always,
    "aws:securetransport": _always,
    "aws:resourceaccount": lambda _, key: Present((key.account,)),
    "aws:requestedregion": lambda _, key: Present((key.region,)),
    "kms:multiregion": lambda _, key: Present(("true" if key.multi_region else "false",)),
    "kms:multiregionkeytype": _multi_region_key_type,
    "kms:keyspec": lambda _, key: _stated(key.spec),
    "kms:customermasterkeyspec": lambda _, key: _stated(key.spec),
    "kms:keyusage": lambda _, key: _stated(key.usage),
    "kms:customermasterkeyusage": lambda _, key: _stated(key.usage),
    "kms:keyorigin": lambda _, key: _stated(key.origin),
}
_FAMILIES: dict[str, Derivation] = {"aws:principaltag/": _principal_tag}


@remembered(4096)
def _derivation(folded_key: str) -> Derivation | None:
    found = _DERIVATIONS.get(folded_key)
    if found is not None:
        return found
    return next((derive for prefix, derive in _FAMILIES.items() if folded_key.startswith(prefix)), None)


def derived_state(folded_key: str, principal: Principal, key: KeyMetadata) -> KeyState:
    """What the principal and the key tell about a condition key in lower case; unknown where they tell nothing."""
    derive = _derivation(folded_key)
    return Presence.UNKNOWN if derive is None else derive(principal, key)


def is_derived(folded_key: str) -> bool:
    """Whether the principal or the key may tell about a condition key in lower case."""
    return _derivation(folded_key) is not None


def refuse_contradictions(context: RequestContext, principal: Principal, key: KeyMetadata) -> None:
    """Raise ContextError where the context states what this principal or key cannot have (S-351)."""
    if context.derivable is None:
        context.derivable = tuple(folded_key for folded_key in context.states if _derivation(folded_key) is not None)
    for folded_key in context.derivable:
        state, derived = context.states[folded_key], derived_state(folded_key, principal, key)
        # A key of which AWS says that it is always there may be stated absent: that is the caller's to know.
        if derived is not Presence.PRESENT and not can_be(derived, state):
            raise ContextError(
                f"the context states {folded_key}, which for {principal} on {key.arn} is {_shown(derived)}",
                code="contradictory-context",
            )


def _shown(state: KeyState) -> str:
    if isinstance(state, Presence):
        return state.value
    return state.values[0] if isinstance(state, Present) else str(state)
