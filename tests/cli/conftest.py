"""What the tests of the command line share."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from keypolicy.cli import main

ROOT = Path(__file__).parent.parent.parent


class Finished(NamedTuple):
    """A command that has ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Finished]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `keypolicy` in this process, in the root of the project, with these arguments and this standard input."""
    monkeypatch.chdir(ROOT)

    def run_command(*arguments: str, stdin: bytes = b"") -> Finished:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(list(arguments))
        printed = capsys.readouterr()
        return Finished(code, printed.out, printed.err)

    return run_command
