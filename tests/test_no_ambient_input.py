"""Only the documents that the caller names decide: no network, no clock, no environment, no other file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"

# Runs in an interpreter of its own, because an audit hook cannot be taken away again. `rehearse` has run once before
# the poison works, so that modules are imported and the facts that the package ships are read.
HARNESS = """
import datetime, os, random, sys, time

armed = False
named = sys.argv[1:]


def forbid(what):
    if armed:
        raise RuntimeError("ambient input: " + what)


def poisoned(original, what):
    def call(*arguments, **keywords):
        forbid(what)
        return original(*arguments, **keywords)

    return call


class Datetime(datetime.datetime):
    now = classmethod(lambda cls, tz=None: forbid("datetime.now"))
    utcnow = classmethod(lambda cls: forbid("datetime.utcnow"))
    today = classmethod(lambda cls: forbid("datetime.today"))


class Date(datetime.date):
    today = classmethod(lambda cls: forbid("date.today"))


def watch(event, arguments):
    if not armed:
        return
    if event == "open" and arguments[0] not in named:
        forbid(f"open {arguments[0]}")
    if event.partition(".")[0] in {"socket", "subprocess", "urllib", "glob", "tempfile", "ctypes"}:
        forbid(event)
    if event in {"os.system", "os.exec", "os.fork", "os.posix_spawn", "os.listdir", "os.scandir", "import"}:
        forbid(event)


for name in ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "localtime", "gmtime"):
    setattr(time, name, poisoned(getattr(time, name), "time." + name))
datetime.datetime, datetime.date = Datetime, Date
for name in ("__getitem__", "__iter__", "__len__"):
    setattr(type(os.environ), name, poisoned(getattr(type(os.environ), name), "os.environ"))
os.getcwd = poisoned(os.getcwd, "os.getcwd")
os.urandom = poisoned(os.urandom, "os.urandom")
random.random = poisoned(random.random, "random.random")
sys.addaudithook(watch)
"""

QUESTIONS = """
from keypolicy import KeyMetadata, Principal, RequestContext, access, check, evaluate, load


def rehearse():
    policy = load(named[0])
    key = KeyMetadata(arn="arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
    destination = Principal.parse("444455556666")
    result = check(policy, destination, key=key)
    reasons = [(reason.action, reason.outcome, reason.message) for reason in result.actions]
    held = access(policy, destination, key=key, context=RequestContext({"kms:GrantIsForAWSResource": "true"}))
    decision = evaluate(policy, destination, "kms:CreateGrant", key=key)
    read = check(policy, destination, "s3-read-cross-account", key=key)  # a profile with placeholders
    answers = held.allowed, held.conditional, decision.outcome, str(decision.residual)
    return result.status, reasons, read.status, read.notes, answers


expected = rehearse()
armed = True
again = rehearse()
armed = False
assert again == expected, (again, expected)
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    policy = str(EXAMPLES / "backup-copy-source-key.json")
    return subprocess.run(
        [sys.executable, "-I", "-c", HARNESS + program, policy], check=False, capture_output=True, text=True
    )


def test_answers_come_from_the_named_document_alone() -> None:
    """With network, clock, environment, chance and every other file poisoned, the answers are the same."""
    finished = run(QUESTIONS)

    assert finished.returncode == 0, finished.stderr


@pytest.mark.parametrize(
    "statement",
    [
        "import socket; armed = True; socket.socket()",
        "armed = True; time.time()",
        "armed = True; datetime.datetime.now()",
        "armed = True; datetime.date.today()",
        "armed = True; os.environ.get('HOME')",
        "armed = True; os.getenv('AWS_REGION')",
        "armed = True; open('another-file.json')",
        "armed = True; os.listdir('.')",
        "armed = True; import wave",
    ],
)
def test_the_poison_works(statement: str) -> None:
    """Each kind of ambient input is noticed, so the test above can fail."""
    finished = run(statement)

    assert finished.returncode == 1
    assert "ambient input" in finished.stderr
