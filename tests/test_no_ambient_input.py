"""Only what the caller hands over decides: all tests run under the poison of ambient_input.py, and it bites."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from keypolicy import load
from tests.ambient_input import ALLOWED, AmbientInputError

EXAMPLE = Path(__file__).parent.parent / "examples" / "backup-copy-source-key.json"
ASKING = {
    "the network": ["import socket; socket.socket()", "import socket; socket.getaddrinfo('localhost', 80)"],
    "a url": ["import urllib.request; urllib.request.urlopen('http://localhost/')"],
    "the clock": ["time.time()", "time.monotonic()", "time.perf_counter_ns()", "time.localtime()", "time.ctime()"],
    "the date": [
        "datetime.datetime.now()",
        "datetime.datetime.now(datetime.UTC)",
        "datetime.datetime.utcnow()",
        "datetime.datetime.today()",
        "datetime.date.today()",
    ],
    "the environment": [
        "os.environ['AWS_REGION']",
        "os.environ.get('HOME')",
        "os.getenv('AWS_PROFILE')",
        "'AWS_REGION' in os.environ",
        "list(os.environ)",
        "dict(os.environ)",
        "os.path.expanduser('~')",
    ],
    "chance": [
        "random.random()",
        "random.Random()",
        "random.shuffle([])",
        "os.urandom(1)",
        "uuid.uuid1()",
        "uuid.uuid4()",
        "import secrets; secrets.token_hex()",
    ],
    "the machine": ["os.getcwd()", "Path.cwd()", "os.getpid()", "os.cpu_count()"],
    "other files": [
        "open('another-file.json')",
        "Path('another-file.json').read_text()",
        "Path('/etc/hostname').read_bytes()",
        "os.open('another-file.json', os.O_RDONLY)",
        "os.listdir('.')",
        "list(Path('/').iterdir())",
        "import glob; glob.glob('*')",
        "import tempfile; tempfile.mkstemp()",
    ],
    "other processes": ["subprocess.run(['true'])", "os.system('true')"],
}
BEFORE = "import datetime, os, random, subprocess, time, uuid; from pathlib import Path"


def run_as(module: str, program: str) -> None:
    """Run the program as the code of a module of this name."""
    exec(compile(f"{BEFORE}\n{program}", f"<{module}>", "exec"), vars(ModuleType(module)))  # noqa: S102


@pytest.mark.parametrize("program", [each for programs in ASKING.values() for each in programs])
@pytest.mark.parametrize("module", ["keypolicy", "keypolicy.evaluation.something", "keypolicy.cli"])
def test_code_of_keypolicy_is_refused(module: str, program: str) -> None:
    """Whatever it asks the world for, by itself or through the standard library."""
    with pytest.raises(AmbientInputError):
        run_as(module, program)


@pytest.mark.parametrize(
    "program", [each for about in ("the clock", "the date", "the environment") for each in ASKING[about][1:]]
)
def test_other_code_is_not_refused(program: str) -> None:
    """Pytest, Hypothesis and the tests themselves go on as ever."""
    run_as("tests.something", program)
    run_as("keypolicy_of_another_kind", program)


@pytest.mark.parametrize("name", ["boto3", "botocore", "botocore.session"])
def test_the_sdk_of_aws_cannot_be_imported(name: str) -> None:
    """By nobody, whether or not it is installed."""
    with pytest.raises(ImportError):
        run_as("tests.something", f"import {name}")


@pytest.mark.parametrize("program", ["open({}).close()", "Path({}).read_bytes()", "os.close(os.open({}, os.O_RDONLY))"])
def test_a_file_that_the_caller_names_may_be_read(program: str, tmp_path: Path) -> None:
    """By whatever function of keypolicy it is handed to, as a text, a path or an argument; its neighbour may not."""
    named, beside = tmp_path / "named.txt", tmp_path / "beside.txt"
    named.write_text("", encoding="utf-8")
    beside.write_text("", encoding="utf-8")
    module = ModuleType("keypolicy.something")
    vars(module)["folder"] = tmp_path
    exec(f"{BEFORE}\ndef asked(path, name): {program.format('folder / name')}", vars(module))  # noqa: S102

    for path in (named, str(named), ["--verbose", f"--file={named}"]):
        module.asked(path, named.name)
        with pytest.raises(AmbientInputError):
            module.asked(path, beside.name)


def test_a_policy_is_read_from_the_file_that_is_named() -> None:
    """So `load` works under the poison."""
    assert load(EXAMPLE) == load(str(EXAMPLE))


def test_time_that_is_given_is_no_clock() -> None:
    """Dates in a policy are computed with; and dates of other makers are dates still."""
    run_as("keypolicy.something", "assert time.gmtime(0).tm_year == 1970")
    run_as("keypolicy.something", "assert datetime.datetime(2026, 1, 1).strftime('%Y') == '2026'")
    assert isinstance(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.date)
    assert isinstance(dt.datetime.fromtimestamp(time.time(), dt.UTC), dt.datetime)


@pytest.mark.parametrize("program", ["time.time()", "os.environ['HOME']", "open('another-file.json')"])
def test_processes_that_tests_start_are_poisoned(program: str) -> None:
    """The command line in a process of its own runs under the same poison."""
    code = f"exec({f'{BEFORE}; {program}'!r}, {{'__name__': 'keypolicy.something'}})"
    finished = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)

    assert finished.returncode == 1
    assert "AmbientInputError: keypolicy.something asks for" in finished.stderr


def test_no_exception_is_for_a_part_that_decides() -> None:
    """What may be asked for is asked by the command line, by the list of installed profiles and by pydantic."""
    deciding = ("document", "matching", "catalogue", "evaluation", "outputs", "batch")

    for each in ALLOWED:
        assert each.why
        assert not each.asked_by.startswith(tuple(f"keypolicy.{part}" for part in deciding))
        assert each.asked_by != "keypolicy." or each.through == "pydantic.plugin._loader"
    assert os.environ  # a test may look
