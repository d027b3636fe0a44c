"""Every text, file and mapping becomes a policy or a DocumentError, never anything else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from keypolicy.document import load as load_module
from keypolicy.document.load import load, loads
from keypolicy.document.model import KeyPolicy
from keypolicy.errors import DocumentError, Problem
from tests.document.documents import documents, nearly_valid_documents, place_of, refusal, text_of

POLICY = '{"Statement": {"Effect": "Allow", "Principal": "*"}}'
BROKEN = '{\n"Statement": {"Effect": "Allow", "Principal": "a"}}'


def problems(document: Any, **options: Any) -> list[tuple[str, str, int | None, int | None]]:
    with pytest.raises(DocumentError) as caught:
        loads(document, **options)
    return [(each.code, each.pointer, each.line, each.column) for each in caught.value.problems]


FORMS = {
    "text": POLICY,
    "bytes": POLICY.encode(),
    "a byte array": bytearray(POLICY.encode()),
    "a memory view": memoryview(POLICY.encode()),
    "a mapping": json.loads(POLICY),
    "the output of get-key-policy": json.dumps({"Policy": POLICY, "PolicyName": "default"}),
    "the answer of an SDK": {"Policy": POLICY, "ResponseMetadata": {"RetryAttempts": {0}}},
    "a JSON string": json.dumps(POLICY),
    "a JSON string with escapes": '"' + "".join(f"\\u{ord(character):04x}" for character in POLICY) + '"',
    "text between white space": f" \r\n\t{POLICY} \n",
}


@pytest.mark.parametrize("document", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("lenient", [False, True])
def test_every_form_is_the_same_policy(document: Any, *, lenient: bool) -> None:
    """A policy is recognised in every form in which people have it."""
    policy = loads(document, lenient=lenient)
    assert policy == loads(POLICY)
    assert policy.problems == ()
    assert not policy.doubtful


def test_a_source_is_kept_for_text_only() -> None:
    """Text has lines and columns, a mapping has none."""
    policy = loads(json.dumps({"Policy": POLICY}), origin="answer.json")
    assert policy.source is not None
    assert (policy.source.text, policy.source.origin) == (POLICY, "answer.json")
    assert policy.source.position("/Statement/Effect") == place_of('\\"Allow', json.dumps({"Policy": POLICY}))
    assert loads(json.loads(POLICY)).source is None


ENCLOSED = {
    "the output of get-key-policy": json.dumps({"Policy": BROKEN}, indent=1),
    "a JSON string": json.dumps(BROKEN),
    "a JSON string with an escaped letter": json.dumps(BROKEN).replace("Allow", "\\u0041llow"),
    "a JSON string on a later line": "\n\n " + json.dumps(BROKEN),
}


@pytest.mark.parametrize("text", ENCLOSED.values(), ids=ENCLOSED.keys())
def test_a_problem_in_an_enclosed_policy_is_located_in_the_text_given(text: str) -> None:
    """Line and column are those of the text given, the pointer is into the policy."""
    assert problems(text) == [("invalid-principal", "/Statement/Principal", *place_of('\\"a\\"', text))]


def test_a_problem_in_the_answer_of_an_sdk_is_located_in_its_string() -> None:
    """A mapping has no lines, but the text in it does."""
    assert problems({"Policy": BROKEN}) == [("invalid-principal", "/Statement/Principal", *place_of('"a"', BROKEN))]


UNREADABLE = {
    "nothing": ("", [("not-json", "", 1, 1)]),
    "white space": (" \n ", [("not-json", "", 2, 2)]),
    "an unfinished object": ('{"Statement":', [("not-json", "", 1, 14)]),
    "a comment": ("{\n// comment\n}", [("not-json", "", 2, 1)]),
    "single quotes": ("{'Statement': []}", [("not-json", "", 1, 2)]),
    "quotation marks of a word processor": (
        "{“Statement”: []}",
        [("not-json", "", 1, 2), ("character-not-allowed", "", 1, 2), ("character-not-allowed", "", 1, 12)],
    ),
    "a line feed in a string": ('{"Id": "a\nb"}', [("not-json", "", 1, 10)]),
    "a policy inside that is no JSON": ('{"Policy":\n"{\\"a\\": }"}', [("not-json", "", 2, 10)]),
    "bytes that are no UTF-8": (b'{\n"Id": "\xff"}', [("not-utf8", "", 2, 8)]),
    "UTF-16": ('{"Id": 1}'.encode("utf-16-le"), [("not-json", "", 1, 2)]),
    "a string in a string": (json.dumps(json.dumps("a")), [("not-an-object", "", 1, 2)]),
    "an answer in an answer": (
        json.dumps({"Policy": '{"Policy": "a"}'}),
        [("missing-element", "", 1, 13), ("unknown-element", "/Policy", 1, 14)],
    ),
    "an answer that holds an object": (
        '{"Policy": {}}',
        [("missing-element", "", 1, 1), ("unknown-element", "/Policy", 1, 2)],
    ),
    "an answer with two policies": (
        '{"Policy": "{}", "Policy": "{}"}',
        [
            ("missing-element", "", 1, 1),
            ("unknown-element", "/Policy", 1, 18),
            ("duplicate-element", "/Policy", 1, 18),
        ],
    ),
}


@pytest.mark.parametrize(("document", "expected"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_policy_text_is_located(document: Any, expected: list[tuple[str, str, int, int]]) -> None:
    """A text that cannot be read has a problem at the place where reading stops."""
    found = problems(document)
    if document == UNREADABLE["UTF-16"][0]:  # control characters are refused too, each at its place
        found = found[:1]
    assert found == expected


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize("text", ["[" * 100_000, '{"Statement":' * 100_000, '{"Policy": "' + "[" * 100_000 + '"}'])
def test_no_nesting_is_deep_enough_to_break_anything(text: str, *, lenient: bool) -> None:
    """Over 64 levels there is one kind of error, whatever the recursion limit."""
    found = problems(text, lenient=lenient)
    assert ("nested-too-deep", "") in [(code, pointer) for code, pointer, _, _ in found]


def test_many_brackets_in_a_small_text_are_refused_in_order() -> None:
    """Such a text is not given to a parser that calls itself."""
    assert problems("[" * 10_000)[0] == ("nested-too-deep", "", 1, 65)


def test_a_raised_recursion_limit_changes_nothing() -> None:
    """The interpreter's stack is never at risk."""
    code = (
        "import sys; sys.setrecursionlimit(10**9)\n"
        "from keypolicy.document.load import loads\n"
        "from keypolicy.errors import DocumentError\n"
        "for text in ('[' * 30_000, '{\"a\":' * 6_000, '[' * 10**6):\n"
        "    try:\n"
        "        loads(text)\n"
        "    except DocumentError as error:\n"
        "        assert error.code == 'nested-too-deep'\n"
        "        print('refused')\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["refused"] * 3


def padded(size: int, filler: str = " ") -> str:
    return POLICY[:-1] + filler * ((size - len(POLICY)) // len(filler.encode())) + "}"


def test_32768_bytes_are_taken_and_one_more_is_too_large() -> None:
    """UTF-8 bytes of the text as submitted are counted, white space included (S-030)."""
    assert loads(padded(32_768)) == loads(POLICY)
    assert problems(padded(32_769)) == [("policy-too-large", "", 1, 1)]
    accented = '{"Id": "%s", ' + POLICY[1:]
    assert loads(accented % ("é" * 10_000)).id == "é" * 10_000
    assert problems(accented % ("é" * 16_384)) == [("policy-too-large", "", 1, 1)]
    assert problems(json.dumps({"Policy": padded(32_769)})) == [("policy-too-large", "", 1, 13)]


def test_a_mapping_is_as_large_as_its_shortest_text() -> None:
    """Minified, with every character that can be written plainly written plainly."""
    value = {"Id": "", **json.loads(POLICY)}
    room = 32_768 - len(json.dumps(value, separators=(",", ":")))
    assert loads({**value, "Id": "a" * room}).id == "a" * room
    assert problems({**value, "Id": "a" * (room + 1)}) == [("policy-too-large", "", None, None)]
    assert problems({**value, "Id": "é" * room}) == [("policy-too-large", "", None, None)]


def test_an_answer_may_be_larger_than_the_policy_in_it() -> None:
    """Only the policy's own text is measured."""
    assert loads(json.dumps({"Policy": POLICY, "PolicyName": "–" * 40_000})) == loads(POLICY)


def test_characters_beyond_latin_1_are_refused_as_written_and_not_as_escapes() -> None:
    """The text on the wire is checked, so an escape is ASCII (S-031)."""
    text = '{"Id": "a–b—",\n"–": 1, "Statement": {"Effect": "Allow", "Principal": "*", "Sid": "é\\u2013"}}'
    assert problems(text) == [
        ("character-not-allowed", "/Id", 1, 10),
        ("character-not-allowed", "/Id", 1, 12),
        ("unknown-element", "/–", 2, 1),
        ("character-not-allowed", "/–", 2, 2),
    ]
    assert loads('{"Id": "é\\u2013", ' + POLICY[1:]).id == "é–"
    assert problems(json.dumps({"Policy": '{"Id": "–", ' + POLICY[1:]})) == [
        ("character-not-allowed", "/Id", 1, 24),
    ]
    assert loads({"Id": "–", **json.loads(POLICY)}).id == "–"


@pytest.mark.parametrize("text", ["\ufeff" + POLICY, ("\ufeff" + POLICY).encode()], ids=["text", "bytes"])
def test_a_byte_order_mark_is_refused_and_named(text: str | bytes) -> None:
    """Editors hide it and KMS refuses it; leniently the policy is read all the same."""
    assert problems(text) == [("byte-order-mark", "", 1, 1)]
    policy = loads(text, lenient=True)
    assert policy.statements == loads(POLICY).statements
    assert [problem.code for problem in policy.problems] == ["byte-order-mark"]


def test_a_file_is_read_as_its_bytes(tmp_path: Path) -> None:
    """The file's name is the origin of the source and of every error."""
    path = tmp_path / "policy.json"
    path.write_text(POLICY)
    assert load(path) == load(str(path)) == loads(POLICY)
    source = load(path).source
    assert source is not None
    assert source.origin == str(path)

    path.write_text(BROKEN)
    with pytest.raises(DocumentError, match=f"{path.name}:2:47: ") as caught:
        load(path)
    assert caught.value.origin == str(path)
    assert [problem.code for problem in load(path, lenient=True).problems] == ["invalid-principal"]


def test_a_file_that_cannot_be_read_is_a_document_error(tmp_path: Path) -> None:
    """Missing, a directory, or not readable: three codes, one type."""
    for path, code in (
        (tmp_path / "missing.json", "file-not-found"),
        (tmp_path, "is-a-directory"),
        ("policy\0.json", "not-readable"),
        (tmp_path / ("a" * 5000), "not-readable"),
    ):
        with pytest.raises(DocumentError) as caught:
            load(path)
        assert caught.value.code == code
        assert caught.value.origin == str(path)


@given(st.one_of(st.text(), st.binary(), st.text('[]{}",:\\u0d8 \n–1e-N')))
def test_no_text_raises_anything_else(text: str | bytes) -> None:
    """Any text is a policy or a DocumentError whose problems have a line and a column; leniently too."""
    for lenient in (False, True):
        error = refusal(text, lenient=lenient)
        found = () if error is None else error.problems
        assert all(each.line is not None and each.column is not None for each in found)


@given(documents)
def test_text_and_mapping_are_read_alike(value: Any) -> None:
    """Both are taken or both are refused, with the same problems at the same pointers."""
    if isinstance(value, str):
        return  # a string is itself the text of a policy
    text = text_of(value)
    errors = [refusal(form) for form in (value, text, json.dumps(text))]
    found = [error and sorted((each.code, each.pointer) for each in error.problems) for error in errors]
    assert found[0] == found[1] == found[2]
    assert found[0] or loads(value) == loads(text) == loads(json.dumps(text))


@given(nearly_valid_documents())
def test_pydantic_shows_only_as_the_cause(value: Any) -> None:
    """What the models said is kept for those who want it."""
    error = refusal(value)
    cause = None if error is None else error.__cause__
    assert cause is None or isinstance(cause, ValidationError)


@pytest.mark.parametrize("lenient", [False, True])
def test_a_refusal_that_the_grammar_cannot_explain_is_still_ours(
    monkeypatch: pytest.MonkeyPatch, *, lenient: bool
) -> None:
    """Should models and grammar ever disagree, the error says what the models say."""
    monkeypatch.setattr(load_module, "problems_of", lambda value, source: ())
    assert [code for code, _, _, _ in problems(BROKEN)] == ["refused"]
    monkeypatch.setattr(load_module, "problems_of", lambda value, source: (Problem("half", "half of it"),))
    assert [code for code, _, _, _ in problems(BROKEN, lenient=lenient)] == ["half"]


def test_a_valid_text_never_needs_positions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pass that finds them is not made."""
    monkeypatch.setattr("keypolicy.document.source._scan", None)
    assert isinstance(loads(POLICY), KeyPolicy)
