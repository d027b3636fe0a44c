"""Bytes that are no text, in files, on standard input and on the lines of the batch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.batch_questions import question
from tests.cli.conftest import Run, run
from tests.hostile.policies import KEY_ARN, policy, statement

__all__ = ["run"]  # the fixture

WHOLE = json.dumps(policy(statement())).encode()
ASKED = ("--key", KEY_ARN, "--principal", "444455556666")

NO_TEXT = {
    "a byte that never occurs": (b'{"Id": "\xff"}', "not-utf8"),
    "an overlong NUL": (b'{"Id": "\xc0\x80"}', "not-utf8"),
    "half a surrogate pair": (b'{"Id": "\xed\xa0\x80"}', "not-utf8"),
    "beyond Unicode": (b'{"Id": "\xf4\x90\x80\x80"}', "not-utf8"),
    "a character cut in two": (b'{"Id": "\xe2\x82', "not-utf8"),
    "UTF-16": (WHOLE.decode().encode("utf-16"), "not-utf8"),
    "UTF-32": (WHOLE.decode().encode("utf-32"), "not-utf8"),
    "NUL": (b"\0" * 100, "not-json"),
    "NUL in a string": (b'{"Id": "\0"}', "not-json"),
    "a byte order mark": (b"\xef\xbb\xbf" + WHOLE, "byte-order-mark"),
    "a byte order mark alone": (b"\xef\xbb\xbf", "not-json"),
    "two byte order marks": (b"\xef\xbb\xbf" * 2 + WHOLE, "not-json"),
}


@pytest.mark.parametrize("command", ["evaluate", "check", "explain", "who-can"])
@pytest.mark.parametrize(("content", "code"), NO_TEXT.values(), ids=NO_TEXT.keys())
def test_a_policy_of_such_bytes_is_refused_by_each_command(
    command: str, content: bytes, code: str, run: Run, tmp_path: Path
) -> None:
    """From a file and from standard input alike: exit code 2, nothing on standard output, and a code."""
    arguments = {
        "evaluate": (*ASKED, "--action", "kms:Decrypt"),
        "explain": (*ASKED, "--action", "kms:Decrypt"),
        "check": ASKED,
        "who-can": ASKED[:2],
    }[command]
    file = tmp_path / "policy.json"
    file.write_bytes(content)

    for finished in (run(command, str(file), *arguments), run(command, "-", *arguments, stdin=content)):
        assert (finished.code, finished.out) == (2, "")
        assert f"[{code}]" in finished.err
        assert finished.err.isascii()


LINES = {
    b'{"id": "\xff"}': "not-utf8",
    b"\xed\xa0\x80": "not-utf8",
    b'{"id": 1, "principal": "\xc0\x80"}': "not-utf8",
    b"\0": "not-json",
    b'{"id": "\0"}': "not-json",
    b"\xef\xbb\xbf{}": "not-json",
    "\u2028".encode(): "not-json",
    b"[" * 100_000: "nested-too-deep",
    b'{"id":' * 100_000: "nested-too-deep",
    b'{"id": ' + b"9" * 10**6 + b"}": "number-too-long",
    b'{"context": {"a": 1e999999}}': "number-too-large",
    b'{"id": NaN}': "not-a-number",
    b'"' + b"a" * 10**6 + b'"': "not-an-object",
    b'{"' + b"a" * 10**6 + b'": 1}': "unknown-member",
    b"{" + b",".join([b'"id": 1'] * 10_000) + b"}": "duplicate-member",
}


def test_each_line_of_such_bytes_has_an_error_and_the_rest_goes_on(run: Run) -> None:
    """One line out for each line in, in order; white space alone is no line; the last needs no line feed."""
    whole = json.dumps(question()).encode()
    content = b"\n \t\r\n\n".join(part for line in LINES for part in (line, whole))

    finished = run("batch", stdin=content)

    written = finished.out.splitlines()
    assert (finished.code, finished.err) == (0, "")
    assert finished.out.isascii()
    assert [json.loads(line)["error"]["code"] for line in written[::2]] == list(LINES.values())
    assert {json.loads(line)["outcome"] for line in written[1::2]} == {"allowed"}
    assert len(written) == 2 * len(LINES)


def test_a_line_without_end_is_refused_and_not_kept(run: Run) -> None:
    """Beyond 16 MB a line is read away, and the next one is answered."""
    whole = json.dumps(question()).encode()

    finished = run("batch", stdin=b'{"id": "' + b"a" * (40 * 2**20) + b'"}\n' + whole)

    first, second = map(json.loads, finished.out.splitlines())
    assert first["error"]["code"] == "line-too-long"
    assert second["outcome"] == "allowed"
