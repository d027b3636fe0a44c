"""Characters that look like others, fold into others, or are no characters at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from keypolicy import KeyMetadata, Principal, RequestContext, evaluate, loads
from keypolicy.errors import ArnError, PrincipalError
from tests.document.documents import refusal
from tests.hostile.policies import ACCOUNT, KEY_ARN, policy, statement, under

KELVIN = "\u212a"  # its lower case is k
DOTLESS = "\u0131"  # its upper case is I
DOTTED = "\u0130"  # its lower case is i and a dot above
LONG_S = "\u017f"  # its upper case is S


def outcome(document: Any, action: str = "kms:Decrypt", **context: Any) -> str:
    stated = RequestContext({name.replace("_", ":", 1): value for name, value in context.items()})
    return str(evaluate(loads(document, lenient=True), ACCOUNT, action, key=KEY_ARN, context=stated).outcome)


def allowing(**elements: Any) -> dict[str, Any]:
    return policy(statement(**elements))


def denying(**elements: Any) -> dict[str, Any]:
    """Everything is allowed, and denied again by a statement with these elements."""
    return policy(statement(Action="*"), statement(Effect="Deny", **elements))


NOT_KMS_DECRYPT = {
    "the Kelvin sign": f"{KELVIN}ms:Decrypt",
    "the Kelvin sign before a star": f"{KELVIN}ms:*",
    "a wide letter": "\uff4bms:Decrypt",
    "a wide colon": "kms\uff1aDecrypt",
    "a wide star": "kms:\uff0a",
    "an asterisk operator": "kms:\u2217",
    "a space before": " kms:Decrypt",
    "a space after": "kms:Decrypt ",
    "a line feed after": "kms:Decrypt\n",
    "NUL after": "kms:Decrypt\0",
    "a zero width space": "kms:\u200bDecrypt",
    "a combining accent": "kms:D\u0301ecrypt",
    "an accent after a star": "kms:*\u0301",
    "a right-to-left override": "kms:\u202eDecrypt",
    "a byte order mark": "\ufeffkms:Decrypt",
    "a Cyrillic letter": "kms:D\u0435crypt",
}


@pytest.mark.parametrize("action", NOT_KMS_DECRYPT.values(), ids=NOT_KMS_DECRYPT.keys())
def test_what_only_looks_like_an_action_is_another_name(action: str) -> None:
    """It gives nothing, and takes nothing away (S-101, S-105)."""
    assert outcome(allowing(Action=action)) == "implicitDeny"
    assert outcome(denying(Action=action)) == "allowed"


@pytest.mark.parametrize(
    ("written", "meant"),
    [(f"kms:L{DOTLESS}stKeyPolicies", "kms:ListKeyPolicies"), (f"kms:L{DOTTED}*", "kms:ListGrants")],
)
def test_the_case_of_an_i_is_that_of_ascii(written: str, meant: str) -> None:
    """Neither the dotless nor the dotted one is an i, in a name or in a pattern (S-101)."""
    assert outcome(allowing(Action=written, Principal={"AWS": "111122223333"}), meant) == "implicitDeny"


DIGITS = {
    "Arabic": "\u0664",
    "extended Arabic": "\u06f4",
    "wide": "\uff14",
    "bold": "\U0001d7d2",
    "superscript": "\u2074",
}


@pytest.mark.parametrize("digit", DIGITS.values(), ids=DIGITS.keys())
def test_other_digits_are_no_account_id(digit: str) -> None:
    """In a policy, in a question and in the ARN of the key (S-054)."""
    other = ACCOUNT.replace("4", digit)
    for name in (other, f"arn:aws:iam::{other}:root"):
        assert outcome(allowing(Principal={"AWS": name})) == "implicitDeny"
        with pytest.raises(PrincipalError) as caught:
            Principal.parse(name)
        assert caught.value.code == "invalid-account-id" or digit == "\u2074"
    with pytest.raises(ArnError):
        KeyMetadata.parse(KEY_ARN.replace("111122223333", digit * 12))


@pytest.mark.parametrize("digit", ["\u0661", "\uff11", "\U0001d7d9", "\u00b9"])
def test_other_digits_are_no_number_no_date_and_no_address(digit: str) -> None:
    """What AWS would make of them is not known, so nothing is allowed for certain (S-157, S-158, S-162)."""
    for operator, key, plain in (
        ("NumericEquals", "aws:MultiFactorAuthAge", "1"),
        ("DateEquals", "aws:CurrentTime", "2021-01-01"),
        ("IpAddress", "aws:SourceIp", "1.1.1.1"),
    ):
        other = plain.replace("1", digit)
        assert outcome(under(operator, key, plain), **{key: plain}) == "allowed"
        assert outcome(under(operator, key, other), **{key: plain}) != "allowed"
        assert outcome(under(operator, key, plain), **{key: other}) != "allowed"


def test_the_kelvin_sign_in_a_condition_key_is_in_doubt() -> None:
    """Whether AWS takes it for a k, as Unicode does, is not known: neither an Allow nor a Deny is certain (S-147)."""
    for key in (f"{KELVIN}ms:ViaService", f"kms:EncryptionContext:{KELVIN}"):
        plain = key.replace(KELVIN, "k")
        condition = {"StringEquals": {key: "a"}}
        assert outcome(allowing(Condition={"StringEquals": {plain: "a"}}), **{plain: "a"}) == "allowed"
        assert outcome(allowing(Condition=condition), **{plain: "a"}) == "conditional"
        assert outcome(denying(Condition=condition), **{plain: "a"}) == "conditional"


@pytest.mark.parametrize(
    "key", [f"kms:V{DOTLESS}aService", f"kms:V{DOTTED}aService", "kms:ViaService ", "kms:Via\0Service"]
)
def test_what_only_looks_like_a_condition_key_is_another_key(key: str) -> None:
    """Of which nothing was stated (S-147)."""
    assert outcome(allowing(Condition={"StringEquals": {key: "a"}}), **{"kms:ViaService": "a"}) == "conditional"


SAME_TO_SOME = [(KELVIN, "k"), (LONG_S, "s"), ("\u00df", "ss"), ("\u00e9", "\u00c9")]
SAME_TO_NONE = [("e\u0301", "\u00e9"), (DOTLESS, "I"), ("a", "\u0430"), ("a\u200b", "a"), ("a ", "a")]


@pytest.mark.parametrize(("policy_value", "value"), SAME_TO_SOME)
def test_the_case_of_letters_beyond_ascii_is_in_doubt(policy_value: str, value: str) -> None:
    """Where case is ignored; elsewhere they are other letters (S-153, S-154)."""
    stated = {"aws:SourceIdentity": value}
    assert outcome(under("StringEqualsIgnoreCase", "aws:SourceIdentity", policy_value), **stated) == "conditional"
    assert outcome(under("StringEquals", "aws:SourceIdentity", policy_value), **stated) == "implicitDeny"


@pytest.mark.parametrize(("policy_value", "value"), SAME_TO_NONE)
def test_nothing_is_normalised(policy_value: str, value: str) -> None:
    """Composed and decomposed letters differ, and so does white space (S-153)."""
    for operator in ("StringEqualsIgnoreCase", "StringEquals", "StringLike"):
        document = under(operator, "aws:SourceIdentity", policy_value)
        assert outcome(document, **{"aws:SourceIdentity": value}) == "implicitDeny"


def test_a_question_mark_is_one_character_whichever() -> None:
    """A line feed, NUL, and one beyond the basic plane too; a letter and its accent are two (S-155)."""
    for value, matched in (("\n", True), ("\0", True), ("\U0001f600", True), ("e\u0301", False), ("", False)):
        document = under("StringLike", "aws:SourceIdentity", "?")
        assert (outcome(document, **{"aws:SourceIdentity": value}) == "allowed") is matched


@pytest.mark.parametrize(
    "names", ["\U0010ffff", "\ud7ff\U0010ffff", "".join(map(chr, (0x21, *range(0x30, 0x3A), *range(0x41, 0x7F))))]
)
def test_the_last_character_of_unicode_may_stand_in_a_pattern(names: str) -> None:
    """What stands for all other characters in a search is one that no pattern has, whatever these have (S-358)."""
    either = [{operator: {"kms:ViaService": f"*{names}*"}} for operator in ("StringLike", "StringNotLike")]

    assert outcome(policy(*(statement(Condition=condition) for condition in either))) == "allowed"
    assert outcome(allowing(Condition=either[0])) == "conditional"


@pytest.mark.parametrize(
    "operator", [f"StringLi{KELVIN}e", "\uff33tringEquals", f"ForAnyValue:StringLi{KELVIN}e", "Bool\0"]
)
def test_what_only_looks_like_an_operator_is_refused(operator: str) -> None:
    """And leaves its statement in doubt (S-145)."""
    document = under(operator, "kms:ViaService", "a")
    error = refusal(document)

    assert error is not None
    assert error.code == "unknown-operator"
    assert outcome(document, **{"kms:ViaService": "a"}) == "conditional"


@pytest.mark.parametrize("effect", ["Allow\u200b", "\u0410llow", "allow", " Allow", "ALLOW"])
def test_what_only_looks_like_an_effect_is_refused(effect: str) -> None:
    """And allows nothing for certain (S-019)."""
    assert refusal(allowing(Effect=effect)) is not None
    assert outcome(allowing(Effect=effect)) == "conditional"


@pytest.mark.parametrize("space", ["\u00a0", "\u2028", "\u2029", "\u3000", "\x85", "\x0b", "\x0c", "\x1f", "\u200b"])
def test_only_the_white_space_of_json_is_white_space(space: str) -> None:
    """Between members; inside a string whatever is no control character is text (S-031)."""
    text = json.dumps(allowing())

    for broken in (space + text, text + space, text.replace(": ", f":{space}", 1)):
        error = refusal(broken)
        assert error is not None
        assert error.code == "not-json"


@pytest.mark.parametrize("half", ["\ud800", "a\udc00b"])
def test_half_a_surrogate_pair_is_refused_wherever_it_stands(half: str) -> None:
    """In each element, as a member's name, in a text and in a mapping; leniently it is kept as found."""
    for document in (
        allowing(Sid=half),
        allowing(Action=half),
        allowing(Resource=[half]),
        allowing(Principal={"AWS": half}),
        under("StringEquals", "kms:ViaService", half),
        under("StringEquals", half, "a"),
        {**allowing(), "Id": half},
    ):
        for written in (document, json.dumps(document), json.dumps(document, ensure_ascii=False)):
            error = refusal(written)
            assert error is not None
            assert "lone-surrogate" in {problem.code for problem in error.problems}
            kept = loads(written, lenient=True)
            assert kept.to_json_value() == document
            assert kept.dumps().isascii()


def test_characters_that_reorder_or_hide_a_text_are_told_by_number() -> None:
    """KMS takes none beyond Latin-1 (S-031), and the message shows none."""
    for character in "\u202e\u2066\u200b\u200d\ufeff\U000e0001":
        error = refusal(json.dumps(allowing(Sid=f"a{character}b"), ensure_ascii=False))
        assert error is not None
        assert error.code == "character-not-allowed"
        assert f"U+{ord(character):04X}" in str(error)
        assert character not in str(error)
