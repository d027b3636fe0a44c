"""The command line: a thin face over the library's functions."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from keypolicy.cli import batch, check, evaluate, explain, profiles, who_can
from keypolicy.cli.complaints import Complaint
from keypolicy.cli.parser import EXIT_CODES, Parser, Version
from keypolicy.cli.streams import complain, flush

__all__ = ["main"]

_WRONG_USAGE = 2
_INTERRUPTED = 130
_BROKEN_PIPE = 141

_DESCRIPTION = """\
Answers from documents alone, without any call to AWS, whether a principal holds KMS actions on a KMS key.
It looks at the key policy's side only: IAM policies, SCPs and grants are not looked at.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name, those of the process if None, and give its exit code.

    0: it holds; 1: it does not hold; 2: wrong usage or unreadable input; 3: only conditional answers
    remain. 130 if interrupted, 141 if the reader of the output went away.
    """
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
        flush()
    except Complaint as complaint:
        complain(complaint.lines)
        return _WRONG_USAGE
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        _abandon_output()
        return _BROKEN_PIPE
    except OSError as error:
        _abandon_output()
        complain((f"keypolicy: input or output failed: {error} [input-output]",))
        return _WRONG_USAGE
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        stated = _parser().parse_args(arguments)
    except SystemExit:  # after --help or --version
        return 0
    code: int = stated.run(stated)
    return code


def _parser() -> Parser:
    parser = Parser(prog="keypolicy", description=_DESCRIPTION, epilog=EXIT_CODES)
    parser.add_argument("--version", action=Version, help="show the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in (check, evaluate, explain, who_can, profiles, batch):
        command.add_to(commands)
    return parser


def _abandon_output() -> None:
    """Let what is left in the buffer go nowhere, so that the interpreter does not fail on it again when it ends."""
    with suppress(AttributeError, OSError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
