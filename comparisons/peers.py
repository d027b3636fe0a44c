"""The programs that are asked the same questions, each a process of its own that speaks JSON Lines.

Nothing of them is in this repository. Each is installed from its registry into a folder that the caller names.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from comparisons.answers import ALLOWED, DENIED, EXPLICIT, IMPLICIT, OPEN
from comparisons.question import ACCOUNT, KEY_ARN, Question
from comparisons.vocabulary import vocabulary

__all__ = ["NOT_ASKED", "PEERS", "Peer", "PeerKind", "Refusal"]

_HERE: Final = Path(__file__).parent
#: How many questions are on their way to a peer at once; few enough that neither side's pipe fills up.
_AT_ONCE: Final = 16

#: The word for a question that a peer has no words for.
NOT_ASKED: Final = "not asked"


class Refusal(str):
    """The message with which a peer refused a question."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class PeerKind:
    """How a peer is installed and started, how a question is put to it, and what its answers mean."""

    name: str
    version: str
    command: Callable[[Path, str], list[str]]
    message: Callable[[Question], dict[str, Any] | None]
    word: Callable[[Mapping[str, Any]], str]


class Peer:
    """A running peer."""

    def __init__(self, kind: PeerKind, folder: Path, version: str | None = None) -> None:
        self.kind = kind
        self.version = version or kind.version
        command = kind.command(folder / kind.name / self.version, self.version)
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._known: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait()

    def answers(self, asked: Iterable[Question]) -> Iterator[tuple[Question, str]]:
        """Each question with the peer's answer, in order; `NOT_ASKED` where it has no words for the question."""
        waiting: list[tuple[Question, bool]] = []
        for question in asked:
            message = self.kind.message(question)
            if message is not None:
                self._send(message)
            waiting.append((question, message is not None))
            if len(waiting) >= _AT_ONCE:
                yield self._received(*waiting.pop(0))
        for each in waiting:
            yield self._received(*each)

    def answer(self, question: Question) -> str:
        """The peer's answer to one question."""
        return next(self.answers([question]))[1]

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def _received(self, question: Question, was_asked: bool) -> tuple[Question, str]:  # noqa: FBT001 - of one pair
        if not was_asked:
            return question, NOT_ASKED
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.kind.name} has stopped with exit code {self._process.wait()}")
        said = json.loads(line)
        return question, Refusal(said["refused"]) if "refused" in said else self.kind.word(said)


def _installed(folder: Path, *command: str | Path) -> None:
    """Install once: the folder has a mark when that was done whole."""
    mark = folder / "installed"
    if mark.exists():
        return
    print(f"installing into {folder}", file=sys.stderr)
    try:
        subprocess.run([str(each) for each in command], check=True, stdout=subprocess.DEVNULL)
    except FileNotFoundError:
        sys.exit(f"{command[0]} is not installed, and {folder.parent.name} cannot be without it")
    except subprocess.CalledProcessError as error:
        sys.exit(f"{command[0]} could not install into {folder}; it ended with exit code {error.returncode}")
    mark.touch()


def _start_iam_simulate(folder: Path, version: str) -> list[str]:
    package = f"@cloud-copilot/iam-simulate@{version}"
    folder.mkdir(parents=True, exist_ok=True)
    _installed(folder, "npm", "install", "--no-audit", "--no-fund", "--prefix", folder, package)
    return ["node", str(_HERE / "ask_iam_simulate.mjs"), str(folder)]


def _to_iam_simulate(question: Question) -> dict[str, Any]:
    caller = question.caller
    return {
        "principal": None if caller.kind == "anonymous" else caller.arn or caller.name,
        "action": question.action,
        "resource": KEY_ARN,
        "account": ACCOUNT,
        "context": question.full_context(),
        "policy": question.document,
        "identity": caller.kind not in ("anonymous", "service"),
    }


def _from_iam_simulate(said: Mapping[str, Any]) -> str:
    return {"Allowed": ALLOWED, "ExplicitlyDenied": EXPLICIT, "ImplicitlyDenied": IMPLICIT}[said["result"]]


def _start_reach(folder: Path, version: str) -> list[str]:
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    _installed(folder, python, "-m", "pip", "install", "--quiet", f"reach-security=={version}")
    return [str(python), str(_HERE / "ask_reach.py")]


def _to_reach(question: Question) -> dict[str, Any] | None:
    """Its principals are IAM users and roles; a session is asked about as its role."""
    caller = question.caller
    if caller.kind not in ("user", "role"):
        return None
    absent = dict.fromkeys(key.name for key in vocabulary().keys)
    return {
        "principal": caller.arn,
        "action": question.action,
        "resource": KEY_ARN,
        "account": ACCOUNT,
        "context": {**absent, **question.full_context()},
        "policy": question.document,
    }


def _from_reach(said: Mapping[str, Any]) -> str:
    return {"allowed": ALLOWED, "denied": DENIED, "unknown": OPEN}[said["result"]]


PEERS: Final = {
    kind.name: kind
    for kind in (
        PeerKind("iam-simulate", "0.1.173", _start_iam_simulate, _to_iam_simulate, _from_iam_simulate),
        PeerKind("reach-security", "0.2.1", _start_reach, _to_reach, _from_reach),
    )
}
