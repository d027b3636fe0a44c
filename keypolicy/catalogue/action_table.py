"""The actions of KMS, one by one: what is known of each, and how a name finds its action."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from keypolicy.catalogue.other_services import is_action_of_another_service
from keypolicy.catalogue.records import table
from keypolicy.errors import UnknownNameError

__all__ = [
    "Action",
    "action_named",
    "actions",
    "all_bits",
    "bit_of",
    "cross_account_bits",
    "is_known_to_be_none",
    "key_policy_bits",
    "unknown_action",
]

PREFIX = "kms:"

_LONGEST_SUGGESTED = 100
_SIMILAR = 0.75

_NO_ACTIONS = {
    "kms:reencrypt": (
        (
            "kms:ReEncrypt is an API operation and no permission: it needs kms:ReEncryptFrom on the source key "
            "and kms:ReEncryptTo on the destination key"
        ),
        ("kms:ReEncryptFrom", "kms:ReEncryptTo"),
    ),
    "kms:listgrant": ("KMS has no action kms:ListGrant; the action is kms:ListGrants", ("kms:ListGrants",)),
    "kms:generatedatakeys": (
        "KMS has no action kms:GenerateDataKeys; the action is kms:GenerateDataKey",
        ("kms:GenerateDataKey",),
    ),
    "kms:getkeyrotation": (
        "KMS has no action kms:GetKeyRotation; the action is kms:GetKeyRotationStatus",
        ("kms:GetKeyRotationStatus",),
    ),
}
"""Names that stand in published policies and are no actions (S-108, S-112)."""


@dataclass(frozen=True, slots=True)
class Action:
    """One IAM action of KMS (S-280).

    `bit` is its position in the sets of bits of this version of the catalogue, `mask` the set that
    holds this action alone. `cross_account`
    is None where no key is involved or the sources give no yes or no; `grantable_in_key_policy`
    is None for a permission that no documented policy grants; `api_operation` is None for one
    that no caller of the API uses.
    """

    name: str
    bit: int
    access_level: str
    resource_types: tuple[str, ...]
    cross_account: bool | None
    grantable_in_key_policy: bool | None
    grant_operation: bool
    cryptographic: bool
    key_usages: tuple[str, ...]
    api_operation: str | None
    mask: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out the mask, which every answer reads."""
        object.__setattr__(self, "mask", 1 << self.bit)


@cache
def actions() -> tuple[Action, ...]:
    """Every catalogued action, sorted by name; each stands at the position of its bit."""
    return tuple(
        Action(
            name=record["name"],
            bit=bit,
            access_level=record["access_level"],
            resource_types=tuple(record["resource_types"]),
            cross_account=record["cross_account"],
            grantable_in_key_policy=record["grantable_in_key_policy"],
            grant_operation=record["grant_operation"],
            cryptographic=record["cryptographic"],
            key_usages=tuple(record["key_usages"]),
            api_operation=record["api_operation"],
        )
        for bit, record in enumerate(table("actions.json", "actions"))
    )


@cache
def _by_folded_name() -> dict[str, Action]:
    return {action.name.lower(): action for action in actions()}


def bit_of(name: str) -> int:
    """The set of bits with the action of this name, in any ASCII case (S-101); 0 for any other text."""
    action = _by_folded_name().get(name.lower()) if name.isascii() else None
    return action.mask if action else 0


def action_named(text: str) -> Action:
    """The action of this name, in any ASCII case (S-101).

    Raises UnknownNameError with the nearest names for everything else: a name that KMS does not
    have, one without its prefix, one of another service, a pattern (S-114).
    """
    action = _by_folded_name().get(text.lower()) if text.isascii() else None
    if action is None:
        raise unknown_action(text)
    return action


def is_known_to_be_none(text: str) -> bool:
    """Whether the text is known to be no action, though published policies use it (S-108)."""
    return text.lower() in _NO_ACTIONS


def unknown_action(text: str) -> UnknownNameError:
    """The error that says why the text names no action of KMS, and which names are near it."""
    if explained := _NO_ACTIONS.get(text.lower()):
        message, nearest = explained
    else:
        message, nearest = _complaint(text), _nearest(text)
        if nearest:
            message += f"; near it: {', '.join(nearest)}"
    return UnknownNameError(message, code="unknown-action", name=text, suggestions=nearest)


def _complaint(text: str) -> str:
    shown = repr(text if len(text) <= _LONGEST_SUGGESTED else f"{text[:_LONGEST_SUGGESTED]}...")
    service, colon, _ = text.partition(":")
    if "*" in text or "?" in text:
        return f"{shown} is a pattern and names no single action; name the actions, or use ActionSet.matching"
    if not colon:
        return f"{shown} has no service prefix; the actions of KMS begin with {PREFIX}"
    if f"{service.lower()}:" != PREFIX:
        whose = "an action of another" if is_action_of_another_service(text) else "no action of any known"
        return f"{shown} is {whose} service; the actions of KMS begin with {PREFIX}"
    return f"KMS has no action {shown}"


def _nearest(text: str) -> tuple[str, ...]:
    """The catalogued names nearest to the text, compared without prefix; none for a pattern."""
    if len(text) > _LONGEST_SUGGESTED or "*" in text or "?" in text:
        return ()
    from difflib import get_close_matches

    names = {name.removeprefix(PREFIX): action.name for name, action in _by_folded_name().items()}
    near = get_close_matches(text.rpartition(":")[2].lower(), names, cutoff=_SIMILAR)
    return tuple(names[name] for name in near)


@cache
def all_bits() -> int:
    """Every catalogued action."""
    return (1 << len(actions())) - 1


@cache
def cross_account_bits() -> int:
    """The actions that may be used on a key of another account (S-280, S-281)."""
    return sum(action.mask for action in actions() if action.cross_account)


@cache
def key_policy_bits() -> int:
    """The actions that a key policy can grant (S-110, S-280)."""
    return sum(action.mask for action in actions() if action.grantable_in_key_policy)
