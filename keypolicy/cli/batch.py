"""`keypolicy batch`: questions in JSON Lines, answered one by one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from keypolicy.batch import read_lines
from keypolicy.batch import run as answer_lines
from keypolicy.cli.complaints import complaints_about
from keypolicy.cli.parser import Commands
from keypolicy.cli.streams import STANDARD_INPUT, flush, progress_wanted, reading, write

__all__ = ["add_to", "run"]

_LINES_BETWEEN_REPORTS = 1000

_DESCRIPTION = """\
Answers questions of other programs: one JSON object a line in, one a line out, in order.
A question that cannot be answered has an error object for an answer, and the rest goes on.
Lines of white space alone are skipped.
"""

_EPILOG = """\
example, a question on one line:
  {"id": 1, "key_arn": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
   "key_policy": {...}, "principal": "444455556666", "actions": ["kms:Decrypt"]}
  keypolicy batch questions.jsonl

exit codes:
  0  every line has an answer, whatever the answers say
  2  wrong usage, or the file cannot be read
"""


def add_to(commands: Commands) -> None:
    """Make the command known."""
    parser = commands.add_parser(
        "batch", help="answer questions in JSON Lines, for other programs", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument(
        "file", nargs="?", default=STANDARD_INPUT, metavar="FILE", help="the questions; default: -, standard input"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Answer every line."""
    with complaints_about(arguments.file), reading(arguments.file) as stream:
        lines = read_lines(stream)
        answer_lines(_reported(lines) if progress_wanted() else lines, _write_at_once)
    return 0


def _write_at_once(line: str) -> None:
    """At once, so that a program may ask, read the answer, and ask again."""
    write(line)
    flush()


def _reported(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The same lines; how many were read is told on standard error."""
    count = 0
    for count, line in enumerate(lines, start=1):
        if count % _LINES_BETWEEN_REPORTS == 0:
            sys.stderr.write(f"\r{count:,} lines")
            sys.stderr.flush()
        yield line
    sys.stderr.write(f"\r{count:,} lines\n")
