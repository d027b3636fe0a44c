"""`keypolicy` as a process: help, version, streams that break, and how it ends."""

from __future__ import annotations

import io
import json
import os
import runpy
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from keypolicy.cli import main
from tests.cli.conftest import ROOT, Run
from tests.cli.questions import EXAMPLE, KEY, PRINCIPAL

COMMANDS = ("check", "evaluate", "explain", "who-can", "profiles", "batch")
CHECK = ["check", str(ROOT / EXAMPLE), *KEY, *PRINCIPAL]


def test_help_names_the_commands_and_the_exit_codes(run: Run) -> None:
    """On standard output, with exit code 0."""
    finished = run("--help")

    assert (finished.code, finished.err) == (0, "")
    assert all(f"    {command} " in finished.out for command in COMMANDS)
    assert "  3  only conditional answers remain" in finished.out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_has_an_example_and_exit_codes(command: str, run: Run) -> None:
    """Each command shows a line that can be copied."""
    finished = run(command, "--help")

    assert (finished.code, finished.err) == (0, "")
    assert f"\n  keypolicy {command} " in finished.out
    assert "exit codes:" in finished.out


def test_version_is_that_of_the_package(run: Run) -> None:
    """As its metadata tells."""
    assert run("--version") == (0, f"keypolicy {version('keypolicy')}\n", "")


def test_version_without_installation_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source tree has no metadata."""

    def not_found(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", not_found)

    assert run("--version") == (0, "keypolicy (not installed)\n", "")


def test_python_m_keypolicy_is_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It takes the arguments of the process and ends with the exit code."""
    monkeypatch.setattr("sys.argv", ["keypolicy", "profiles", "nothing"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_module("keypolicy", run_name="__main__")

    assert ended.value.code == 2
    assert "[unknown-profile]" in capsys.readouterr().err


def test_importing_the_main_module_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Tools that import every module of a package may do so."""
    runpy.run_module("keypolicy.__main__", run_name="keypolicy.__main__")

    assert capsys.readouterr() == ("", "")


def test_a_reader_that_goes_away_ends_the_command_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a process that SIGPIPE ends: exit code 141, and what is left in the buffer fails nothing."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as broken:
        monkeypatch.setattr("sys.stdout", broken)

        assert main(CHECK) == 141

        broken.flush()


def test_head_of_a_batch_leaves_no_traceback() -> None:
    """A pipe closed after the first answer, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "keypolicy", "batch"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(b"{}\n")
    process.stdin.flush()
    assert b"missing-member" in process.stdout.readline(), "each answer is written at once"
    process.stdout.close()
    process.stdin.write(b"{}\n")
    process.stdin.close()

    assert process.wait() == 141
    assert process.stderr.read() == b""
    process.stderr.close()


def test_a_disk_that_is_full_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, so that a lost answer is never taken for one."""

    class FullDisk(io.StringIO):
        def flush(self) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("sys.stdout", FullDisk())

    assert main(CHECK) == 2
    assert (
        capsys.readouterr().err
        == "keypolicy: input or output failed: [Errno 28] No space left on device [input-output]\n"
    )


def test_closed_standard_streams_are_told_or_borne(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without standard output there is no answer; without standard error there is still the exit code."""
    monkeypatch.setattr("sys.stdout", None)
    finished = run(*CHECK)
    assert run("batch") == (0, "", ""), "nothing to write"
    monkeypatch.setattr("sys.stderr", None)

    assert finished == (2, "", "keypolicy: input or output failed: standard output is closed [input-output]\n")
    assert main(["check", "nowhere.json", *KEY, *PRINCIPAL]) == 2


@pytest.mark.parametrize("arguments", [["check", "-", *KEY, *PRINCIPAL], ["batch"]], ids=["check", "batch"])
def test_closed_standard_input_is_told(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is nothing to read."""
    monkeypatch.setattr("sys.stdin", None)

    assert main(arguments) == 2
    assert capsys.readouterr() == ("", "<stdin>: standard input is closed [not-readable]\n")


def test_an_interrupt_ends_the_command_quietly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a process that SIGINT ends: exit code 130."""

    class Interrupted(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(Interrupted()))

    assert main(["batch"]) == 130
    assert capsys.readouterr() == ("", "")


def test_an_answer_fits_an_output_of_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the encoding of the output lacks is written as an escape."""
    output = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    policy = '{"Statement": {"Sid": "é", "Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}}'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(policy.encode())))
    monkeypatch.setattr("sys.stdout", output)

    assert main(["check", "-", *KEY, *PRINCIPAL]) == 0

    output.seek(0)
    assert "statement 0 '\\xe9'" in output.read()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_colours(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """By default, and not with `--color never`."""
    with_colours, without = Terminal(), Terminal()

    monkeypatch.setattr("sys.stdout", with_colours)
    run(*CHECK)
    monkeypatch.setattr("sys.stdout", without)
    run(*CHECK, "--color", "never")

    assert with_colours.getvalue().startswith("\x1b[32mPASS\x1b[0m  ")
    assert without.getvalue().startswith("PASS  ")


def test_batch_answers_a_file_in_order(run: Run, tmp_path: Path) -> None:
    """With exit code 0, whatever the answers say, and no progress where nobody watches."""
    file = tmp_path / "questions.jsonl"
    file.write_text('{"id": 1}\n{"id": 2}\n', encoding="utf-8")

    finished = run("batch", str(file))

    assert [json.loads(line)["id"] for line in finished.out.splitlines()] == [1, 2]
    assert (finished.code, finished.err) == (0, "")


def test_batch_shows_progress_on_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every thousand lines, and at the end."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)

    finished = run("batch", stdin=b"{}\n" * 1001)

    assert finished.out.count("\n") == 1001
    assert terminal.getvalue() == "\r1,000 lines\r1,001 lines\n"
