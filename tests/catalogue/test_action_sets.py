"""Sets of actions: how they are made, named, written and shown; their laws are in tests/laws."""

from __future__ import annotations

import pickle

import pytest

from keypolicy.catalogue.actions import ActionSet, actions, all_bits, required_actions
from keypolicy.errors import UnknownNameError

NEWER = ("kms:ImagineKey", "kms:DreamKey", "kms:MelodyKey")
CATALOGUED = tuple(action.name for action in actions())


def test_a_pickle_holds_names() -> None:
    """Bits of one catalogue never reach another: the pickle spells the names."""
    assert b"kms:Decrypt" in pickle.dumps(ActionSet.of("kms:Decrypt"))
    assert b"kms:Decrypt" in pickle.dumps(~ActionSet.of("kms:Decrypt"))


@pytest.mark.parametrize(
    ("names", "patterns"),
    [
        ((), ()),
        (("kms:Decrypt",), ("kms:Decrypt",)),
        (("kms:ReEncryptTo", "kms:ReEncryptFrom", "kms:Encrypt"), ("kms:Encrypt", "kms:ReEncrypt*")),
        (
            (
                "kms:GenerateDataKey",
                "kms:GenerateDataKeyPair",
                "kms:GenerateDataKeyPairWithoutPlaintext",
                "kms:GenerateDataKeyWithoutPlaintext",
            ),
            ("kms:GenerateDataKey*",),
        ),
        (("kms:EnableKey", "kms:DisableKey"), ("kms:DisableKey", "kms:EnableKey")),
        (CATALOGUED, ("kms:*",)),
    ],
)
def test_families_collapse(names: tuple[str, ...], patterns: tuple[str, ...]) -> None:
    """A family is written with one star where every member is there, and by name where one is missing."""
    assert ActionSet.of(*names).to_patterns() == patterns


def test_names_are_listed_in_order_and_spelt_as_in_the_catalogue() -> None:
    """Catalogued names come first, in name order and canonical case; newer ones follow in lower case."""
    actions = ActionSet.of("kms:sign", "KMS:DECRYPT", "kms:ImagineKey", "kms:DreamKey", newer=True)

    assert actions.names() == ("kms:Decrypt", "kms:Sign", "kms:dreamkey", "kms:imaginekey")
    assert list(actions) == list(actions.names())
    assert len(actions) == 4


def test_a_cofinite_set_lists_only_what_can_be_named() -> None:
    """The names and the length of a complement count its catalogued members."""
    rest = ~ActionSet.of("kms:Decrypt", "kms:ImagineKey", newer=True)

    assert len(rest) == len(rest.names()) == 57
    assert "kms:Decrypt" not in rest
    assert "kms:ImagineKey" not in rest
    assert "kms:DreamKey" in rest


def test_only_the_empty_set_is_false() -> None:
    """A set is true as soon as any action is in it, even one that cannot be named."""
    assert not ActionSet.none()
    assert not ActionSet.of()
    assert ActionSet.of("kms:Sign")
    assert ActionSet.of("kms:ImagineKey", newer=True)
    unnamed = ActionSet.all() - ActionSet.from_bits(-1)
    assert unnamed
    assert len(unnamed) == 0


@pytest.mark.parametrize(
    "text", ["s3:GetObject", "Decrypt", "kms:", "kms:*", "kms:Decrypt ", "*", "", "kms:Ünlock", 7, None]
)
def test_what_cannot_name_an_action_is_in_no_set(text: object) -> None:
    """Not even the set of all actions holds a text that is no name of a KMS action."""
    assert text not in ActionSet.all()
    assert text not in ActionSet.none()


def test_bits_beyond_the_catalogue_are_ignored() -> None:
    """-1 is the whole catalogue."""
    assert ActionSet.from_bits(-1).bits == all_bits()
    assert ActionSet.from_bits(1 << 200) == ActionSet.none()


@pytest.mark.parametrize(
    ("actions", "shown"),
    [
        (ActionSet.none(), "<ActionSet empty>"),
        (ActionSet.all(), "ActionSet.all()"),
        (ActionSet.of("kms:Sign", "kms:ReEncryptTo", "kms:ReEncryptFrom"), "<ActionSet kms:ReEncrypt* kms:Sign>"),
        (~ActionSet.of("kms:Sign"), "~<ActionSet kms:Sign>"),
        (ActionSet.of("kms:ImagineKey", newer=True), "<ActionSet kms:imaginekey>"),
    ],
)
def test_how_a_set_is_shown(actions: ActionSet, shown: str) -> None:
    """The representation names the members, or what a complement leaves out."""
    assert repr(actions) == shown


@pytest.mark.parametrize("name", ["kms:ImagineKey", "kms:ReEncrypt", "Decrypt", "s3:GetObject", "kms:De*"])
def test_a_set_of_names_refuses_what_the_catalogue_lacks(name: str) -> None:
    """Names that the catalogue does not know are an error (S-114)."""
    with pytest.raises(UnknownNameError):
        ActionSet.of("kms:Decrypt", name)


@pytest.mark.parametrize("name", ["kms:ReEncrypt", "kms:ListGrant", "Decrypt", "s3:GetObject", "kms:De*", "kms:"])
def test_newer_names_must_be_names_of_kms_actions(name: str) -> None:
    """What cannot be a KMS action, or is known to be none, is refused even where newer names are let in (S-108)."""
    with pytest.raises(UnknownNameError):
        ActionSet.of("kms:Decrypt", name, newer=True)


def test_matching_takes_the_newer_names_that_match() -> None:
    """Names outside the catalogue are matched where the caller puts them into the question."""
    matched = ActionSet.matching("kms:Imagine*", "kms:sign", newer=[*NEWER, "s3:ImagineObject", "kms:Decrypt"])

    assert matched == ActionSet.of("kms:Sign", "kms:ImagineKey", newer=True)


@pytest.mark.parametrize("pattern", ["kms:ListGrant", "s3:*", "k*:Decrypt", "*:*"])
def test_matching_ignores_what_matches_nothing(pattern: str) -> None:
    """A value that names no action, or is doubtful, adds nothing (S-104, S-108)."""
    assert ActionSet.matching(pattern, "kms:Sign", newer=NEWER) == ActionSet.of("kms:Sign")


def test_what_is_left_by_a_not_action_element() -> None:
    """The complement of what a list matches holds every other action, newer ones too (S-106)."""
    rest = ~ActionSet.matching("kms:ScheduleKeyDeletion")

    assert "kms:Decrypt" in rest
    assert "kms:ImagineKey" in rest
    assert "kms:ScheduleKeyDeletion" not in rest


def test_required_actions_expand_patterns() -> None:
    """A user may ask with names in any case and with patterns (S-112)."""
    asked = required_actions(["kms:decrypt", "kms:ReEncrypt*"])

    assert asked.names() == ("kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo")
    assert required_actions("kms:Decrypt") == ActionSet.of("kms:Decrypt")
    assert required_actions([]) == ActionSet.none()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kms:ReEncrypt", "no permission"),
        ("kms:ImagineKey", "KMS has no action"),
        ("kms:Imagine*", "matches no action of KMS"),
        ("k*:Decrypt", "matches no action of KMS"),
        ("s3:?", "matches no action of KMS"),
        ("Decrypt", "no service prefix"),
    ],
)
def test_required_actions_refuse_what_names_none(text: str, said: str) -> None:
    """A text that stands for no action of KMS is an input error, not a denial (S-114)."""
    with pytest.raises(UnknownNameError, match=said) as caught:
        required_actions(["kms:Decrypt", text])

    assert caught.value.code == "unknown-action"
    assert caught.value.name == text
